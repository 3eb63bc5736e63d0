"""Whole dialogues in both languages: what is understood, what is done, what stays untouched, and how it is asked.

The dialogues lie in `evals/dialogues/`; `assistant bench dialogues` prints their figures.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.evaluation.dialogues.cases import Dialogue, read_dialogues
from assistant.evaluation.dialogues.report import report
from assistant.evaluation.dialogues.run import DialogueRunner, Verdict
from assistant.settings import PROJECT_DIR, Settings

ALL = read_dialogues(PROJECT_DIR / "evals" / "dialogues")
LATER = "everyday_"
"""Files that were written when the others passed, in freer words; see `evals/dialogues/README.md`."""
CHANGES = [dialogue for dialogue in ALL if dialogue.file.startswith("orders_")]
BAR = 95.0
LATER_BAR = 60.0
MODEL_AT_MOST = 15.0
LATE = 6
"""From this turn on a conversation counts as long."""


def runner(house: Wiring) -> DialogueRunner:
    clock = house.clock
    assert isinstance(clock, FixedClock)
    return DialogueRunner(house, clock)


def seed(house: Wiring) -> None:
    """The shop and the clock as they were at the beginning."""
    runner(house).reset()


@pytest.fixture(scope="module")
def tidied(house: Wiring) -> Iterator[Wiring]:
    """The house, with its shop put back for other tests afterwards."""
    yield house
    seed(house)


@pytest.fixture(scope="module")
def verdicts(tidied: Wiring) -> list[Verdict]:
    """All dialogues, held without any model."""
    dialogues = runner(tidied)
    return [dialogues.run(dialogue) for dialogue in ALL]


@pytest.fixture(scope="module")
def local(tidied: Wiring) -> Wiring:
    """The same house with the local model."""
    wiring = Wiring(Settings(data_dir=Path(tidied.settings.data_dir)), clock=tidied.clock)
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue"):
        wiring.__dict__[shared] = getattr(tidied, shared)
    return wiring


@pytest.mark.parametrize("dialogue", CHANGES, ids=[dialogue.title for dialogue in CHANGES])
def test_every_dialogue_about_changes_is_right(verdicts: list[Verdict], dialogue: Dialogue) -> None:
    verdict = next(v for v in verdicts if (v.file, v.name) == (dialogue.file, dialogue.name))
    assert verdict.passed, str(verdict)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nearly_all_dialogues_are_right_without_any_model(verdicts: list[Verdict], language: str) -> None:
    _hold(BAR, [v for v in verdicts if v.language == language and not v.file.startswith(LATER)])


def test_most_dialogues_in_freer_words_are_right_without_any_model(verdicts: list[Verdict]) -> None:
    _hold(LATER_BAR, [verdict for verdict in verdicts if verdict.file.startswith(LATER)])


def test_no_model_is_asked_where_there_is_none(verdicts: list[Verdict]) -> None:
    assert report(verdicts).model_asked == 0.0


def test_long_conversations_are_understood_as_well_as_short_ones(verdicts: list[Verdict]) -> None:
    turns = [turn for verdict in verdicts for turn in verdict.turns]
    early = [not turn.problems for turn in turns if turn.number < LATE]
    late = [not turn.problems for turn in turns if turn.number >= LATE]
    assert len(late) >= 50
    assert sum(late) / len(late) >= sum(early) / len(early) - 0.03


def test_there_are_at_least_eighty_dialogues_half_of_them_chinese() -> None:
    chinese = [dialogue for dialogue in ALL if dialogue.language == "zh"]
    assert len(ALL) >= 80
    assert 0.4 <= len(chinese) / len(ALL) <= 0.6


@pytest.mark.model
def test_nearly_all_dialogues_are_right_with_the_local_model(local: Wiring) -> None:
    dialogues = runner(local)
    found = [dialogues.run(dialogue) for dialogue in ALL]
    figures = report(found)
    assert figures.router_asked <= MODEL_AT_MOST, f"the router asked the model in {figures.router_asked} % of the turns"
    _hold(BAR, [verdict for verdict in found if not verdict.file.startswith(LATER)])
    _hold(LATER_BAR, [verdict for verdict in found if verdict.file.startswith(LATER)])
    _hold(100.0, [verdict for verdict in found if verdict.file.startswith("orders_")])


def _hold(bar: float, verdicts: Sequence[Verdict]) -> None:
    figures = report(verdicts)
    assert figures.dialogues.percent >= bar, "\n\n".join([str(figures.dialogues), *figures.failing])
