"""One language's classifier over one encoder's vectors: what it learns, and what it says of examples held back."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix, Scores
from assistant.routing.detectors.linear import Linear, fit_linear

FOLDS = 4
_ENOUGH = 8
_LEAST_SHARE = 0.1

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class School:
    """Examples as one language's classifier reads them.

    Those of the other language are moved by the difference of the languages' means, and count the less the more
    examples there are of the own one: a Chinese example teaches English too, where English ones are few.
    """

    vectors: Matrix
    labels: Labels
    shares: NDArray[np.float64]
    mean: Matrix
    classes: int

    @classmethod
    def of(cls, vectors: Matrix, labels: Labels, own: NDArray[np.bool_], classes: int) -> "School":
        """The examples for the language that those marked by `own` are of.

        Args:
            vectors: shape (n, dimension), rows of length 1.
            labels: class of each row, one of `classes`.
        """
        if own.all() or not own.any():
            return cls(vectors, labels, np.ones(len(labels)), vectors.mean(axis=0), classes)
        mean, other = vectors[own].mean(axis=0), vectors[~own].mean(axis=0)
        share = min(1.0, _ENOUGH * len(set(labels[own].tolist())) / int(own.sum()))
        moved = np.where(own[:, None], vectors, vectors - other + mean).astype(np.float32)
        return cls(moved, labels, np.where(own, 1.0, share if share >= _LEAST_SHARE else 0.0), mean, classes)

    def fit(self, rows: NDArray[np.bool_] | None = None) -> Linear:
        """The classifier that `rows` teach; all of them where none are named."""
        used = self.shares > 0 if rows is None else rows & (self.shares > 0)
        return fit_linear(
            self.vectors[used], self.labels[used].tolist(), self.classes, mean=self.mean, shares=self.shares[used]
        )

    def votes(self, folds: Labels) -> Scores:
        """Log-probabilities for each row from a classifier that has not seen it; see `folds_of`."""
        scores = np.zeros((len(self.labels), self.classes))
        for fold in range(FOLDS):
            test = folds == fold
            if test.any() and not test.all():
                scores[test] = self.fit(~test).log_probabilities(self.vectors[test])
        return scores


def folds_of(labels: Labels, languages: NDArray[np.str_]) -> Labels:
    """A fold for each example, so that every fold holds some of every class and language.

    Neighbours in the catalogue, which are often ways to say the same thing, are held back together.
    """
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in set(labels.tolist()):
        for language in set(languages.tolist()):
            rows = np.flatnonzero((labels == label) & (languages == language))
            folds[rows] = np.arange(len(rows)) * FOLDS // max(len(rows), 1)
    return folds
