"""The kinds of model that are tried: trees (LightGBM), a linear one, and both together. All learn shares, as annotators
differ.

A target is the share of annotators who called the moment dissatisfied (or satisfied), 0 to 1: how far they agree
teaches more than the majority's word alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
_ROUNDS = 220
_MOST_LEAVES = 15
_TINY = 1e-6
_MOST_DEVIATIONS = 3.0
"""A measure further from its mean counts as no further: a straight line must not be sure of what it never saw."""


class Learned(Protocol):
    """A learned share of a kind of rating."""

    @property
    def kind(self) -> str:
        """Which of `LEARNERS` it is."""

    def shares(self, rows: Rows) -> Rows:
        """Shape (n,), 0 to 1, not calibrated."""

    def contributions(self, rows: Rows) -> Rows:
        """How much each column moves the log-odds of each row, shape (n, columns)."""

    def data(self) -> dict[str, Any]:
        """As plain data, for a file."""


@dataclass(frozen=True)
class Trees:
    """Boosted trees; `text` is LightGBM's own form."""

    text: str
    kind: str = "lightgbm"

    @classmethod
    def fit(cls, rows: Rows, targets: Rows) -> "Trees":
        """Learn from shares."""
        import lightgbm

        options = {
            "objective": "cross_entropy", "num_leaves": _MOST_LEAVES, "learning_rate": 0.04,
            "min_data_in_leaf": max(5, min(40, len(rows) // 100)), "feature_fraction": 0.6, "bagging_fraction": 0.8,
            "bagging_freq": 1, "lambda_l2": 2.0, "max_bin": 63, "num_threads": 1, "deterministic": True,
            "force_row_wise": True, "seed": 7, "verbosity": -1,
        }  # fmt: skip
        found = lightgbm.train(options, lightgbm.Dataset(rows, targets), num_boost_round=_ROUNDS)
        return cls(found.model_to_string())

    def shares(self, rows: Rows) -> Rows:
        """See `Learned`."""
        return np.asarray(self._booster.predict(rows, num_threads=1), dtype=np.float64)

    def contributions(self, rows: Rows) -> Rows:
        """See `Learned`; the trees' SHAP values (Lundberg et al. 2018)."""
        return np.asarray(self._booster.predict(rows, pred_contrib=True, num_threads=1), dtype=np.float64)[:, :-1]

    def data(self) -> dict[str, Any]:
        """See `Learned`."""
        return {"kind": self.kind, "text": self.text}

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)


@dataclass(frozen=True)
class Straight:
    """Logistic regression over measures of mean 0 and deviation 1; one that isn't there counts as its mean."""

    mean: Rows
    scale: Rows
    weights: Rows
    bias: float
    kind: str = "linear"

    @classmethod
    def fit(cls, rows: Rows, targets: Rows) -> "Straight":
        """Learn from shares: each moment stands once for either answer, weighed by its share."""
        from sklearn.linear_model import LogisticRegression

        known = np.where(np.isnan(rows).all(axis=0), 0.0, rows)
        mean, scale = np.nanmean(known, axis=0), np.nanstd(known, axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        x = _standard(rows, mean, scale)
        labels = np.repeat([1, 0], len(rows))
        weight = np.concatenate([targets, 1.0 - targets])
        found = LogisticRegression(C=0.05, max_iter=2000).fit(np.vstack([x, x]), labels, sample_weight=weight)
        return cls(mean, scale, found.coef_[0], float(found.intercept_[0]))

    def shares(self, rows: Rows) -> Rows:
        """See `Learned`."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.contributions(rows).sum(axis=1) + self.bias))))

    def contributions(self, rows: Rows) -> Rows:
        """See `Learned`."""
        return np.asarray(_standard(rows, self.mean, self.scale) * self.weights)

    def data(self) -> dict[str, Any]:
        """See `Learned`."""
        lists = {name: getattr(self, name).tolist() for name in ("mean", "scale", "weights")}
        return {"kind": self.kind, "bias": self.bias, **lists}


@dataclass(frozen=True)
class Together:
    """Trees and the linear model, the mean of their log-odds: where one of them is too sure the other may not be."""

    trees: Trees
    straight: Straight
    kind: str = "together"

    @classmethod
    def fit(cls, rows: Rows, targets: Rows) -> "Together":
        """Learn from shares."""
        return cls(Trees.fit(rows, targets), Straight.fit(rows, targets))

    def shares(self, rows: Rows) -> Rows:
        """See `Learned`."""
        return joined(self.trees.shares(rows), self.straight.shares(rows))

    def contributions(self, rows: Rows) -> Rows:
        """See `Learned`."""
        return (self.trees.contributions(rows) + self.straight.contributions(rows)) / 2

    def data(self) -> dict[str, Any]:
        """See `Learned`."""
        return {"kind": self.kind, "trees": self.trees.data(), "straight": self.straight.data()}


def joined(*shares: Rows) -> Rows:
    """Shares of several models as one: the mean of their log-odds."""
    odds = np.mean([log_odds(each) for each in shares], axis=0)
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def log_odds(shares: Rows) -> Rows:
    """The logarithm of the odds of shares; never infinite."""
    held = np.clip(shares, _TINY, 1.0 - _TINY)
    return np.asarray(np.log(held / (1.0 - held)))


def _standard(rows: Rows, mean: Rows, scale: Rows) -> Rows:
    return np.asarray(np.clip(np.nan_to_num((rows - mean) / scale), -_MOST_DEVIATIONS, _MOST_DEVIATIONS))


LEARNERS: dict[str, Callable[[Rows, Rows], Learned]] = {
    "lightgbm": Trees.fit,
    "linear": Straight.fit,
    "together": Together.fit,
}


def learned_from(data: dict[str, Any]) -> Learned:
    """What `data` of a model gave.

    Raises:
        KeyError: it is another form.
    """
    if data["kind"] == "lightgbm":
        return Trees(data["text"])
    if data["kind"] == "together":
        return Together(Trees(data["trees"]["text"]), _straight(data["straight"]))
    return _straight(data)


def _straight(data: dict[str, Any]) -> Straight:
    mean, scale, weights = (np.array(data[name]) for name in ("mean", "scale", "weights"))
    return Straight(mean, scale, weights, float(data["bias"]))
