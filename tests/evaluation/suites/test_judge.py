"""A model may judge what rules can't tell; how far it agrees with people is known."""

import json
from pathlib import Path

import pytest

from assistant.evaluation.suites.assertions.judge import Judge, agreement, read_labelled
from assistant.evaluation.suites.assertions.verdict import problems
from assistant.evaluation.suites.cases.expect import Expect
from assistant.evaluation.suites.cases.forms import AnswerCase
from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.evaluation.suites.running.seen import Seen, SeenTurn
from assistant.models.scripted import ScriptedChatModel
from assistant.settings import PROJECT_DIR
from assistant.text.prompts import PromptLibrary
from tests.evaluation.suites.conftest import Command

PROMPTS = PromptLibrary(PROJECT_DIR / "prompts")
LABELLED = PROJECT_DIR / "evals" / "judge" / "labelled.jsonl"


def judge(*verdicts: bool, repeat: bool = False) -> Judge:
    lines = [{"reason": "because", "holds": verdict} for verdict in verdicts]
    return Judge(ScriptedChatModel(script=lines, repeat=repeat), PROMPTS)


def test_a_verdict_stands_in_the_result_with_its_reason_and_the_hash_of_its_prompt() -> None:
    case = AnswerCase(id="en", suite="s", file="f", say="?", expect=Expect(judge=("It is kind.", "It is short.")))
    asked = judge(True, False)
    seen = asked(case, Seen(turns=(SeenTurn(say="?", text="Hello."),)))
    kind, short = seen.turns[0].verdicts
    assert (kind.holds, kind.reason, kind.prompt) == (True, "because", asked.prompt_hash)
    assert not short.holds
    assert list(problems(case, seen)) == ["the judge says no to 'It is short.': because"]


def test_a_judge_who_always_says_yes_is_known_as_weak() -> None:
    items = read_labelled(LABELLED)
    found = agreement(judge(True, repeat=True), items)
    assert found.share == pytest.approx(sum(item.holds for item in items) / len(items))
    assert found.kappa == pytest.approx(0.0)
    perfect = agreement(judge(*(item.holds for item in items)), items)
    assert (perfect.share, perfect.kappa) == (1.0, pytest.approx(1.0))
    assert not perfect.wrong_yes
    assert not perfect.wrong_no


def test_the_labelled_set_is_balanced_and_its_mistakes_are_told_by_line(tmp_path: Path) -> None:
    items = read_labelled(LABELLED)
    assert 0.4 < sum(item.holds for item in items) / len(items) < 0.6
    (tmp_path / "bad.jsonl").write_text(json.dumps({"statement": "x"}) + "\n", encoding="utf-8")
    with pytest.raises(CaseError, match=r"bad\.jsonl:1: "):
        read_labelled(tmp_path / "bad.jsonl")


def test_without_a_model_there_is_no_judge(command: Command) -> None:
    assert "can't judge" in command("eval", "judge", "check", "--model", "none", code=2).output


@pytest.mark.model
def test_the_local_model_is_asked_under_a_grammar(command: Command) -> None:
    told = command("eval", "judge", "check", "--model", "local", code=None).output
    assert "labels (" in told
    assert "kappa" in told
