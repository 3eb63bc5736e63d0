"""How many of the documents that a task requires are found by what its customer needs, beside BM25 alone.

The documents become pages of an index of their own (tables and Chroma in a temporary folder), and are searched as the
assistant searches the shop's. BM25 alone takes the whole need as one query, once with its words as they stand and once
with our terms (plurals and stop words gone).
"""

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.clock import SystemClock
from assistant.evaluation.retrieval.tasks import Document, RetrievalTask
from assistant.knowledge.bm25 import Bm25
from assistant.knowledge.needs import aspects
from assistant.knowledge.pages import FrontMatter, Page
from assistant.knowledge.search import KnowledgeSearch
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.vectors import VectorStore
from assistant.text.language import detect_language
from assistant.text.segment import terms

if TYPE_CHECKING:
    from assistant.models.embeddings.cache import CachedEmbeddings

DEPTH = 10
_WORD = re.compile(r"\w+")


class Found(BaseModel):
    """How one method did; shares are percent.

    Attributes:
        hit: tasks with a required document among the first ten.
        recall: of the required documents, averaged over tasks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hit: float
    recall: float


class RetrievalFigures(BaseModel):
    """What was measured.

    Attributes:
        aspects_p50: sentences in which the need of a task is looked up.
        milliseconds_p95: of one task, its aspects encoded anew.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: int
    tasks: int
    required_per_task: float
    aspects_p50: float
    search: Found
    bm25_words: Found
    bm25_terms: Found
    milliseconds_p50: float
    milliseconds_p95: float


def measure(
    documents: Sequence[Document],
    tasks: Sequence[RetrievalTask],
    embeddings: "CachedEmbeddings",
    progress: Callable[[int, int], None] | None = None,
) -> RetrievalFigures:
    """Index `documents` and ask for every task.

    Args:
        documents: the collection.
        tasks: with at least one required document each.
        embeddings: those of the assistant.
        progress: called with passages embedded and to embed.
    """
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(database)
        vectors = VectorStore(Path(folder) / "chroma", embeddings, embeddings.fingerprint)
        search = KnowledgeSearch(database, vectors, SystemClock())
        try:
            search.sync_pages([_page(document) for document in documents], "folder", progress)
            search.needed_pages("?!? ready", "en")
            ranked, times = [], []
            for task in tasks:
                _forget_queries(embeddings)
                start = time.perf_counter()
                hits = search.needed_pages(task.need, detect_language(task.need), DEPTH)
                times.append((time.perf_counter() - start) * 1000)
                ranked.append([hit.page for hit in hits])
        finally:
            vectors.close()
            database.close()
    words = [_words(f"{document.title}\n{document.content}") for document in documents]
    ours = [terms(f"{document.title}\n{document.content}") for document in documents]
    return RetrievalFigures(
        documents=len(documents),
        tasks=len(tasks),
        required_per_task=round(float(np.mean([len(task.required) for task in tasks])), 1),
        aspects_p50=float(np.median([len(aspects(task.need)) for task in tasks])),
        search=_found(tasks, ranked),
        bm25_words=_found(tasks, _by_bm25(documents, words, [_words(task.need) for task in tasks])),
        bm25_terms=_found(tasks, _by_bm25(documents, ours, [terms(task.need) for task in tasks])),
        milliseconds_p50=round(float(np.percentile(times, 50)), 1),
        milliseconds_p95=round(float(np.percentile(times, 95)), 1),
    )


def table(figures: RetrievalFigures) -> str:
    """The figures for people."""
    rows = [("search", figures.search), ("BM25, words", figures.bm25_words), ("BM25, terms", figures.bm25_terms)]
    lines = [
        f"{figures.tasks} tasks, {figures.documents} documents, {figures.required_per_task} required a task",
        f"{'':14}{'hit@10':>8}{'recall@10':>11}",
        *(f"{name:14}{found.hit:>8.1f}{found.recall:>11.1f}" for name, found in rows),
    ]
    for name, base in rows[1:]:
        hit, recall = (_more(figures.search.hit, base.hit), _more(figures.search.recall, base.recall))
        lines.append(f"search over {name}: hit {hit}, recall {recall}")
    lines.append(
        f"a task of {figures.aspects_p50:.0f} aspects: "
        f"p50 {figures.milliseconds_p50:.0f} ms, p95 {figures.milliseconds_p95:.0f} ms"
    )
    return "\n".join(lines)


def _page(document: Document) -> Page:
    return Page(
        page=document.name,
        language=detect_language(document.content),
        path=document.name,
        front=FrontMatter(title=document.title, topic="bench"),
        body=document.content,
        content_hash=document.name,
    )


def _forget_queries(embeddings: "CachedEmbeddings") -> None:
    for encoder in embeddings.encoders().values():
        encoder.forget()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _by_bm25(
    documents: Sequence[Document], words: Sequence[Sequence[str]], asked: Sequence[Sequence[str]]
) -> list[list[str]]:
    index = Bm25(words)
    best = (np.argsort(-index.scores(query), kind="stable")[:DEPTH] for query in asked)
    return [[documents[at].name for at in found] for found in best]


def _found(tasks: Sequence[RetrievalTask], ranked: Sequence[Sequence[str]]) -> Found:
    shares = [len(task.required & set(names)) / len(task.required) for task, names in zip(tasks, ranked, strict=True)]
    return Found(
        hit=round(100 * float(np.mean([share > 0 for share in shares])), 1),
        recall=round(100 * float(np.mean(shares)), 1),
    )


def _more(ours: float, base: float) -> str:
    return f"{100 * (ours / base - 1):+.0f} %" if base else "from nothing"
