"""How well what comes next is foretold: recall and reciprocal rank at 20, method beside method in one run.

Every place of a test session but its first is foretold from what came before (Hidasi et al. 2016). About a quarter of
clicks repeat an item of the session, which is easily foretold and no recommendation, so places whose item is new are
told apart, once with the same lists and once with lists that leave out what the session has met.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from assistant.insight.recommend.blend import Blend, top
from assistant.insight.recommend.members import Followers, Member, Neighbours, Popularity, SessionNeighbours
from assistant.insight.recommend.sessions import Learned, Numbers, Session, numbered

_TOP = 20


@dataclass(frozen=True)
class Recalled:
    """Share of places whose item is among the first 20, and the mean of 1 / its rank there. Both 0 to 1."""

    places: int
    recall: float
    mrr: float


@dataclass(frozen=True)
class MethodFigures:
    """What one method reached.

    Args:
        all: every place.
        unseen: places whose item the session had not met, by the same lists.
        unseen_only: the same places, by lists without what the session had met.
        p50_ms: and `p95_ms`, of one list.
    """

    method: str
    all: Recalled
    unseen: Recalled
    unseen_only: Recalled
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class RecommenderFigures:
    """All methods on the same places."""

    sessions: int
    events: int
    items: int
    tested_sessions: int
    weights: dict[str, float]
    fit_s: float
    methods: tuple[MethodFigures, ...]

    def plain(self) -> dict[str, object]:
        """As plain data, for JSON."""
        return asdict(self)


def measure(
    train: Sequence[Session], tested: Sequence[Session], progress: Callable[[str], None] | None = None
) -> RecommenderFigures:
    """Learn from `train` and foretell `tested`."""
    started = time.perf_counter()
    blend = Blend.fit(train)
    fit_s = time.perf_counter() - started
    learned = Learned.of(train)
    members: list[Member] = [Popularity(learned), SessionNeighbours(learned), Followers(learned), Neighbours(learned)]
    places = {name: at for at, name in enumerate(learned.names)}
    rows = [row for row in (numbered(session.items, places) for session in tested) if len(row) > 1]
    found = []
    for member in (*members, blend):
        if progress is not None:
            progress(f"foretelling by {member.name}")
        found.append(_measured(member, rows))
    events = sum(len(row) for row in learned.rows)
    return RecommenderFigures(
        len(learned), events, len(learned.names), len(rows), blend.weights, round(fit_s, 2), tuple(found)
    )


def _measured(member: Member, rows: Sequence[Numbers]) -> MethodFigures:
    ranks: list[int] = []
    without: list[int] = []
    seen: list[bool] = []
    times: list[float] = []
    for row in rows:
        for at in range(1, len(row)):
            before, target = row[:at], row[at]
            started = time.perf_counter()
            scores = member.scores(before)
            listed = top(scores, _TOP)
            times.append((time.perf_counter() - started) * 1000)
            ranks.append(_rank(listed, target))
            seen.append(bool((before == target).any()))
            if not seen[-1]:
                fresh = scores.copy()
                fresh[before] = 0.0
                without.append(_rank(top(fresh, _TOP), target))
    unseen = [rank for rank, was in zip(ranks, seen, strict=True) if not was]
    p50, p95 = np.percentile(times, [50, 95])
    return MethodFigures(
        member.name, _recalled(ranks), _recalled(unseen), _recalled(without), round(p50, 3), round(p95, 3)
    )


def _rank(listed: Numbers, target: int) -> int:
    """1 for the first place; 0 where it isn't listed."""
    at = np.flatnonzero(listed == target)
    return int(at[0]) + 1 if len(at) else 0


def _recalled(ranks: Sequence[int]) -> Recalled:
    count = max(len(ranks), 1)
    hits = sum(rank > 0 for rank in ranks)
    return Recalled(len(ranks), round(hits / count, 4), round(sum(1 / rank for rank in ranks if rank) / count, 4))
