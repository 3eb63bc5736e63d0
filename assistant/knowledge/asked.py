"""How near a question comes to the questions that a section tells customers ask.

A section's vector holds the mean of them, which is far from each where they are unlike each other. The nearest one
alone says more of whether the section answers.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assistant.knowledge.passages import Passage
from assistant.models.embeddings.encoder import unit
from assistant.storage.vector_collection import Vectors
from assistant.storage.vectors import VectorStore

_KEPT = 512


class AskedQuestions:
    """Compares questions with those that sections tell. Safe to use from several threads.

    Args:
        vectors: embeds; what was embedded when the pages were read comes from its cache.
    """

    def __init__(self, vectors: VectorStore) -> None:
        self._vectors = vectors
        self._of = lru_cache(maxsize=_KEPT)(self._embedded)

    def nearest(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """The cosine of `question` with the nearest question that each passage tells; 0 where it tells none."""
        vector = self._vectors.embed_query(question)
        return [float(np.max(self._of(one.asked) @ vector)) if one.asked else 0.0 for one in passages]

    def nearest_of(self, question: str, listed: tuple[str, ...]) -> float:
        """The cosine of `question` with the nearest question of a list, which isn't empty."""
        return float(np.max(self._of(listed) @ self._vectors.embed_query(question)))

    def _embedded(self, asked: tuple[str, ...]) -> Vectors:
        return unit(self._vectors.embed_documents(asked))
