"""What customers ask and no intent serves: grouped, proposed, looked through, accepted."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from assistant.errors import OperatorError
from assistant.insight.behaviour.discovery import Group, Known, discover, fineness
from assistant.insight.behaviour.discovery_bench import draw
from assistant.insight.behaviour.proposals import accept, proposals_of, write_proposals
from assistant.models.embeddings.encoder import Vectors, unit
from assistant.routing.intents.catalogue import Catalogue

INTENTS = Path(__file__).resolve().parents[3] / "prompts" / "intents"
ASKED = [
    "do you have a store in Oslo I can visit",
    "where is your nearest shop that I can visit",
    "can I visit a store near me",
    "is there a shop I can visit in Bergen",
    "what are the opening hours of the store, I'd like to visit",
]
ASKED_ZH = ["你们在上海有实体店可以逛吗", "附近有门店可以去看看吗"]


def around(centre: int, count: int, spread: float, seed: int) -> Vectors:
    rng = np.random.default_rng(seed)
    base = np.zeros(16)
    base[centre] = 1.0
    return unit((base + spread * rng.normal(size=(count, 16))).astype(np.float32))


def sorted_groups(groups: tuple[Group, ...]) -> list[list[int]]:
    return sorted(sorted(group.members) for group in groups)


def test_unserved_messages_that_belong_together_are_proposed_and_odd_ends_of_an_intent_are_not() -> None:
    vectors = np.concatenate([around(0, 12, 0.1, 1), around(1, 12, 0.1, 2), around(2, 30, 0.1, 3)])
    known = Known(around(2, 20, 0.1, 4), ("returns",) * 20)
    found = discover(vectors, [*range(24), 24, 25, 26, 27, 28], alike=0.4, known=known)
    assert sorted_groups(found.proposed) == [list(range(12)), list(range(12, 24))]
    assert sorted_groups(found.others) == [[24, 25, 26, 27, 28]]
    assert found.others[0].nearest == "returns"


def test_served_messages_that_are_nearer_to_a_group_than_to_any_intent_belong_to_it() -> None:
    vectors = np.concatenate([around(0, 12, 0.1, 1), around(1, 12, 0.1, 2)])
    found = discover(vectors, range(8), alike=0.4, known=Known(around(1, 9, 0.1, 3), ("returns",) * 9))
    assert [sorted(group.members) for group in found.proposed] == [list(range(8))]
    assert found.proposed[0].served == (8, 9, 10, 11)


def test_two_ways_to_ask_the_same_are_one_proposal_unless_an_intent_stands_between_them() -> None:
    rng = np.random.default_rng(8)
    one, other = np.eye(16)[0] + 0.55 * np.eye(16)[1], np.eye(16)[0] - 0.55 * np.eye(16)[1]
    vectors = unit(np.concatenate([c + 0.12 * rng.normal(size=(9, 16)) for c in (one, other)]).astype(np.float32))
    far, between = Known(around(5, 9, 0.1, 3), ("far",) * 9), Known(around(0, 9, 0.1, 3), ("between",) * 9)
    assert len(discover(vectors, range(18), alike=0.6, known=far).proposed) == 1
    assert len(discover(vectors, range(18), alike=0.6, known=between).proposed) != 1


def test_the_group_that_is_larger_and_further_from_every_intent_comes_first() -> None:
    vectors = np.concatenate([around(0, 6, 0.1, 1), around(1, 20, 0.1, 2)])
    found = discover(vectors, range(26), alike=0.4, known=Known(around(2, 9, 0.1, 3), ("returns",) * 9))
    assert [len(group.members) for group in found.proposed] == [20, 6]
    assert found.proposed[0].weight > found.proposed[1].weight


def test_few_messages_are_no_proposal() -> None:
    vectors = np.concatenate([around(0, 4, 0.1, 1), around(1, 20, 0.1, 2)])
    assert discover(vectors, range(4), alike=0.4).proposed == ()
    assert discover(vectors, [], alike=0.4).proposed == ()


def test_how_fine_groups_are_is_learned_from_the_intents_that_there_are() -> None:
    rng = np.random.default_rng(5)
    shared = rng.normal(size=24)
    parts = [shared + 1.2 * rng.normal(size=24) for _ in range(6)]
    vectors = unit(np.stack([part + 0.5 * rng.normal(size=24) for part in parts for _ in range(15)]).astype(np.float32))
    intents = [str(row // 15) for row in range(90)]
    alike = fineness(vectors, intents)
    found = discover(vectors, range(90), alike)
    assert len(found.proposed) == 6


def proposed(texts: list[str], tmp_path: Path) -> tuple[dict[str, Any], Path]:
    vectors = around(0, len(texts), 0.05, 1)
    entries = proposals_of(discover(vectors, range(len(texts)), alike=0.4), texts, frozenset({"the", "can", "you"}))
    path = tmp_path / "proposals.yaml"
    write_proposals(entries, path)
    return entries[0], path


@pytest.fixture
def intents(tmp_path: Path) -> Path:
    return Path(shutil.copytree(INTENTS, tmp_path / "intents"))


def test_a_proposal_is_named_by_its_words_and_shows_its_messages(tmp_path: Path) -> None:
    entry, path = proposed([*ASKED, *ASKED_ZH], tmp_path)
    assert "visit" in entry["name"]
    assert entry["name"].isidentifier()
    assert set(entry["examples"]["en"]) == set(ASKED)
    assert set(entry["examples"]["zh"]) == set(ASKED_ZH)
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["proposals"][0] == entry


def test_a_name_says_no_word_twice_in_two_forms(tmp_path: Path) -> None:
    texts = [
        "I want to apply for a job",
        "my job application",
        "apply for jobs",
        "job application",
        "applying for jobs",
    ]
    entry, _ = proposed(texts, tmp_path)
    words = entry["name"].split("_")
    assert len({word.rstrip("s")[:4] for word in words}) == len(words)
    assert {"job", "jobs"} & set(words)


def test_an_accepted_proposal_is_an_intent_of_the_catalogue(tmp_path: Path, intents: Path) -> None:
    entry, path = proposed([*ASKED, *ASKED_ZH], tmp_path)
    written = accept(entry["name"], path, intents)
    assert written.parent == intents
    assert Catalogue.load(intents).get(entry["name"]).direct == "search_knowledge"


def test_a_proposal_in_one_language_waits_for_examples_in_the_other(tmp_path: Path, intents: Path) -> None:
    entry, path = proposed(ASKED, tmp_path)
    with pytest.raises(OperatorError, match="Chinese"):
        accept(entry["name"], path, intents)
    assert entry["name"] not in Catalogue.load(intents)


def test_a_proposal_that_repeats_an_example_of_an_intent_is_refused(tmp_path: Path, intents: Path) -> None:
    taken = next(
        example.text for example in Catalogue.load(intents).examples if example.intent and example.language == "en"
    )
    entry, path = proposed([*ASKED, taken, *ASKED_ZH], tmp_path)
    with pytest.raises(OperatorError, match="also an example"):
        accept(entry["name"], path, intents)
    assert not list(intents.glob("discovered_*"))


def test_an_unknown_name_and_a_missing_file_are_told(tmp_path: Path, intents: Path) -> None:
    _, path = proposed(ASKED, tmp_path)
    with pytest.raises(OperatorError, match="no proposal 'nothing'"):
        accept("nothing", path, intents)
    with pytest.raises(OperatorError, match="no proposals in"):
        accept("nothing", tmp_path / "none.yaml", intents)


def test_personal_data_in_messages_is_masked(tmp_path: Path) -> None:
    entry, _ = proposed([*ASKED, "can I visit you, write to kari.nordmann@example.com"], tmp_path)
    assert "kari.nordmann@example.com" not in str(entry)


def test_a_draw_keeps_withheld_intents_from_the_router() -> None:
    train = [(f"text {n} of {intent}", intent) for intent in "abcdef" for n in range(50)]
    split = draw(train, [("held", "a")], withheld=2, shots=10, seed=1)
    assert {intent for _, intent in split.learned}.isdisjoint(split.withheld)
    assert {intent for _, intent in split.stream} == set("abcdef")
    assert not {text for text, _ in split.learned} & {text for text, _ in split.stream}
