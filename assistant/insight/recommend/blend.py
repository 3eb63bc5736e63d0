"""The blend: several methods' scores, each scaled to its best, added with weights that were chosen on held-back time.

What comes next on a shop's pages is seldom told best by one method: neighbours know what belongs together, followers
what comes next, popularity what to fall back on. The weights are chosen on the newest sessions of what is learned
from, never on what is measured.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant.insight.recommend.members import Followers, Member, Neighbours, Popularity, Returns, SessionNeighbours
from assistant.insight.recommend.sessions import Learned, Numbers, Scores, Session, numbered

_HELD_BACK = 0.1
_MOST_TRIED = 1_500
_TOP = 20
_STEPS = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
_MAKERS: tuple[Callable[[Learned], Member], ...] = (
    Neighbours,
    SessionNeighbours,
    Followers,
    lambda learned: Popularity(learned, half_life=0.1),
    Returns,
)
DEFAULT_WEIGHTS: Mapping[str, float] = {"bm25": 1.0, "vsknn": 1.0, "followers": 0.5, "popularity": 0.05, "returns": 0.0}
"""Where too little is known to choose."""
_ENOUGH_TO_CHOOSE = 100


class Blend:
    """What comes next after a session.

    Args:
        learned: what it learns from.
        members: the methods.
        weights: by their names.
    """

    name = "blend"

    def __init__(self, learned: Learned, members: Sequence[Member], weights: Mapping[str, float]) -> None:
        self.names = learned.names
        self.weights = dict(weights)
        self._members = [member for member in members if weights.get(member.name, 0.0) > 0]
        self._places = {name: at for at, name in enumerate(learned.names)}

    @classmethod
    def fit(cls, sessions: Sequence[Session], names: Sequence[str] = ()) -> "Blend":
        """Learn from `sessions`; weights are chosen on the newest tenth of them, where there are enough."""
        learned = Learned.of(sessions, names)
        weights = chosen_weights(learned)
        return cls(learned, [make(learned) for make in _MAKERS], weights)

    def scores(self, session: Numbers) -> Scores:
        """A score for each item, shape (items,)."""
        total = np.zeros(len(self.names))
        for member in self._members:
            total += self.weights[member.name] * scaled(member.scores(session))
        return total

    def after(self, items: Sequence[str]) -> dict[str, float]:
        """Scores above 0 by item, scaled to the best; empty where none of `items` was ever met."""
        session = numbered(items, self._places)
        if not len(session):
            return {}
        found = scaled(self.scores(session))
        return {self.names[at]: float(found[at]) for at in np.flatnonzero(found > 0)}


def scaled(scores: Scores) -> Scores:
    """Scores divided by their best."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores


def top(scores: Scores, count: int = _TOP) -> Numbers:
    """Numbers of the best items with a score above 0, best first; equal ones in the order of their numbers."""
    if len(scores) > 4 * count:
        least = np.partition(scores, -count)[-count]
        found = np.flatnonzero(scores >= max(least, np.finfo(float).tiny))
    else:
        found = np.flatnonzero(scores > 0)
    return np.asarray(found[np.lexsort((found, -scores[found]))][:count])


def chosen_weights(learned: Learned) -> dict[str, float]:
    """Weights that serve the newest tenth of the sessions best, by coordinate search on recall and reciprocal rank."""
    cut = int(len(learned) * (1.0 - _HELD_BACK))
    held = [row for row in learned.rows[cut:] if len(row) > 1]
    if cut < 1 or len(held) < _ENOUGH_TO_CHOOSE:
        return dict(DEFAULT_WEIGHTS)
    older = Learned(learned.names, learned.rows[:cut], learned.ended[:cut])
    members = [make(older) for make in _MAKERS]
    met = np.zeros(len(learned.names), dtype=bool)
    met[older.pairs()[1]] = True
    tried = [(row[:place], int(row[place])) for row in held for place in range(1, len(row)) if met[row[place]]]
    tried = [(before[met[before]], target) for before, target in tried]
    tried = [(before, target) for before, target in tried if len(before)]
    if len(tried) > _MOST_TRIED:
        tried = [tried[at] for at in np.linspace(0, len(tried) - 1, _MOST_TRIED).astype(int)]
    if len(tried) < _ENOUGH_TO_CHOOSE:
        return dict(DEFAULT_WEIGHTS)
    cases = [_candidates(members, before, target) for before, target in tried]
    weights = np.array([DEFAULT_WEIGHTS[member.name] for member in members])
    best = _merit(cases, weights)
    for _ in range(3):
        before_round = best
        for at in range(len(members)):
            for value in _STEPS:
                candidate = weights.copy()
                candidate[at] = value
                merit = _merit(cases, candidate) if candidate.any() else 0.0
                if merit > best + 1e-9:
                    best, weights = merit, candidate
        if best == before_round:
            break
    return {member.name: float(weight) for member, weight in zip(members, weights, strict=True)}


def _candidates(members: Sequence[Member], before: Numbers, target: int) -> tuple[Scores, int]:
    """Scaled scores of each method's best items, shape (methods, items), and the target's place among them or -1."""
    every = np.stack([scaled(member.scores(before)) for member in members])
    items = np.unique(np.concatenate([top(row, 2 * _TOP) for row in every]))
    place = int(np.searchsorted(items, target))
    found = place < len(items) and items[place] == target
    return every[:, items], place if found else -1


def _merit(cases: Sequence[tuple[Scores, int]], weights: Scores) -> float:
    total = 0.0
    for scores, place in cases:
        if place < 0:
            continue
        blended = weights @ scores
        rank = int((blended > blended[place]).sum() + (blended[:place] == blended[place]).sum()) + 1
        total += (1.0 + 1.0 / rank) if rank <= _TOP and blended[place] > 0 else 0.0
    return total / len(cases)
