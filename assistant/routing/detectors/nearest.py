"""The nearest examples of the catalogue: a detector, the measure of how familiar a message is, and the explanation.

Vectors are the concatenation of the language's encoders, so a dot product is the mean of their cosines.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.routing.decision import NearestExample
from assistant.routing.detectors.detector import Matrix, Query, Scores, log_softmax
from assistant.routing.detectors.product import product
from assistant.routing.intents.intent import Example
from assistant.text.language import Language

K = 16
FAMILIAR_TO = 3
_SHARPNESS = 14.0
_BELOW = 0.05
_CHUNK = 512
_NEVER = -2.0


class ExampleIndex(Protocol):
    """Finds the examples nearest to a vector, nearest first."""

    def nearest(self, vector: Matrix, language: Language, k: int = K) -> list[NearestExample]:
        """The `k` nearest examples of one language; `intent` is empty for messages out of scope."""
        ...


class MemoryIndex:
    """All examples in memory, compared one by one.

    Args:
        examples: of any language.
        vectors: by language, one row for each example of that language, in order.
    """

    def __init__(self, examples: Sequence[Example], vectors: dict[Language, Matrix]) -> None:
        self._examples = {lang: [e for e in examples if e.language == lang] for lang in vectors}
        self._vectors = vectors

    def nearest(self, vector: Matrix, language: Language, k: int = K) -> list[NearestExample]:
        """See `ExampleIndex`."""
        if not self._examples.get(language):
            return []
        cosines = product(vector, self._vectors[language].T)
        top = np.argsort(-cosines)[:k]
        examples = self._examples[language]
        return [
            NearestExample(text=examples[i].text, intent=examples[i].intent, similarity=round(float(cosines[i]), 4))
            for i in top
        ]


class NearestDetector:
    """Each class is worth as much as its nearest example.

    Args:
        names: the classes, "out of scope" last.
        encoders: by language, whose vectors are put together.
    """

    name = "nearest"

    def __init__(self, names: Sequence[str], index: ExampleIndex, encoders: dict[Language, tuple[str, ...]]) -> None:
        self._classes = {name: number for number, name in enumerate(names)}
        self._index = index
        self._encoders = encoders

    def neighbours(self, query: Query) -> list[NearestExample]:
        """The examples nearest to `query`."""
        return self._index.nearest(joined(query, self._encoders[query.language]), query.language)

    def scores(self, queries: Sequence[Query]) -> Scores:
        """See `Detector`."""
        return self.scores_of([self.neighbours(query) for query in queries])

    def scores_of(self, neighbours: Sequence[Sequence[NearestExample]]) -> Scores:
        """Scores from neighbours that were found already."""
        best = np.stack([class_similarity(found, self._classes) for found in neighbours])
        return log_softmax(_SHARPNESS * best)


def scores_by_examples(
    queries: Matrix, vectors: Matrix, labels: NDArray[np.int64], classes: int, same: NDArray[np.int64] | None = None
) -> tuple[Scores, Scores]:
    """What the nearest examples say of many queries at once, and how familiar each query is to them.

    Args:
        queries: one row each.
        vectors: of the examples, one row each.
        labels: their classes, "out of scope" as the last one.
        same: where the queries are the examples themselves: a number for each text, so that no example is
            found near itself.

    Returns:
        scores of shape (n, classes), and the mean cosine to the nearest examples of intents, shape (n,).
    """
    outside = labels == classes - 1
    best = np.zeros((len(queries), classes))
    familiar = np.zeros(len(queries))
    for start in range(0, len(queries), _CHUNK):
        cosines = queries[start : start + _CHUNK] @ vectors.T
        if same is not None:
            cosines[same[start : start + _CHUNK, None] == same[None, :]] = _NEVER
        top = _highest(cosines, K)
        raw = np.take_along_axis(cosines, top, axis=1)
        known, near = raw > _NEVER, raw.round(4).astype(np.float64)
        last = np.take_along_axis(near, np.maximum(known.sum(axis=1, keepdims=True) - 1, 0), axis=1)
        here = best[start : start + _CHUNK]
        here[:] = np.where(known[:, :1], last, 0.0) - _BELOW
        np.maximum.at(here, (np.nonzero(known)[0], labels[top][known]), near[known])
        inside = known & ~outside[top]
        inside &= inside.cumsum(axis=1) <= FAMILIAR_TO
        familiar[start : start + _CHUNK] = (near * inside).sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    return log_softmax(_SHARPNESS * best), familiar


def _highest(values: Matrix, k: int) -> NDArray[np.int64]:
    """The columns of each row's `k` highest values, the highest first."""
    columns = values.shape[1]
    some = np.sort(np.argpartition(values, columns - k, axis=1)[:, columns - k :], axis=1) if columns > k else None
    if some is None:
        return np.argsort(-values, axis=1, kind="stable")
    order = np.argsort(-np.take_along_axis(values, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def class_similarity(found: Sequence[NearestExample], classes: dict[str, int]) -> Scores:
    """The similarity of each class's nearest example among `found`; a little below the last one for the others."""
    floor = (found[-1].similarity if found else 0.0) - _BELOW
    best = np.full(len(classes), floor)
    for example in found:
        number = classes.get(example.intent)
        if number is not None:
            best[number] = max(best[number], example.similarity)
    return best


def joined(query: Query, encoders: Sequence[str]) -> Matrix:
    """The vectors of a query put together, of length 1."""
    parts = [query.vectors[name] for name in encoders]
    return np.asarray(np.concatenate(parts) / np.sqrt(len(parts)), dtype=np.float32)


def familiarity(found: Sequence[NearestExample], k: int = FAMILIAR_TO) -> float:
    """Mean cosine to the `k` nearest examples that belong to an intent; 0 without any."""
    near = [example.similarity for example in found if example.intent][:k]
    return sum(near) / len(near) if near else 0.0
