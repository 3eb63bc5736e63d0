"""Is a message any business of the shop? A small logistic model over four signs, trained on held-back examples.

The signs: what the pool gives to "out of scope", the best intent's share, how much of the pool's mass is
spread, and the mean cosine to the three nearest examples (the strongest sign in few-shot settings).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Scores

_FALSE_ALARMS = 0.03


@dataclass(frozen=True)
class Scope:
    """Coefficients of the four signs and the bias; above `threshold` a message is out of scope."""

    coefficients: tuple[float, ...]
    bias: float
    threshold: float

    @property
    def far(self) -> float:
        """The probability from which on a message is surely out of scope, rather than one that is hard to read."""
        return surely(self.threshold)

    def outside(self, pooled: Scores, familiar: Sequence[float] | Scores) -> Scores:
        """Probability of being out of scope, shape (n,).

        Args:
            pooled: log-probabilities of shape (n, classes), "out of scope" last.
            familiar: mean cosine to the nearest examples.
        """
        return np.asarray(1.0 / (1.0 + np.exp(-(_signs(pooled, familiar) @ np.array(self.coefficients) + self.bias))))


def surely(threshold: float) -> float:
    """The probability from which on what lies above a threshold does so surely: half-way to certainty."""
    return (1.0 + threshold) / 2


def fit_scope(pooled: Scores, familiar: Sequence[float] | Scores, outside: Sequence[bool] | NDArray[np.bool_]) -> Scope:
    """Fit the coefficients, and the threshold that rejects 3 % of what belongs to the shop."""
    from sklearn.linear_model import LogisticRegression

    signs, truth = _signs(pooled, familiar), np.asarray(outside)
    if truth.all() or not truth.any():
        return Scope((0.0,) * signs.shape[1], -10.0, 0.5)
    fitted = LogisticRegression(C=10.0, class_weight="balanced", max_iter=500).fit(signs, truth)
    scope = Scope(tuple(float(c) for c in fitted.coef_[0]), float(fitted.intercept_[0]), 0.5)
    inside = scope.outside(pooled, familiar)[~truth]
    return Scope(scope.coefficients, scope.bias, float(np.quantile(inside, 1.0 - _FALSE_ALARMS)))


def _signs(pooled: Scores, familiar: Sequence[float] | Scores) -> Scores:
    probabilities = np.exp(pooled)
    inside = probabilities[:, :-1]
    out = np.clip(probabilities[:, -1], 1e-6, 1 - 1e-6)
    top = inside.max(axis=1) / np.clip(inside.sum(axis=1), 1e-9, None)
    near = np.asarray(familiar)
    return np.stack([np.log(out / (1 - out)), top, near, top * near], axis=1)
