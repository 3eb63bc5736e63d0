"""Which examples a slow encoder reads: of large classes, those that cover the class best.

Where an intent has hundreds of examples, many say the same thing once more. Some that are typical and some that lie
far apart teach as much, and the encoder of the last stage costs more than all other training together.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix

MOST_READ = {1: 230, 2: 320}
"""Examples of one intent in one language that a slow encoder reads, by the quick encoders that read the language: half
of them are typical. Of fewer the farthest ones, which are the oddest, outweigh what is usual: e5 needs a good third of
what an intent has to gain by the rest in Chinese, and MPNet, whose vectors are twice as long, gains by more in
English."""
MOST_OUTSIDE = 400
"""Examples of one language that belong to no intent, of which it reads so many."""


class Chosen(NamedTuple):
    """Marks of shape (n,): the examples to read, and those of them that are typical of all."""

    read: NDArray[np.bool_]
    typical: NDArray[np.bool_]


def covering(vectors: Matrix, labels: NDArray[np.int64], most: int) -> Chosen:
    """Chooses at most `most` rows of each class.

    Half of them lie evenly along the class, whose order is that of the catalogue: what is fitted on them holds for
    all. The others are, one after another, those farthest from all chosen so far (Gonzalez 1985, "Clustering to
    minimize the maximum intercluster distance"): they are unlike, so they teach most, and are typical of nothing.

    Args:
        vectors: shape (n, dimension), rows of length 1.
        labels: class of each row.
        most: rows of a class, see `MOST_READ`.
    """
    read, typical = np.zeros(len(labels), dtype=bool), np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) <= most:
            read[rows] = typical[rows] = True
            continue
        even = evenly(len(rows), max(most // 2, 1))
        typical[rows[even]] = True
        read[rows[_with_farthest(vectors[rows], even, most)]] = True
    return Chosen(read, typical)


def _with_farthest(vectors: Matrix, even: NDArray[np.int64], most: int) -> list[int]:
    found = [int(row) for row in even]
    nearest = (vectors @ vectors[even].T).max(axis=1)
    while len(found) < most:
        found.append(int(nearest.argmin()))
        nearest = np.maximum(nearest, vectors @ vectors[found[-1]])
    return found


def evenly(size: int, most: int = MOST_OUTSIDE) -> NDArray[np.int64]:
    """At most `most` places that lie evenly along a list of `size`."""
    return np.linspace(0, size - 1, min(most, size)).round().astype(np.int64)
