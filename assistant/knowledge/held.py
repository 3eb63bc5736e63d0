"""The passages' vectors in this process's own memory, for when Chroma can't be had.

Chroma holds nothing that can't be computed again from the tables, and the vectors of passages are cached by their
text, so a command beside a running server, or a server whose Chroma has gone, finds the same passages as before.
"""

from collections.abc import Sequence

import numpy as np

from assistant.knowledge.passages import Passage
from assistant.knowledge.vectors import passage_vectors
from assistant.storage.vector_collection import Vectors
from assistant.storage.vectors import VectorStore

HELD_AT_MOST = 10_000
"""Passages a language; of more, whose vectors may have to be computed, a customer can't wait for."""


class HeldVectors:
    """Vectors of one language's passages, searched one by one.

    Args:
        ids: the passages'.
        vectors: shape (ids, dimension), each of length one.
    """

    def __init__(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._ids = list(ids)
        self._place = {one: at for at, one in enumerate(self._ids)}
        self._vectors = vectors

    @classmethod
    def of(cls, store: VectorStore, passages: Sequence[Passage]) -> "HeldVectors":
        """The vectors of `passages`, from the cache where they are in it."""
        ids = [str(passage.passage_id) for passage in passages]
        return cls(ids, passage_vectors(store, passages) if ids else np.zeros((0, 0), dtype=np.float32))

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` nearest to `vector` of shape (dimension,), nearest first."""
        if not self._ids:
            return []
        cosines = self._vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-12))
        return [(self._ids[at], float(cosines[at])) for at in np.argsort(-cosines, kind="stable")[:k]]

    def get_vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Those of `ids` that exist, and their vectors in the same order, shape (n, dimension)."""
        known = [one for one in ids if one in self._place]
        return known, self._vectors[[self._place[one] for one in known]]
