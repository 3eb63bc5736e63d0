"""What a session leads to next, by four methods; each gives every item a score of at least 0.

- `Neighbours`: item-to-item similarity under BM25 weights (the `implicit` library).
- `SessionNeighbours`: VSKNN, sessions like this one with late items weighing more (Ludewig and Jannach 2018).
- `Followers`: sequential rules, what came how soon after (Kamehkhosh, Jannach and Ludewig 2017).
- `Popularity`: what most sessions met lately.
- `Returns`: the session's own items, by how often sessions go back to an item so many steps ago.
"""

from typing import Any, Protocol

import numpy as np

from assistant.insight.recommend.sessions import Learned, Numbers, Scores

_KEPT = 200
_FADES = 0.75
"""An item's weight for each later one in the session."""


class Member(Protocol):
    """A method that scores items after a session."""

    @property
    def name(self) -> str: ...

    def scores(self, session: Numbers) -> Scores:
        """A score for each item after the items of `session` (not empty), shape (items,)."""
        ...


class Neighbours:
    """Items met by the same sessions, under BM25 weights.

    Args:
        learned: what it learns from.
        k1: how soon repeated meetings stop counting.
        b: how much long sessions count less.
    """

    name = "bm25"

    def __init__(self, learned: Learned, k1: float = 1.2, b: float = 0.75) -> None:
        from implicit.nearest_neighbours import ItemItemRecommender, bm25_weight
        from scipy.sparse import csr_matrix

        self._size = len(learned.names)
        if not len(learned):
            self._similar = csr_matrix((self._size, self._size))
            return
        model = ItemItemRecommender(K=min(_KEPT, max(len(learned.names), 1)), num_threads=1)
        weighted = bm25_weight(learned.matrix(), K1=k1, B=b).tocsr()  # as `BM25Recommender`, which warns of its format
        model.fit(weighted, show_progress=False)
        self._similar = model.similarity.tocsr()

    def scores(self, session: Numbers) -> Scores:
        """Similarity to the session's items, late ones weighing more."""
        return _gathered(self._similar, session, self._size)


class Followers:
    """What came after an item, the sooner the more; rules of newer sessions weigh more.

    Args:
        learned: what it learns from.
        steps: how far apart two items may be.
        half_life: of a rule's weight, as a share of the time that `learned` spans.
    """

    name = "followers"

    def __init__(self, learned: Learned, steps: int = 10, half_life: float = 0.25) -> None:
        from scipy.sparse import csr_matrix

        self._size = len(learned.names)
        weight = _freshness(learned.ended, half_life)
        owners, items = learned.pairs()
        parts = []
        for step in range(1, steps + 1):
            same = owners[step:] == owners[:-step]
            before, after = items[:-step][same], items[step:][same]
            parts.append((before, after, weight[owners[step:][same]] / step))
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        rules = csr_matrix((values, (rows, columns)), shape=(self._size, self._size))
        self._rules = _best_of(rules, _KEPT)

    def scores(self, session: Numbers) -> Scores:
        """Weight of the rules that lead from the session's last items."""
        return _gathered(self._rules, session, self._size)


class SessionNeighbours:
    """VSKNN: among the newest sessions that share an item, those most alike tell what comes next.

    Args:
        learned: what it learns from.
        sample: how many of the newest sessions are looked at.
        neighbours: how many of them count.
    """

    name = "vsknn"

    def __init__(self, learned: Learned, sample: int = 1_000, neighbours: int = 100) -> None:
        counts = learned.matrix()
        counts.data[:] = 1.0
        self._sessions = counts.tocsr()
        self._met = counts.tocsc()  # row numbers are in order of age, so the newest stand last
        self._sample, self._neighbours = sample, neighbours
        held = np.maximum(np.asarray(counts.sum(axis=0)).ravel(), 1.0)
        self._rarity = 1.0 + np.log(max(len(learned), 1) / held)

    def scores(self, session: Numbers) -> Scores:
        """Items of the sessions most alike, those that share a late item weighing more."""
        size = self._sessions.shape[1]
        latest: dict[int, float] = {}
        for place, item in enumerate(session, 1):
            latest[int(item)] = place / len(session)
        likeness = np.zeros(self._sessions.shape[0])
        late = np.zeros(self._sessions.shape[0])
        found = []
        for item, share in latest.items():
            rows = self._met.indices[self._met.indptr[item] : self._met.indptr[item + 1]][-self._sample :]
            likeness[rows] += share
            late[rows] = np.maximum(late[rows], share)
            found.append(rows)
        near = np.unique(np.concatenate(found))[-self._sample :]
        if not len(near):
            return np.zeros(size)
        if len(near) > self._neighbours:
            order = np.lexsort((near, likeness[near]))  # of equally alike ones the newest
            near = near[order[-self._neighbours :]]
        total = np.zeros(size)
        weights = likeness[near] * late[near]
        starts, ends = self._sessions.indptr[near], self._sessions.indptr[near + 1]
        columns = np.concatenate([self._sessions.indices[a:b] for a, b in zip(starts, ends, strict=True)])
        np.add.at(total, columns, np.repeat(weights, ends - starts))
        return np.asarray(total * self._rarity)


class Popularity:
    """How many sessions met an item, newer ones weighing more."""

    name = "popularity"

    def __init__(self, learned: Learned, half_life: float | None = None) -> None:
        owners, items = learned.pairs()
        weight = np.ones(len(learned)) if half_life is None else _freshness(learned.ended, half_life)
        self._counts = np.bincount(items, weights=weight[owners], minlength=len(learned.names)).astype(np.float64)

    def scores(self, session: Numbers) -> Scores:
        """The same whatever the session."""
        return self._counts


class Returns:
    """The session's own items: how often a session goes back to what it met one, two, ... steps ago."""

    name = "returns"
    _STEPS = 10

    def __init__(self, learned: Learned) -> None:
        owners, items = learned.pairs()
        shares = []
        for step in range(1, self._STEPS + 1):
            same = owners[step:] == owners[:-step]
            back = items[step:][same] == items[:-step][same]
            shares.append(float(back.sum() + 0.1) / (float(same.sum()) + 1.0))
        self._shares = shares
        self._size = len(learned.names)

    def scores(self, session: Numbers) -> Scores:
        """Above 0 for the session's items only."""
        total = np.zeros(self._size)
        for item, share in zip(session[::-1], self._shares, strict=False):
            total[item] = max(total[item], share)
        return total


def _gathered(matrix: Any, session: Numbers, size: int) -> Scores:
    total = np.zeros(size)
    indptr, indices, data = matrix.indptr, matrix.indices, matrix.data
    weight = 1.0
    for item in session[::-1][:20]:
        start, end = indptr[item], indptr[item + 1]
        total[indices[start:end]] += weight * data[start:end]
        weight *= _FADES
    return total


def _freshness(ended: Scores, half_life: float) -> Scores:
    """1 for the newest session, a half for one that is older by `half_life` of the whole span."""
    span = float(ended[-1] - ended[0]) if len(ended) else 0.0
    if span <= 0:
        return np.ones(len(ended))
    return np.asarray(0.5 ** ((ended[-1] - ended) / (half_life * span)))


def _best_of(matrix: Any, kept: int) -> Any:
    """The same sparse matrix with at most `kept` values a row, the largest."""
    matrix.sum_duplicates()
    indptr, data = matrix.indptr, matrix.data
    for row in np.flatnonzero(np.diff(indptr) > kept):
        part = data[indptr[row] : indptr[row + 1]]
        part[np.argsort(-part, kind="stable")[kept:]] = 0.0
    matrix.eliminate_zeros()
    return matrix
