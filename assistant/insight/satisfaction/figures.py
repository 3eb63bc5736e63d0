"""Figures of predicted satisfaction against what people said."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.learners import Rows
from assistant.insight.satisfaction.model import Limits
from assistant.routing.fusion.calibration import calibration_error

Ratings = NDArray[np.int64]
_CLASSES = 5
_FEW = 30
_COUNTS = ("moments", "dissatisfied")
FIRST = 0.4
"""The first part of a ranked queue that is looked at."""


@dataclass(frozen=True)
class Figures:
    """Of n moments.

    Args:
        kappa: Cohen's, of the five ratings, as published; `weighted_kappa` with quadratic weights.
        f1: of the dissatisfied (1 and 2); `f1_published` as the published code reckons it, which divides by at
            least 1 and so tells too little where precision and recall are low.
        uar: mean recall of the five ratings; a rating that nobody gave counts as 0, as published.
        auroc: of the dissatisfied among all.
        ece: expected calibration error of the probability of being dissatisfied; `ece_by_chance`, what it would be on
            so few moments if every probability were exactly right.
        found: share of the dissatisfied among the first 40 % of a queue ranked by it.
    """

    moments: int
    dissatisfied: int
    kappa: float
    weighted_kappa: float
    f1: float
    f1_published: float
    uar: float
    auroc: float
    ece: float
    ece_by_chance: float
    found: float

    def data(self) -> dict[str, Any]:
        """Rounded, as plain data."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def figures_of(labels: Ratings, ratings: Ratings, chances: Rows) -> Figures:
    """Compare.

    Args:
        labels: what people said, 1 to 5, shape (n,).
        ratings: what was predicted.
        chances: the calibrated probability of 1 or 2.
    """
    low, said_low = labels <= 2, ratings <= 2
    hits = int((low & said_low).sum())
    precision, recall = hits / max(int(said_low.sum()), 1), hits / max(int(low.sum()), 1)
    recalls = [float((ratings[labels == c] == c).mean()) if (labels == c).any() else 0.0 for c in range(1, 6)]
    return Figures(
        len(labels), int(low.sum()), kappa(labels, ratings), kappa(labels, ratings, quadratic=True),
        2 * precision * recall / (precision + recall) if hits else 0.0,
        2 * precision * recall / max(precision + recall, 1.0),
        sum(recalls) / _CLASSES, auroc(chances, low), calibration_error(chances, low), ece_by_chance(chances),
        found_first(chances, low),
    )  # fmt: skip


def mean_of(drawn: Sequence[Figures]) -> Figures:
    """The mean of figures of the same moments.

    Args:
        drawn: at least one.
    """
    rows = [asdict(figures) for figures in drawn]
    means = {name: sum(row[name] for row in rows) / len(rows) for name in rows[0]}
    return replace(drawn[0], **{name: value for name, value in means.items() if name not in _COUNTS})


def ece_by_chance(chances: Rows, draws: int = 50) -> float:
    """The calibration error that probabilities show on average where all of them are exactly right."""
    chance = np.random.default_rng(7)
    drawn = [calibration_error(chances, chance.random(len(chances)) < chances) for _ in range(draws)]
    return float(np.mean(drawn))


def kappa(labels: Ratings, ratings: Ratings, *, quadratic: bool = False) -> float:
    """Cohen's kappa of two ratings of 1 to 5; 0 where there is nothing to agree on by more than chance.

    Args:
        labels: by people, shape (n,).
        ratings: predicted.
        quadratic: weigh a disagreement by the square of its distance (Cohen 1968).
    """
    seen = np.zeros((_CLASSES, _CLASSES))
    np.add.at(seen, (labels - 1, ratings - 1), 1.0)
    steps = np.subtract.outer(np.arange(_CLASSES), np.arange(_CLASSES)) ** 2
    weights = steps.astype(float) if quadratic else (steps > 0).astype(float)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / max(seen.sum(), 1.0)
    expected = float((weights * chance).sum())
    return 1.0 - float((weights * seen).sum()) / expected if expected else 0.0


def auroc(chances: Rows, low: NDArray[np.bool_]) -> float:
    """The chance that a dissatisfied moment is ranked before one that isn't; 0.5 where there is only one kind."""
    from scipy.stats import rankdata

    many, few = int((~low).sum()), int(low.sum())
    if not many or not few:
        return 0.5
    return float((rankdata(chances)[low].sum() - few * (few + 1) / 2) / (few * many))


def found_first(chances: Rows, low: NDArray[np.bool_], first: float = FIRST) -> float:
    """Share of the dissatisfied that stand in the first part of a queue ranked by their chance; 0 where none is."""
    order = np.argsort(-chances, kind="stable")[: round(first * len(chances))]
    return float(low[order].sum() / low.sum()) if low.any() else 0.0


def choose_limits(dissatisfied: Rows, satisfied: Rows, labels: Ratings) -> Limits:
    """The limits by which held-back moments are rated best: kappa, F1 of the dissatisfied and UAR, added.

    The two ends (1 and 5) are only told where at least some were seen.
    """

    def worth(limits: Limits) -> float:
        ratings = limits.ratings(dissatisfied, satisfied)
        low, said = labels <= 2, ratings <= 2
        both = float(low.sum() + said.sum())
        f1 = 2.0 * float((low & said).sum()) / both if both else 0.0
        recalls = [float((ratings[labels == c] == c).mean()) if (labels == c).any() else 0.0 for c in range(1, 6)]
        return kappa(labels, ratings) + f1 + sum(recalls) / _CLASSES

    def steps(values: Rows) -> list[float]:
        return [float(v) for v in np.unique(np.quantile(values, np.linspace(0.5, 0.995, 40)))]

    best = max(
        (Limits(low, high) for low in steps(dissatisfied) for high in [*steps(satisfied), 2.0]), key=worth,
    )  # fmt: skip
    if (labels == 1).sum() >= _FEW:
        ends = [2.0, *(v for v in steps(dissatisfied) if v >= best.low)]
        best = max((Limits(best.low, best.high, v) for v in ends), key=worth)
    if (labels == 5).sum() >= _FEW:
        ends = [2.0, *(v for v in steps(satisfied) if v >= best.high)]
        best = max((Limits(best.low, best.high, best.lowest, v) for v in ends), key=worth)
    return best
