"""BM25 over passages, in memory.

Weights follow Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
the smoothed idf that never turns negative. They are computed once, so a query only adds up arrays.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_K1 = 1.2
_B = 0.75


class Bm25:
    """An index that doesn't change.

    Args:
        documents: the terms of each document.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        lengths = [len(document) for document in documents]
        average = sum(lengths) / max(1, self.size) or 1.0
        for at, document in enumerate(documents):
            norm = _K1 * (1 - _B + _B * lengths[at] / average)
            for term, count in Counter(document).items():
                where, weights = postings.setdefault(term, ([], []))
                where.append(at)
                weights.append(count * (_K1 + 1) / (count + norm))
        self._postings: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]] = {
            term: (np.array(where, dtype=np.int32), np.array(weights, dtype=np.float32) * self._idf(len(where)))
            for term, (where, weights) in postings.items()
        }

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every document, shape (documents,); 0 where no term is shared."""
        scores = np.zeros(self.size, dtype=np.float32)
        for term in set(query):
            if term in self._postings:
                where, weights = self._postings[term]
                scores[where] += weights
        return scores

    def coverage(self, query: Sequence[str]) -> NDArray[np.float32]:
        """How much of the query each document holds: shares of the terms' idf, 0 to 1, shape (documents,)."""
        covered = np.zeros(self.size, dtype=np.float32)
        total = 0.0
        for term in set(query):
            where = self._postings[term][0] if term in self._postings else None
            idf = self._idf(0 if where is None else len(where))
            total += idf
            if where is not None:
                covered[where] += idf
        return covered / total if total else covered

    def absent(self, query: Sequence[str]) -> float:
        """How much of the query stands in no document: the share of its terms' idf, 0 to 1."""
        known = total = 0.0
        for term in set(query):
            idf = self._idf(len(self._postings[term][0]) if term in self._postings else 0)
            total += idf
            known += idf if term in self._postings else 0.0
        return 1 - known / total if total else 0.0

    def _idf(self, documents_with_term: int) -> float:
        return math.log(1 + (self.size - documents_with_term + 0.5) / (documents_with_term + 0.5))
