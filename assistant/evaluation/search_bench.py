"""How long a search takes among many passages: the shop's own pages, and made-up ones up to the number wanted.

Made-up pages hold sentences of the real ones in an order drawn by chance, so that words are looked for as among real
pages; their vectors are drawn by chance too, which costs a search the same and spares embedding them.
"""

import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.clock import SystemClock
from assistant.knowledge.evaluate import Question
from assistant.knowledge.pages import FrontMatter, Page
from assistant.knowledge.search import KnowledgeSearch
from assistant.knowledge.split import split
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language
from assistant.text.sentences import split_sentences

if TYPE_CHECKING:
    from assistant.models.embeddings.blend import BlendedEmbeddings
    from assistant.models.embeddings.cache import CachedEmbeddings

_MADE_UP = "made-up"
_MARKUP = ("#", "|")
_SECTIONS = 8
_SENTENCES = 4


@dataclass(frozen=True)
class SearchFigures:
    """What was measured, in milliseconds.

    Attributes:
        passages: in the index, in both languages.
        search: of each question, with its embedding.
        embedding: of embedding each question alone.
    """

    passages: int
    search: tuple[float, ...]
    embedding: tuple[float, ...]

    def percentile(self, share: float, of: Sequence[float]) -> float:
        """A percentile of measured times."""
        return round(float(np.percentile(of, share)), 1)


class _Sparing(Embeddings):
    """Real vectors for real texts, vectors drawn by chance for the made-up ones."""

    def __init__(self, inner: "BlendedEmbeddings | CachedEmbeddings") -> None:
        self._inner = inner

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        real = [text for text in texts if _MADE_UP not in text]
        found = iter(self._inner.embed_documents(real)) if real else iter(())
        return [self._by_chance(text) if _MADE_UP in text else next(found) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._inner.embed_query(text)

    def _by_chance(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        vector = np.random.default_rng(seed).standard_normal(self._inner.dimension, dtype=np.float32)
        drawn: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return drawn


def measure(
    pages: Sequence[Page],
    questions: Sequence[Question],
    embeddings: "BlendedEmbeddings | CachedEmbeddings",
    *,
    passages: int,
    seed: int = 7,
    progress: Callable[[int, int], None] | None = None,
) -> SearchFigures:
    """Index `pages` and made-up ones up to `passages` passages, then ask every question once.

    Args:
        pages: real ones, of both languages.
        questions: in both languages.
        embeddings: of real pages and of questions.
        passages: how many to search among; at least as many as the real pages have.
        seed: the same seed makes up the same pages.
        progress: told how many passages are embedded, and of how many.
    """
    with tempfile.TemporaryDirectory(prefix="assistant-search-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(database)
        vectors = VectorStore(Path(folder) / "chroma", _Sparing(embeddings), embeddings.fingerprint)
        search = KnowledgeSearch(database, vectors, SystemClock())
        try:
            search.sync_pages([*pages, *_made_up(pages, passages, seed)], "folder", progress)
            search.warm_up()
            took, embedding = [], []
            for one in questions:
                for encoder in embeddings.encoders().values():
                    encoder.forget()
                started = time.perf_counter()
                embeddings.embed_query(f"{one.question} ")
                between = time.perf_counter()
                search.search(one.question, one.language)
                took.append((time.perf_counter() - between) * 1000)
                embedding.append((between - started) * 1000)
            return SearchFigures(search.count(), tuple(took), tuple(embedding))
        finally:
            vectors.close()
            database.close()


def table(figures: SearchFigures) -> str:
    """The figures for people."""
    lines = [f"{len(figures.search)} questions among {figures.passages} passages, milliseconds"]
    for title, of in (("a search, with its embedding", figures.search), ("  embedding alone", figures.embedding)):
        lines.append(f"{title:30} p50 {figures.percentile(50, of)}, p95 {figures.percentile(95, of)}")
    return "\n".join(lines)


def _made_up(pages: Sequence[Page], passages: int, seed: int) -> Iterator[Page]:
    """Pages of real sentences until there are `passages` passages, half in each language."""
    chance, have = random.Random(seed), sum(len(split(page)) for page in pages)
    known: dict[Language, list[str]] = {
        language: [
            said
            for page in pages
            if page.language == language
            for said in split_sentences(page.text)
            if not said.startswith(_MARKUP)
        ]
        for language in ("en", "zh")
    }
    spoken: list[Language] = [language for language, said in known.items() if said]
    for number in range(max(0, -(-(passages - have) // _SECTIONS))):
        language = spoken[number % len(spoken)]
        name = f"{_MADE_UP}/{number}"
        sections = (
            f"## {_MADE_UP} {number}.{at}\n{' '.join(chance.choices(known[language], k=_SENTENCES))}\n"
            for at in range(_SECTIONS)
        )
        front = FrontMatter(title=f"{_MADE_UP} {number}", topic="bench")
        body = "\n".join(sections)
        yield Page(page=name, language=language, path=name, front=front, body=body, content_hash=name)
