"""Trains a model of satisfaction from rated moments: deterministic, everything chosen on held-back dialogues.

Words are heard first by a ridge regression; what it says of dialogues that it hasn't seen becomes two more columns
beside the cheap measures (stacking; Wolpert 1992). Trees, a linear model, and both together are tried over these
columns. Both together are kept, unless one of them alone foresees held-back dialogues better (log loss) by more than
chance: of a few hundred dialogues the one that comes out best often had luck, and is too sure. How sure
it may be is fitted on dialogues held back at random and by kind (see `calibrating`).
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.calibrating import fit, kinds_of, known_words, newness
from assistant.insight.satisfaction.dialogues import Moment
from assistant.insight.satisfaction.figures import choose_limits, figures_of
from assistant.insight.satisfaction.learners import LEARNERS, Rows, joined
from assistant.insight.satisfaction.model import SatisfactionModel, Table, without

_FOLDS = 4
_RIDGE = 2.0
_WAYS = ("dissatisfied", "satisfied")
_USUAL = "together"
_SURE = 1.96
"""Standard errors by which another kind must be better."""
VERSION = 5


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
    new = _newness(table, part)
    tried = {kind: _held_back(kind, rows, targets, part, _WAYS) for kind in kinds if kind != _USUAL}
    if _USUAL in kinds:
        tried[_USUAL] = joined(*tried.values()) if len(tried) > 1 else _held_back(_USUAL, rows, targets, part, _WAYS)
    losses = {kind: _losses(held[:, 0], new, table.chinese, low) for kind, held in tried.items()}
    kind = _kept(losses, np.array([moment.dialogue for moment in moments]))
    held = tried[kind]
    by_kind = kinds_of(moments, table.words, _FOLDS)
    rows_by_kind = without(np.hstack([table.measured, _spoken(table, targets, by_kind)]), ignored)
    unlike = _held_back(kind, rows_by_kind, targets, by_kind, _WAYS[:1])[:, 0]
    calibration = fit(
        np.concatenate([held[:, 0], unlike]),
        np.concatenate([new, _newness(table, by_kind)]),
        np.tile(table.chinese, 2),
        np.tile(low, 2),
    )
    limits = choose_limits(held[:, 0], held[:, 1], labels)
    chances = calibration.chances(held[:, 0], new, table.chinese)
    found = figures_of(labels, limits.ratings(held[:, 0], held[:, 1]), chances)
    weights, bias = _ridge(table.words, targets)
    return SatisfactionModel(
        low=LEARNERS[kind](rows, targets[:, 0]),
        high=LEARNERS[kind](rows, targets[:, 1]),
        words=weights.astype(np.float32),
        bias=(float(bias[0]), float(bias[1])),
        known=known_words(table.words),
        calibration=calibration,
        limits=limits,
        with_now=with_now,
        ignored=tuple(ignored),
        figures={
            "kind": kind,
            "log_loss": {name: round(float(each.mean()), 5) for name, each in losses.items()},
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


def _held_back(kind: str, rows: Rows, targets: Rows, part: NDArray[np.int64], ways: Sequence[str]) -> Rows:
    """Shares that a kind of model foresees of dialogues that it didn't learn from, shape (n, ways)."""
    found = np.zeros((len(rows), len(ways)))
    for fold in range(_FOLDS):
        held = part == fold
        for way in range(len(ways)):
            found[held, way] = LEARNERS[kind](rows[~held], targets[~held, way]).shares(rows[held])
    return found


def _losses(shares: Rows, new: Rows, chinese: Rows, low: NDArray[np.bool_]) -> Rows:
    """The log loss of each moment by the calibrated chances of one kind of model, shape (n,)."""
    return _log_losses(fit(shares, new, chinese, low).chances(shares, new, chinese), low)


def _kept(losses: Mapping[str, Rows], dialogues: NDArray[np.int64]) -> str:
    """The kind of model that is kept: the usual one unless another's losses are smaller by more than chance.

    Args:
        losses: of each kind, on the same moments.
        dialogues: whose the moments are; those of one dialogue go together.
    """
    mean = {kind: float(each.mean()) for kind, each in losses.items()}
    best = min(mean, key=lambda kind: mean[kind])
    if _USUAL not in losses or best == _USUAL:
        return best
    won = np.bincount(np.unique(dialogues, return_inverse=True)[1], weights=losses[_USUAL] - losses[best])
    return best if won.mean() > _SURE * won.std(ddof=1) / np.sqrt(len(won)) else _USUAL


def _newness(table: Table, part: NDArray[np.int64]) -> Rows:
    """How new the words of each moment are to the dialogues of the other folds, shape (n,)."""
    found = np.ones(len(part))
    for fold in range(_FOLDS):
        held = part == fold
        found[held] = newness(table.words[np.flatnonzero(held)], known_words(table.words[np.flatnonzero(~held)]))
    return found


def shares_of(moments: Sequence[Moment]) -> Rows:
    """Shares of annotators who said 1 or 2, and 4 or 5; shape (n, 2). The majority counts as much as all of them."""
    found = np.zeros((len(moments), len(_WAYS)))
    for row, moment in enumerate(moments):
        given = np.array(moment.ratings)
        said = np.array([(given <= 2).mean(), (given >= 4).mean()])
        found[row] = (said + np.array([moment.rating <= 2, moment.rating >= 4])) / 2
    return found


def parts_of(moments: Sequence[Moment], folds: int, draw: int = 0) -> NDArray[np.int64]:
    """A fold for each moment, that of its dialogue; by the words, so that the order of a file doesn't matter.

    Args:
        moments: rated.
        folds: how many.
        draw: each number draws the dialogues otherwise.
    """
    known: dict[int, int] = {}
    for moment in moments:
        if moment.dialogue not in known:
            first = " ".join(line.text for line in (*moment.lines[:4], *((moment.now,) if moment.now else ())))
            key = f"{moment.dialogue} {first}" + (f" {draw}" if draw else "")
            known[moment.dialogue] = int(hashlib.sha256(key.encode()).hexdigest()[:8], 16)
    rank = {dialogue: n for n, dialogue in enumerate(sorted(known, key=lambda d: (known[d], d)))}
    return np.array([rank[moment.dialogue] % folds for moment in moments])


def _ridge(words: object, targets: Rows) -> tuple[Rows, Rows]:
    from sklearn.linear_model import Ridge

    found = Ridge(alpha=_RIDGE, solver="sparse_cg", tol=1e-3, random_state=7).fit(words, targets)
    return np.atleast_2d(found.coef_), np.atleast_1d(found.intercept_)


def log_loss(chances: Rows, low: NDArray[np.bool_]) -> float:
    """Mean log loss of the chances of being dissatisfied."""
    return float(_log_losses(chances, low).mean())


def _log_losses(chances: Rows, low: NDArray[np.bool_]) -> Rows:
    held = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.asarray(-np.where(low, np.log(held), np.log(1 - held)))
