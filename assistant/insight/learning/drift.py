"""Drift alarms: have languages, intents, or the share of messages out of scope changed?

The last days are compared with the weeks before. Messages of one conversation go together, so whole conversations are
what is exchanged: a permutation test (Good 2005) of the chi-square statistic of messages by category, whose false
alarms are exact whatever messages are like. Three things are tested at a time, so each may be wrong in a third of the
stated rate (Bonferroni): if nothing changed, fewer than one look in a hundred raises an alarm. A change too small to
matter raises none either.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from assistant.clock import Clock
from assistant.storage.conversation_tables import TurnRow
from assistant.storage.engine import Database

FALSE_ALARMS = 0.01
"""The share of looks, at most, that raise an alarm though nothing has changed."""
ASPECTS = ("language", "intent", "out_of_scope")
LEAST_CHANGE = 0.05
"""Total variation distance below which a change doesn't matter: as many messages would have to be exchanged."""
FEWEST = 20
_ROUNDS = 1999
_RARE = 5
_OTHER = "other"
_SMALL_TALK = frozenset("greeting thanks goodbye affirm deny bot_identity".split())

Talk = Mapping[str, Counter[str]]
"""Of one conversation, how many messages of each category, by aspect."""


@dataclass(frozen=True)
class Change:
    """One thing that was tested.

    Args:
        aspect: of `ASPECTS`.
        p: probability of a change as large if nothing had changed.
        distance: total variation distance, 0 to 1.
        alarm: whether it is small enough to call it a change.
        moved: categories that moved most, with their shares before and now.
    """

    aspect: str
    p: float
    distance: float
    alarm: bool
    moved: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class Drift:
    """What was found; `enough` is False where there are too few conversations to say anything."""

    before: int
    now: int
    changes: tuple[Change, ...]

    @property
    def enough(self) -> bool:
        """Whether both spans have conversations enough."""
        return min(self.before, self.now) >= FEWEST

    @property
    def alarm(self) -> bool:
        """Whether anything changed."""
        return any(change.alarm for change in self.changes)


def drift(before: Sequence[Talk], now: Sequence[Talk], *, seed: int = 7) -> Drift:
    """Compare two spans.

    Args:
        before: conversations of the reference span.
        now: of the last days.
        seed: of the permutations; the same conversations give the same answer.
    """
    found = Drift(len(before), len(now), ())
    if not found.enough:
        return found
    chance = np.random.default_rng(seed)
    return Drift(len(before), len(now), tuple(_change(name, before, now, chance) for name in ASPECTS))


def talks(database: Database, start: datetime, end: datetime) -> list[Talk]:
    """What the conversations of a span were about, as the router read their messages when they came.

    Args:
        database: holds the decisions.
        start: of the span; and `end`, not included.
    """
    query = select(TurnRow.conversation_id, TurnRow.decision).where(TurnRow.at >= start, TurnRow.at < end)
    found: dict[str, dict[str, Counter[str]]] = {}
    with database.read() as session:
        for conversation_id, decision in session.execute(query.order_by(TurnRow.at, TurnRow.turn_id)):
            if not decision or not decision.get("outcome"):
                continue
            talk = found.setdefault(conversation_id, {name: Counter() for name in ASPECTS})
            talk["language"][str(decision.get("language", "en"))] += 1
            talk["out_of_scope"][str(decision["outcome"] == "out_of_scope")] += 1
            names = [intent["intent"] for intent in decision.get("intents") or ()]
            talk["intent"].update(name for name in names if name not in _SMALL_TALK)
    return list(found.values())


def lately(database: Database, clock: Clock, *, days: int = 7, reference: int = 28) -> Drift:
    """The last days against the weeks before.

    Args:
        database: holds the decisions.
        clock: tells now.
        days: of the span that is looked at.
        reference: days before it that it is compared with.
    """
    end = clock.now()
    middle = end - timedelta(days=days)
    return drift(talks(database, middle - timedelta(days=reference), middle), talks(database, middle, end))


def _change(aspect: str, before: Sequence[Talk], now: Sequence[Talk], chance: np.random.Generator) -> Change:
    names, counts = _table(aspect, [*before, *now])
    recent = np.zeros(len(counts), dtype=bool)
    recent[len(before) :] = True
    total = counts.sum(axis=0)
    if len(names) < 2 or not counts[recent].sum() or not counts[~recent].sum():
        return Change(aspect, 1.0, 0.0, False)
    seen = _chi_square(counts[recent].sum(axis=0), total)
    as_far = 1
    for _ in range(_ROUNDS):
        drawn = counts[chance.permutation(len(counts))[: len(now)]].sum(axis=0)
        as_far += _chi_square(drawn, total) >= seen - 1e-9
    p = as_far / (_ROUNDS + 1)
    old, new = (counts[rows].sum(axis=0) / counts[rows].sum() for rows in (~recent, recent))
    distance = float(np.abs(old - new).sum() / 2)
    order = np.argsort(-np.abs(old - new), kind="stable")[:3]
    moved = tuple((names[n], round(float(old[n]), 4), round(float(new[n]), 4)) for n in order)
    alarm = p <= FALSE_ALARMS / len(ASPECTS) and distance >= LEAST_CHANGE
    return Change(aspect, p, round(distance, 4), alarm, moved)


def _table(aspect: str, both: Sequence[Talk]) -> tuple[list[str], NDArray[np.float64]]:
    """Categories, and counts of shape (conversations, categories); rare categories are counted together."""
    totals: Counter[str] = Counter()
    for talk in both:
        totals.update(talk[aspect])
    often = sorted(name for name, count in totals.items() if count >= _RARE)
    names = [*often, *([_OTHER] if len(often) < len(totals) else [])]
    number = {name: n for n, name in enumerate(names)}
    counts = np.zeros((len(both), len(names)))
    for row, talk in enumerate(both):
        for name, count in talk[aspect].items():
            counts[row, number.get(name, len(names) - 1)] += count
    return names, counts


def _chi_square(drawn: NDArray[np.float64], total: NDArray[np.float64]) -> float:
    """Of two spans of messages by category, the one given and the rest of the total."""
    share = drawn.sum() / total.sum()
    if not 0 < share < 1:
        return 0.0
    away = (drawn - total * share) ** 2
    return float((away / (total * share)).sum() + (away / (total * (1 - share))).sum())
