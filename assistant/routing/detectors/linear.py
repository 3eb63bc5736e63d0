"""The classifier: multinomial logistic regression on one encoder's frozen vectors, fitted in about a second."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix, Scores, log_softmax
from assistant.routing.detectors.product import product

_C = 20.0
_ITERATIONS = 200
_ABSENT = -12.0


@dataclass(frozen=True)
class Linear:
    """Weights of shape (classes, dimension), bias (classes,), and the mean that is subtracted (dimension,)."""

    weights: Matrix
    bias: Matrix
    mean: Matrix

    def log_probabilities(self, vectors: Matrix) -> Scores:
        """Shape (n, classes)."""
        return log_softmax(product(vectors - self.mean, self.weights.T) + self.bias)


def fit_linear(
    vectors: Matrix,
    labels: Sequence[int],
    classes: int,
    *,
    mean: Matrix | None = None,
    shares: NDArray[np.floating] | None = None,
) -> Linear:
    """Fit a classifier.

    Args:
        vectors: shape (n, dimension), rows of length 1.
        labels: class of each row.
        classes: how many there are; those without an example get a probability near 0.
        mean: is subtracted from every vector; that of `vectors` where it isn't given.
        shares: how much each row counts; all alike where they aren't given.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    mean = vectors.mean(axis=0) if mean is None else mean
    with threadpool_limits(1, user_api="blas"):  # threads of small products wait for each other
        fitted = LogisticRegression(C=_C, max_iter=_ITERATIONS).fit(vectors - mean, np.asarray(labels), shares)
    weights = np.zeros((classes, vectors.shape[1]), dtype=np.float32)
    bias = np.full(classes, _ABSENT, dtype=np.float32)
    if len(fitted.classes_) == 2:
        weights[fitted.classes_] = np.vstack([-fitted.coef_ / 2, fitted.coef_ / 2])
        bias[fitted.classes_] = np.concatenate([-fitted.intercept_ / 2, fitted.intercept_ / 2])
    else:
        weights[fitted.classes_], bias[fitted.classes_] = fitted.coef_, fitted.intercept_
    return Linear(weights, bias, mean.astype(np.float32))
