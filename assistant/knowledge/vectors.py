"""How a passage becomes one vector, and where the vectors of a language lie.

The vector is a weighted sum of vectors of length one: of the passage under its title and headings, of the page's
title with the other words that customers use for it (its keywords), and, where the page tells how customers ask for
the section, of the mean of these questions. Its cosine with a question is, up to a factor, the weighted sum of their
cosines, at the price of one search. Questions that documents answer as further text of the documents: Nogueira et al.,
"Document Expansion by Query Prediction" (2019). On the questions in `evals/retrieval/` they lift the share whose page
comes first from .70 to .86 in English; weights from .4 to .6 are as good as each other.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from assistant.knowledge.passages import Passage
from assistant.models.embeddings.encoder import unit
from assistant.storage.vector_collection import VectorCollection, Vectors
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language

KEYWORDS_WEIGHT = 0.2
ASKED_WEIGHT = 0.5


class PassageVectors(Protocol):
    """Where the vectors of a language's passages are searched."""

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` nearest to `vector` of shape (dimension,), nearest first."""

    def get_vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Those of `ids` that exist, and their vectors in the same order, shape (n, dimension)."""


def collection(store: VectorStore, language: Language, *, when_stale: Literal["refuse", "clear"]) -> VectorCollection:
    """The collection of the passages in `language`; one each, because filtered queries are slow."""
    return store.collection(f"passages-{language}", when_stale=when_stale)


def passage_vectors(store: VectorStore, passages: Sequence[Passage]) -> Vectors:
    """Vectors of `passages`, each of length one, shape (n, dimension)."""
    abouts = [_about(passage) for passage in passages]
    distinct = list(dict.fromkeys(abouts))
    vectors = unit(store.embed_documents([*(f"{p.title_path}\n{p.text}" for p in passages), *distinct]))
    place = {about: len(passages) + at for at, about in enumerate(distinct)}
    of_page = vectors[[place[about] for about in abouts]]
    of_text = unit((1 - KEYWORDS_WEIGHT) * vectors[: len(passages)] + KEYWORDS_WEIGHT * of_page)
    return _with_questions(store, passages, of_text)


def _with_questions(store: VectorStore, passages: Sequence[Passage], of_text: Vectors) -> Vectors:
    questions = list(dict.fromkeys(question for passage in passages for question in passage.asked))
    if not questions:
        return of_text
    place = {question: at for at, question in enumerate(questions)}
    asked = unit(store.embed_documents(questions))
    mixed = of_text.copy()
    for row, passage in enumerate(passages):
        if passage.asked:
            mean = unit(asked[[place[question] for question in passage.asked]].mean(axis=0, keepdims=True))
            mixed[row] = (1 - ASKED_WEIGHT) * of_text[row] + ASKED_WEIGHT * mean[0]
    return unit(mixed)


def _about(passage: Passage) -> str:
    return f"{passage.title}: {', '.join(passage.keywords)}" if passage.keywords else passage.title
