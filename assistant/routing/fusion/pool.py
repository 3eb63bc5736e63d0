"""Fusion: a weighted log-linear pool of the detectors, whose weights are also the temperature.

Weights are fitted on held-back examples by maximum likelihood, so a detector that adds nothing gets a weight
near 0 and the pooled probabilities are calibrated (Hinton 2002; Guo et al. 2017).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.routing.detectors.detector import Scores, log_softmax

RULES = "rules"
_MAX_WEIGHT = 3.0


@dataclass(frozen=True)
class Pool:
    """Weights by detector; detectors that were not heard leave theirs to the others."""

    weights: Mapping[str, float]

    @property
    def counted(self) -> frozenset[str]:
        """The detectors whose vote changes anything."""
        return frozenset(name for name, weight in self.weights.items() if weight > 0)

    def log_probabilities(self, scores: Mapping[str, Scores]) -> Scores:
        """Pooled log-probabilities of shape (n, classes) from the scores of each detector."""
        total = sum(self.weights[name] for name in self.weights if name != RULES)
        heard = sum(self.weights[name] for name in scores if name != RULES and name in self.weights)
        scale = total / heard if heard > 0 else 1.0
        pooled = None
        for name, values in scores.items():
            weight = self.weights.get(name, 0.0) * (1.0 if name == RULES else scale)
            pooled = weight * values if pooled is None else pooled + weight * values
        if pooled is None:
            raise ValueError("no detector was heard")
        return log_softmax(pooled)


def fit_pool(scores: Mapping[str, Scores], labels: Sequence[int]) -> Pool:
    """Fit the weights.

    Args:
        scores: of each detector on examples that it did not learn from, shape (n, classes).
        labels: their classes.
    """
    from scipy.optimize import minimize

    names = list(scores)
    stacked = np.stack([scores[name] for name in names])
    truth = np.asarray(labels)
    rows = np.arange(len(truth))

    def loss(weights: Scores) -> tuple[float, Scores]:
        logs = log_softmax(np.tensordot(weights, stacked, axes=1))
        error = np.exp(logs)
        error[rows, truth] -= 1.0
        gradient = np.einsum("dnc,nc->d", stacked, error) / len(truth)
        return float(-logs[rows, truth].mean()), gradient

    start = np.full(len(names), 1.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, _MAX_WEIGHT)] * len(names))
    return Pool({name: float(weight) for name, weight in zip(names, found.x, strict=True)})
