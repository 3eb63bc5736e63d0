"""How a passage becomes one vector, and where the vectors of a language lie.

What a passage is about stands in its headings, what it says in its text. The vector is the weighted sum of
both, each of length one: its cosine with a question is, up to a factor, the weighted sum of the question's
cosines with heading and text, at the price of one search.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from assistant.knowledge.passages import Passage
from assistant.storage.vectors import VectorCollection, Vectors, VectorStore
from assistant.text.language import Language

HEADING_WEIGHT = 0.5


def collection(store: VectorStore, language: Language, *, when_stale: Literal["refuse", "clear"]) -> VectorCollection:
    """The collection of the passages in `language`; one each, because filtered queries are slow."""
    return store.collection(f"passages-{language}", when_stale=when_stale)


def passage_vectors(store: VectorStore, passages: Sequence[Passage]) -> Vectors:
    """Vectors of `passages`, each of length one, shape (n, dimension)."""
    headings = list(dict.fromkeys(passage.title_path for passage in passages))
    vectors = _unit(store.embed_documents([*headings, *(passage.text for passage in passages)]))
    place = {heading: at for at, heading in enumerate(headings)}
    of_heading = vectors[[place[passage.title_path] for passage in passages]]
    return _unit(HEADING_WEIGHT * of_heading + (1 - HEADING_WEIGHT) * vectors[len(headings) :])


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
