"""Drift raises an alarm where something changed, and almost never where nothing did."""

from collections import Counter

import numpy as np
import pytest

from assistant.insight.learning.drift import FALSE_ALARMS, Drift, Talk, drift

INTENTS = ["track_order", "return_item", "refund", "stock", "warranty"]


def conversations(
    chance: np.random.Generator, count: int, shares: list[float], chinese: float, outside: float
) -> list[Talk]:
    """Conversations of one to five messages; a conversation keeps its language and mostly its intent."""
    found: list[Talk] = []
    for _ in range(count):
        messages = int(chance.integers(1, 6))
        language = "zh" if chance.random() < chinese else "en"
        intent = INTENTS[int(chance.choice(len(INTENTS), p=shares))]
        away = int(chance.random() < outside) * messages
        found.append(
            {
                "language": Counter({language: messages}),
                "intent": Counter({intent: messages}),
                "out_of_scope": Counter({"True": away, "False": messages - away}),
            }
        )
    return found


USUAL = [0.4, 0.2, 0.2, 0.1, 0.1]


def look(seed: int, shares: list[float] = USUAL, chinese: float = 0.3, outside: float = 0.05) -> Drift:
    chance = np.random.default_rng(seed)
    before = conversations(chance, 240, USUAL, 0.3, 0.05)
    return drift(before, conversations(chance, 60, shares, chinese, outside), seed=seed)


def test_where_nothing_changed_alarms_are_as_rare_as_stated() -> None:
    alarms = sum(look(seed).alarm for seed in range(60))
    assert alarms <= 60 * FALSE_ALARMS + 2  # three or more of 60 would come once in some fifty runs at this rate


@pytest.mark.parametrize(
    ("aspect", "changed"),
    [
        ("language", {"chinese": 0.7}),
        ("out_of_scope", {"outside": 0.35}),
        ("intent", {"shares": [0.1, 0.2, 0.2, 0.1, 0.4]}),
    ],
)
def test_what_changed_is_named_with_its_shares(aspect: str, changed: dict[str, object]) -> None:
    found = look(1, **changed)  # type: ignore[arg-type]
    assert found.alarm
    assert [change.aspect for change in found.changes if change.alarm] == [aspect]
    moved = next(change for change in found.changes if change.alarm).moved
    assert moved[0][1] != moved[0][2]


def test_the_same_conversations_give_the_same_answer() -> None:
    assert look(3) == look(3)


def test_too_few_conversations_say_nothing() -> None:
    chance = np.random.default_rng(1)
    found = drift(conversations(chance, 300, USUAL, 0.3, 0.05), conversations(chance, 5, USUAL, 1.0, 1.0))
    assert not found.enough
    assert not found.alarm


def test_a_change_that_does_not_matter_raises_no_alarm() -> None:
    chance = np.random.default_rng(2)
    found = drift(
        conversations(chance, 9000, USUAL, 0.30, 0.05), conversations(chance, 9000, USUAL, 0.33, 0.05), seed=2
    )
    language = next(change for change in found.changes if change.aspect == "language")
    assert language.p <= FALSE_ALARMS / 3
    assert not language.alarm
