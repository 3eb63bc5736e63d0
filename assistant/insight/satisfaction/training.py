"""Trains a model of satisfaction from rated moments: deterministic, everything chosen on held-back dialogues.

Words are heard first by a ridge regression; what it says of dialogues that it hasn't seen becomes two more columns
beside the cheap measures (stacking; Wolpert 1992). Trees and a linear model are both tried over these columns, and
the one whose calibrated probabilities are better (log loss) on held-back dialogues is kept.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.figures import choose_limits, figures_of
from assistant.insight.satisfaction.learners import LEARNERS, Rows
from assistant.insight.satisfaction.model import SatisfactionModel, Table, calibrated, log_odds, without

_FOLDS = 4
_RIDGE = 2.0
_WAYS = ("dissatisfied", "satisfied")
VERSION = 2


def train(
    moments: Sequence[Moment],
    *,
    with_now: bool,
    ignored: Sequence[str] = (),
    kinds: Sequence[str] = tuple(LEARNERS),
    table: Table | None = None,
) -> SatisfactionModel:
    """Learn from rated moments.

    Args:
        moments: of at least some dialogues; from both sides, or nothing can be told apart.
        with_now: whether the customer's message at the moment may be read.
        ignored: columns that must not be looked at.
        kinds: of `LEARNERS`, that are tried.
        table: the moments, where they were measured before.
    """
    table = table or Table.of(moments, with_now=with_now)
    labels = np.array([moment.rating for moment in moments])
    low = labels <= 2
    targets, part = shares_of(moments), parts_of(moments, _FOLDS)
    rows = without(np.hstack([table.measured, _spoken(table, targets, part)]), ignored)
    tried = {kind: _held_back(kind, rows, targets, part) for kind in kinds}
    losses = {kind: log_loss(calibrated(held[:, 0], platt(held[:, 0], low)), low) for kind, held in tried.items()}
    kind = min(losses, key=lambda name: losses[name])
    held = tried[kind]
    slope, limits = platt(held[:, 0], low), choose_limits(held[:, 0], held[:, 1], labels)
    found = figures_of(labels, limits.ratings(held[:, 0], held[:, 1]), calibrated(held[:, 0], slope))
    weights, bias = _ridge(table.words, targets)
    return SatisfactionModel(
        low=LEARNERS[kind](rows, targets[:, 0]),
        high=LEARNERS[kind](rows, targets[:, 1]),
        words=weights.astype(np.float32),
        bias=(float(bias[0]), float(bias[1])),
        platt=slope,
        limits=limits,
        with_now=with_now,
        ignored=tuple(ignored),
        figures={
            "kind": kind,
            "log_loss": {name: round(loss, 5) for name, loss in losses.items()},
            "moments": len(moments),
            "dialogues": len({moment.dialogue for moment in moments}),
            "held_back": found.data(),
        },
    )


def _spoken(table: Table, targets: Rows, part: NDArray[np.int64]) -> Rows:
    """What words tell of dialogues that weren't learned from, shape (n, 2)."""
    found = np.zeros(targets.shape)
    for fold in range(_FOLDS):
        held = part == fold
        weights, bias = _ridge(table.take(~held).words, targets[~held])
        found[held] = table.take(held).words @ weights.T + bias
    return found


def _held_back(kind: str, rows: Rows, targets: Rows, part: NDArray[np.int64]) -> Rows:
    """Shares that a kind of model foresees of dialogues that it didn't learn from, shape (n, 2)."""
    found = np.zeros(targets.shape)
    for fold in range(_FOLDS):
        held = part == fold
        for way in range(len(_WAYS)):
            found[held, way] = LEARNERS[kind](rows[~held], targets[~held, way]).shares(rows[held])
    return found


def shares_of(moments: Sequence[Moment]) -> Rows:
    """Shares of annotators who said 1 or 2, and 4 or 5; shape (n, 2). The majority counts as much as all of them."""
    found = np.zeros((len(moments), len(_WAYS)))
    for row, moment in enumerate(moments):
        given = np.array(moment.ratings)
        said = np.array([(given <= 2).mean(), (given >= 4).mean()])
        found[row] = (said + np.array([moment.rating <= 2, moment.rating >= 4])) / 2
    return found


def parts_of(moments: Sequence[Moment], folds: int) -> NDArray[np.int64]:
    """A fold for each moment, that of its dialogue; by the words, so that the order of a file doesn't matter."""
    known: dict[int, int] = {}
    for moment in moments:
        if moment.dialogue not in known:
            first = " ".join(line.text for line in (*moment.lines[:4], *((moment.now,) if moment.now else ())))
            key = f"{moment.dialogue} {first}"
            known[moment.dialogue] = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
    rank = {dialogue: n for n, dialogue in enumerate(sorted(known, key=lambda d: (known[d], d)))}
    return np.array([rank[moment.dialogue] % folds for moment in moments])


def platt(shares: Rows, low: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift that calibrate shares, fitted on held-back ones; none where all are alike."""
    from sklearn.linear_model import LogisticRegression

    if low.all() or not low.any():
        return 1.0, 0.0
    found = LogisticRegression(C=1e4).fit(log_odds(shares)[:, None], low)
    return float(found.coef_[0, 0]), float(found.intercept_[0])


def _ridge(words: object, targets: Rows) -> tuple[Rows, Rows]:
    from sklearn.linear_model import Ridge

    found = Ridge(alpha=_RIDGE, solver="sparse_cg", tol=1e-3, random_state=7).fit(words, targets)
    return np.atleast_2d(found.coef_), np.atleast_1d(found.intercept_)


def log_loss(chances: Rows, low: NDArray[np.bool_]) -> float:
    """Mean log loss of the chances of being dissatisfied."""
    held = np.clip(chances, 1e-6, 1 - 1e-6)
    return float(-np.where(low, np.log(held), np.log(1 - held)).mean())
