"""Paraphrases by a language model: what it is asked, what is believed of its answers, and what is asked only once."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from assistant.errors import ModelUnavailable
from assistant.models.embeddings.encoder import Encoder
from assistant.models.scripted import ScriptedChatModel
from assistant.routing.augmenting.acceptance import Paraphrase, accept
from assistant.routing.augmenting.paraphrases import messages_in, requests_for
from assistant.routing.augmenting.store import AnswerFile, write_verdicts
from assistant.routing.build import build_judge
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.catalogue import Catalogue
from assistant.settings import PROJECT_DIR
from assistant.text.prompts import PromptLibrary
from tests.routing.small_bank import BANK


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("bank")
    (folder / "bank.yaml").write_text(BANK, encoding="utf-8")
    return Catalogue.load(folder)


@pytest.fixture(scope="module")
def judge(bank: Catalogue, encoders: Mapping[str, Encoder], tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return build_judge(bank, encoders, cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture
def prompts() -> PromptLibrary:
    return PromptLibrary(PROJECT_DIR / "prompts")


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        ("1. My card is gone.\n2) Where's my card?\n", ["My card is gone.", "Where's my card?"]),
        ('Sure! Here are some:\n\n1. "my card got stolen"\n2. “help”', ["my card got stolen", "help"]),
        ("1、卡没了\n2、卡被偷了！", ["卡没了", "卡被偷了！"]),
        ("- one thing\n- another", ["one thing", "another"]),
        ("my card is gone\nwhere is it", ["my card is gone", "where is it"]),
        ("1. 3 cards were stolen", ["3 cards were stolen"]),
        ("", []),
    ],
)
def test_messages_are_taken_from_an_answer_without_numbers_quotes_and_chatter(answer: str, messages: list[str]) -> None:
    assert messages_in(answer) == messages


def test_each_intent_and_language_is_asked_for_with_its_own_examples(bank: Catalogue, prompts: PromptLibrary) -> None:
    asked = list(requests_for(bank, prompts, 15))
    assert [(one.intent, one.language, one.count) for one in asked[:4]] == [
        ("lost_card", "en", 10),
        ("lost_card", "en", 5),
        ("lost_card", "zh", 10),
        ("lost_card", "zh", 5),
    ]
    assert "The card was lost or stolen." in asked[0].prompt
    assert "- my card was stolen" in asked[0].prompt
    assert "银行卡丢失或被盗" in asked[2].prompt
    assert len({one.key for one in asked}) == len(asked)
    assert [one.key for one in requests_for(bank, prompts, 15)] == [one.key for one in asked]
    assert {one.key for one in requests_for(bank, prompts, 15, seed=1)}.isdisjoint(one.key for one in asked)
    assert [one.intent for one in requests_for(bank, prompts, 5, intents=["loan"], languages=("zh",))] == ["loan"]


def test_only_new_words_with_the_same_meaning_are_accepted(bank: Catalogue, judge: Judge) -> None:
    made = [
        Paraphrase("someone stole my bank card, please block it", "lost_card", "en"),
        Paraphrase("I lost my card!", "lost_card", "en"),
        Paraphrase("what are the rates for a mortgage loan", "lost_card", "en"),
        Paraphrase("我的银行卡丢了怎么办", "lost_card", "en"),
        Paraphrase("Someone stole my bank card - please block it.", "lost_card", "en"),
        Paraphrase("card", "lost_card", "en"),
        Paraphrase("银行卡被人偷走了，帮我挂失", "lost_card", "zh"),
    ]
    assert [verdict.why for verdict in accept(made, bank, judge)] == [
        "",
        "a near-copy",
        "read as something else",
        "another language",
        "a near-copy",
        "too short or too long",
        "",
    ]
    unasked = accept(made, bank, judge, sure=0)
    assert unasked[2].why == ""


def test_what_was_written_before_the_model_failed_is_not_asked_for_again(
    bank: Catalogue, prompts: PromptLibrary, tmp_path: Path
) -> None:
    asked = list(requests_for(bank, prompts, 2, languages=("en",)))
    failing = ScriptedChatModel(script=["1. one\n2. two", ModelUnavailable("it is down")])
    with pytest.raises(ModelUnavailable):
        AnswerFile(tmp_path).fill(asked, failing)
    with (tmp_path / "made.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"request": "broken o')
    rest = ScriptedChatModel(script=["1. three", "1. four\n2. five\n3. six"])
    made = AnswerFile(tmp_path).fill(asked, rest)
    assert [(one.intent, one.text) for one in made] == [
        ("lost_card", "one"),
        ("lost_card", "two"),
        ("balance", "three"),
        ("loan", "four"),
        ("loan", "five"),
    ]
    assert AnswerFile(tmp_path).fill(asked, ScriptedChatModel(script=[])) == made


def test_what_is_kept_is_written_as_lines_and_as_a_file_of_the_catalogue(
    bank: Catalogue, judge: Judge, tmp_path: Path
) -> None:
    good = Paraphrase("someone took my bank card", "lost_card", "en")
    bad = Paraphrase("a house loan, please", "lost_card", "en")
    write_verdicts(tmp_path, accept([good, bad], bank, judge))
    kept = (tmp_path / "kept.jsonl").read_text(encoding="utf-8")
    assert json.loads(kept) == {"text": good.text, "intent": "lost_card"}
    assert json.loads((tmp_path / "refused.jsonl").read_text(encoding="utf-8"))["why"] == "read as something else"
    again = tmp_path / "intents"
    again.mkdir()
    (again / "bank.yaml").write_text(BANK, encoding="utf-8")
    (again / "examples.yaml").write_text((tmp_path / "examples.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert Catalogue.load(again).get("lost_card").examples.en[-1] == good.text
    assert yaml.safe_load((tmp_path / "examples.yaml").read_text(encoding="utf-8"))["examples"].keys() == {"lost_card"}
