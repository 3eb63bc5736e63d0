"""Which pages a long request needs: every sentence of it is looked up, and what all of them find is put together.

A long text as one query drowns what is asked for in what is told. Its sentences (aspects) are searched each by
words (BM25 over whole pages) and by meaning (the best passage of each page, as standard scores over all pages, so
that a sentence near to everything says nothing). Over the aspects a page's scores are joined by a power mean, which
lets one strong aspect count more than many faint ones, and the standard scores of both signals are added. The
exponent and equal weights were chosen on half of tau-bench's public banking tasks: neighbours are as good.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.bm25 import Bm25
from assistant.knowledge.index import Index, Mask, Shelf
from assistant.knowledge.pages import Audience
from assistant.knowledge.passages import PageHit
from assistant.knowledge.vectors import PassageVectors
from assistant.storage.vector_collection import Vectors
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language
from assistant.text.segment import terms

Scores = NDArray[np.float64]

_POWER = 3
_MOST_ASPECTS = 32
_MARKUP = re.compile(r"[*_`#>|]+")
_END = re.compile(r"(?<=[.!?])[\"”')]*\s+(?=[\"“(A-Z\d])|(?<=[。！？；])[”」』]?|\n+")
_SHORTEST = 3
_TINY = 1e-9


def aspects(need: str) -> list[str]:
    """The sentences and lines of a request, in its order, without markup and repetitions."""
    found = (piece.strip(' \t-•·"“”') for piece in _END.split(_MARKUP.sub("", need)))
    return list(dict.fromkeys(piece for piece in found if len(piece) >= _SHORTEST))


@dataclass(frozen=True)
class PageShelf:
    """The pages of a shelf, each as one.

    Attributes:
        first: position of each page's first passage in the shelf, shape (pages,); passages of a page lie together.
        bm25: over the words of whole pages.
        vectors: of the passages, shape (passages, dimension); zeros where one is missing.
    """

    first: NDArray[np.intp]
    bm25: Bm25
    vectors: Vectors

    @classmethod
    def of(cls, shelf: Shelf, ids: Sequence[str], vectors: Vectors) -> "PageShelf":
        """The pages of `shelf`; `vectors` of the passages `ids`, in any order."""
        pages = [passage.page for passage in shelf.passages]
        first = [at for at, page in enumerate(pages) if at == 0 or page != pages[at - 1]]
        words = []
        for start, end in zip(first, [*first[1:], len(pages)], strict=True):
            title = shelf.passages[start].title
            said = (f"{passage.heading}\n{passage.text}" for passage in shelf.passages[start:end])
            words.append(terms("\n".join((title, title, " ".join(shelf.passages[start].keywords), *said))))
        matrix = np.zeros((len(pages), vectors.shape[1]), dtype=np.float32)
        for at, passage_id in enumerate(ids):
            if passage_id in shelf.place:
                matrix[shelf.place[passage_id]] = vectors[at]
        return cls(np.array(first, dtype=np.intp), Bm25(words), matrix)

    def by_words(self, asked: Sequence[str]) -> Scores:
        """BM25 scores of every page for every aspect, shape (aspects, pages)."""
        return np.array([self.bm25.scores(terms(aspect)) for aspect in asked], dtype=np.float64)

    def by_meaning(self, asked: Vectors) -> tuple[Scores, NDArray[np.intp]]:
        """Cosines of every page's best passage for every aspect, and the position of the passage best for any."""
        cosines = (asked @ self.vectors.T).astype(np.float64)
        of_pages = np.maximum.reduceat(cosines, self.first, axis=1)
        strongest = cosines.max(axis=0)
        ends = [*self.first[1:], len(strongest)]
        best = [start + int(np.argmax(strongest[start:end])) for start, end in zip(self.first, ends, strict=True)]
        return of_pages, np.array(best, dtype=np.intp)

    def pages_of(self, eligible: Mask) -> Mask:
        """The same for pages, shape (pages,): all passages of a page are open to the same people."""
        return np.asarray(eligible[self.first], dtype=np.bool_)


class NeededPages:
    """Ranks pages for long requests; what it has made of the newest index is kept. Safe for several threads.

    Args:
        vectors: embeds the aspects.
    """

    def __init__(self, vectors: VectorStore) -> None:
        self._vectors = vectors
        self._made: tuple[int, dict[Language, PageShelf]] = (-1, {})
        self._making = Lock()

    def search(
        self,
        index: Index,
        collections: Mapping[Language, PassageVectors],
        need: str,
        language: Language,
        k: int,
        audience: Audience,
        day: date,
    ) -> list[PageHit]:
        """The `k` pages that `need` calls for most, best first; see `KnowledgeSearch.needed_pages`."""
        asked = aspects(need)
        shelves = {shelf: index.eligible(shelf, language, audience, day) for shelf in index.shelves}
        made = {shelf: self._pages(index, collections, shelf) for shelf, mask in shelves.items() if mask.any()}
        if not asked or not made:
            return []
        open_pages = {shelf: pages.pages_of(shelves[shelf]) for shelf, pages in made.items()}
        by_words = np.hstack([pages.by_words(asked)[:, open_pages[shelf]] for shelf, pages in made.items()])
        chosen = telling(by_words)
        vectors = np.stack([self._vectors.embed_query(asked[at]) for at in chosen])
        by_meaning, found = [], []
        for shelf, pages in made.items():
            cosines, best = pages.by_meaning(vectors)
            by_meaning.append(cosines[:, open_pages[shelf]])
            found += [index.shelves[shelf].passages[at] for at in best[open_pages[shelf]]]
        scores = joined(by_words, np.hstack(by_meaning))
        return [
            PageHit(page=p.page, title=p.title, language=p.language, score=round(float(scores[at]), 4), passage=p)
            for at, p in ((at, found[at]) for at in np.argsort(-scores, kind="stable")[:k])
        ]

    def _pages(self, index: Index, collections: Mapping[Language, PassageVectors], shelf: Language) -> PageShelf:
        with self._making:
            if self._made[0] != index.generation:
                self._made = (index.generation, {})
            if shelf not in self._made[1]:
                passages = index.shelves[shelf]
                ids, vectors = collections[shelf].get_vectors(list(passages.place))
                self._made[1][shelf] = PageShelf.of(passages, ids, vectors)
            return self._made[1][shelf]


def telling(by_words: Scores) -> NDArray[np.intp]:
    """The aspects that say most in the pages' own words, in their order; small talk and figures stay out."""
    strongest = np.argsort(-by_words.max(axis=1), kind="stable")[:_MOST_ASPECTS]
    return np.sort(strongest)


def joined(by_words: Scores, by_meaning: Scores) -> Scores:
    """One score a page, shape (pages,), from both signals of shape (aspects, pages)."""
    apart = _standard(by_meaning, axis=1)
    return _standard(_power_mean(by_words)) + _standard(_power_mean(np.maximum(apart, 0.0)))


def _power_mean(scores: Scores) -> Scores:
    return np.asarray(np.mean(scores**_POWER, axis=0) ** (1 / _POWER), dtype=np.float64)


def _standard(scores: Scores, axis: int = 0) -> Scores:
    spread = scores.std(axis=axis, keepdims=True)
    return np.asarray((scores - scores.mean(axis=axis, keepdims=True)) / (spread + _TINY), dtype=np.float64)
