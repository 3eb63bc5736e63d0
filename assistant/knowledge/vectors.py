"""How a passage becomes one vector, and where the vectors of a language lie.

The vector is the weighted sum of two, each of length one: of the passage under its title and headings, and of
the page's title with the other words that customers use for it (its keywords). Its cosine with a question is,
up to a factor, the weighted sum of both cosines, at the price of one search. On the questions in
`evals/retrieval/` this was as good as any mixture of three or four vectors, and 6 points better at one than
the bare text.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from assistant.knowledge.passages import Passage
from assistant.storage.vectors import VectorCollection, Vectors, VectorStore
from assistant.text.language import Language

KEYWORDS_WEIGHT = 0.2


def collection(store: VectorStore, language: Language, *, when_stale: Literal["refuse", "clear"]) -> VectorCollection:
    """The collection of the passages in `language`; one each, because filtered queries are slow."""
    return store.collection(f"passages-{language}", when_stale=when_stale)


def passage_vectors(store: VectorStore, passages: Sequence[Passage]) -> Vectors:
    """Vectors of `passages`, each of length one, shape (n, dimension)."""
    abouts = [_about(passage) for passage in passages]
    distinct = list(dict.fromkeys(abouts))
    vectors = _unit(store.embed_documents([*(f"{p.title_path}\n{p.text}" for p in passages), *distinct]))
    place = {about: len(passages) + at for at, about in enumerate(distinct)}
    of_page = vectors[[place[about] for about in abouts]]
    return _unit((1 - KEYWORDS_WEIGHT) * vectors[: len(passages)] + KEYWORDS_WEIGHT * of_page)


def _about(passage: Passage) -> str:
    return f"{passage.title}: {', '.join(passage.keywords)}" if passage.keywords else passage.title


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
