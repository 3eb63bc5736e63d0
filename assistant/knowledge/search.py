"""Search over the live pages: meaning first, words as a second opinion, codes as a gate.

Candidates come from Chroma (by meaning) and from BM25 (by words). What ranks a passage is its cosine with the
question plus a small part for the share of the question's words that it holds; fusing the ranks of both as
equals makes every encoder worse. A passage that holds a code or a quoted phrase of the question goes before all
that don't. Pages in the question's language are searched first; a page that has no version in it is
searched in the other. A hit's score is the probability that it answers (see `confidence`).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.clock import Clock
from assistant.errors import VectorsUnavailable
from assistant.ids import PassageId
from assistant.knowledge.asked import AskedQuestions
from assistant.knowledge.confidence import GOOD_ENOUGH, confidence
from assistant.knowledge.held import HELD_AT_MOST, HeldVectors
from assistant.knowledge.index import Index, Mask, Shelf, generation, load_index
from assistant.knowledge.needs import NeededPages
from assistant.knowledge.pages import Audience, Page
from assistant.knowledge.passages import Hit, PageHit, Passage
from assistant.knowledge.sync import Progress, Source, SyncReport, sync, sync_pages
from assistant.knowledge.untold import untold
from assistant.knowledge.vectors import PassageVectors, collection
from assistant.storage.engine import Database
from assistant.storage.vector_collection import Vectors
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language, has_han, mixes
from assistant.text.segment import codes, quoted, terms

_LOG = logging.getLogger(__name__)

_WORDS_WEIGHT: dict[Language, float] = {"en": 0.12, "zh": 0.25}
_GATE_BONUS = 1.0
_BY_MEANING = 32
_BY_WORDS = 8
_FEWEST = 8
_MOST_BY_MEANING = 2_048
_FEW = 200
"""So many passages are compared one by one: those of pages that the customer's own language lacks are mostly few."""
_SOME = 512
"""So many passages that a question may not get are asked for along with the others, rather than in a second search."""
_GAP_TO = 5
_ATTEMPTS = 3
_Any = TypeVar("_Any")


@dataclass
class _Found:
    passage: Passage
    rank_score: float
    cosine: float
    words: float
    gate: tuple[str, ...]
    score: float = 0.0


class KnowledgeSearch:
    """Finds passages. Safe to use from several threads, also while a sync runs.

    Args:
        database: holds the live pages.
        vectors: holds their vectors.
        clock: says which pages are valid today.
    """

    good_enough = GOOD_ENOUGH
    """The score from which a hit is `confident`."""

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        self._database = database
        self._vectors = vectors
        self._clock = clock
        self._loaded: tuple[Index, dict[Language, PassageVectors]] | None = None
        self._loading = Lock()
        self._needed = NeededPages(vectors)
        self._told = AskedQuestions(vectors)

    def search(
        self,
        query: str,
        language: Language,
        k: int = 4,
        audience: Audience = "customer",
        *,
        only: Language | None = None,
    ) -> list[Hit]:
        """The `k` best passages for a question, best first; none when nothing has been synced.

        Args:
            query: the question, as a sentence.
            language: of the question.
            audience: `customer` sees no page that is only for agents; `agent` sees all.
            only: search as if there were pages in this language alone.

        Raises:
            OperatorError: the vectors were made by other embeddings.
        """
        if not query.strip():
            return []
        return self._asked(lambda index, there: self._search(index, there, query, language, k, audience, only))

    def _asked(self, look: Callable[[Index, dict[Language, PassageVectors]], list[_Any]]) -> list[_Any]:
        """What `look` finds in the newest index."""
        found: list[_Any] = []
        for _ in range(_ATTEMPTS):
            index, vectors = self._current()
            try:
                found = look(index, vectors)
            except VectorsUnavailable as error:
                self._do_without_chroma(index, error)
                continue
            if self._loaded is None or self._loaded[0] is index:
                break  # otherwise a sync has switched meanwhile, and may have deleted vectors that were looked for
        return found

    def _search(
        self,
        index: Index,
        collections: dict[Language, PassageVectors],
        query: str,
        language: Language,
        k: int,
        audience: Audience,
        only: Language | None,
    ) -> list[Hit]:
        day, asked = self._clock.now().date(), terms(query)
        found: list[_Found] = []
        for shelf in (only,) if only else _own_first(language):
            eligible = index.eligible(shelf, only or language, audience, day)
            if eligible.any():
                near = self._near(index, collections, shelf, eligible, query, max(k, _FEWEST))
                on_shelf = _candidates(index.shelves[shelf], near, eligible, query)
                _score(on_shelf, language, shelf, index.shelves[language].bm25.absent(asked), len(set(asked)))
                found += on_shelf
        if not only and mixes(query, language):
            found = _best_of(found, self._through_the_other(index, collections, query, language, audience, day))
        found.sort(key=lambda one: (not one.gate, -one.score))
        return [_hit(one, language) for one in found[:k]]

    def _through_the_other(
        self,
        index: Index,
        collections: dict[Language, PassageVectors],
        query: str,
        language: Language,
        audience: Audience,
        day: date,
    ) -> list[_Found]:
        """Passages in the customer's language whose counterparts hold what the question says in the other one.

        "Can I use 支付宝 to pay?": the English pages know Alipay only.
        """
        other, asked = _own_first(language)[1], terms(query)
        eligible = index.eligible(other, other, audience, day)
        if not eligible.any():
            return []
        near = self._near(index, collections, other, eligible, query, _FEWEST)
        found = _candidates(index.shelves[other], near, eligible, query)
        absent = index.shelves[other].bm25.absent([term for term in asked if has_han(term) == (other == "zh")])
        _score(found, language, other, absent, len(set(asked)))
        open_here = index.eligible(language, language, audience, day)
        own = index.shelves[language].passages
        at = (index.counterpart(one.passage, language) for one in found)
        pairs = zip(found, at, strict=True)
        return [replace(one, passage=own[place]) for one, place in pairs if place is not None and open_here[place]]

    def needed_pages(
        self, need: str, language: Language, k: int = 10, audience: Audience = "customer"
    ) -> list[PageHit]:
        """The `k` pages that a long request calls for, each once, best first.

        Args:
            need: what somebody wants, in any number of sentences; each is looked up.
            language: of the request.
            audience: as for `search`.

        Raises:
            OperatorError: the vectors were made by other embeddings.
        """
        day = self._clock.now().date()
        return self._asked(lambda index, there: self._needed.search(index, there, need, language, k, audience, day))

    def sync(self, folder: Path, progress: Progress | None = None) -> SyncReport:
        """Bring the index up to date with `folder` while searches go on."""
        return sync(folder, self._database, self._vectors, self._clock, progress=progress, on_switch=self._reload)

    def sync_pages(self, pages: Sequence[Page], source: Source, progress: Progress | None = None) -> SyncReport:
        """Bring the index up to date with all `pages` of a source while searches go on; see `sync.sync_pages`."""
        return sync_pages(
            pages, source, self._database, self._vectors, self._clock, progress=progress, on_switch=self._reload
        )

    def passage(self, passage_id: PassageId, audience: Audience = "customer") -> Passage | None:
        """The live passage of this id (a citation opens it); None where there is none that `audience` may see today."""
        index, day = self._current()[0], self._clock.now().date()
        for language, shelf in index.shelves.items():
            at = shelf.place.get(passage_id)
            if at is not None and index.eligible(language, language, audience, day)[at]:
                return shelf.passages[at]
        return None

    def passages(self, language: Language) -> Sequence[Passage]:
        """All live passages in `language`, whoever may see them."""
        return self._current()[0].shelves[language].passages

    def count(self) -> int:
        """How many passages are live, in all languages."""
        return sum(len(shelf.passages) for shelf in self._current()[0].shelves.values())

    def nearest_asked(self, query: str, passages: Sequence[Passage]) -> list[float]:
        """How near a question comes to the nearest of the questions that each passage tells customers ask, as a cosine.

        Args:
            query: the question.
            passages: 0 for those that tell none.
        """
        return self._told.nearest(query, passages)

    def nearest_untold(self, query: str, language: Language) -> float:
        """How near a question comes to the nearest of those that shops' pages hardly ever answer, as a cosine."""
        return self._told.nearest_of(query, untold(language))

    def warm_up(self) -> None:
        """Load the index and the encoders now rather than at the first question."""
        self.search("?", "en")
        for language in _own_first("en"):
            self.nearest_untold("?", language)

    def _near(
        self,
        index: Index,
        collections: dict[Language, PassageVectors],
        shelf: Language,
        eligible: Mask,
        query: str,
        fewest: int,
    ) -> dict[int, float]:
        """Positions and cosines of the nearest eligible passages; vectors that aren't live are passed over."""
        place = index.shelves[shelf].place
        vector = self._vectors.embed_query(query)
        ask = max(_BY_MEANING, fewest)
        some = np.flatnonzero(eligible)
        if len(some) <= _FEW:
            return self._near_of_few(index.shelves[shelf], collections[shelf], some, vector, ask)
        passed_over = len(eligible) - len(some)
        if _BY_MEANING < passed_over <= _SOME:
            ask = max(ask, fewest + passed_over)  # enough even where all of these are nearer
        while True:
            hits = collections[shelf].nearest(vector, ask)
            near = {place[found]: cosine for found, cosine in hits if found in place and eligible[place[found]]}
            if len(near) >= fewest or len(hits) < ask or ask >= _MOST_BY_MEANING:
                return dict(islice(near.items(), max(_BY_MEANING, fewest)))
            ask *= 4

    @staticmethod
    def _near_of_few(
        shelf: Shelf, vectors: PassageVectors, some: NDArray[np.intp], vector: Vectors, most: int
    ) -> dict[int, float]:
        """The nearest of a few passages, which a search through all would have to widen again and again to meet."""
        ids, found = vectors.get_vectors([shelf.passages[at].passage_id for at in some])
        if not ids:
            return {}
        cosines = found @ vector / (np.linalg.norm(found, axis=1) * np.linalg.norm(vector))
        best = np.argsort(-cosines, kind="stable")[:most]
        return {shelf.place[ids[at]]: float(cosines[at]) for at in best}

    def _current(self) -> tuple[Index, dict[Language, PassageVectors]]:
        """The newest index. While one thread loads it, the others go on with the one before, which is whole."""
        loaded = self._loaded
        if loaded is not None and loaded[0].generation == generation(self._database):
            return loaded
        if loaded is not None and not self._loading.acquire(blocking=False):
            return loaded
        if loaded is None:
            self._loading.acquire()
        try:
            if self._loaded is None or self._loaded[0].generation != generation(self._database):
                self._loaded = self._load()
            return self._loaded
        finally:
            self._loading.release()

    def _load(self) -> tuple[Index, dict[Language, PassageVectors]]:
        index = load_index(self._database)
        try:
            return index, {lang: collection(self._vectors, lang, when_stale="refuse") for lang in _own_first("en")}
        except VectorsUnavailable as error:
            return self._held(index, error)

    def _do_without_chroma(self, index: Index, error: VectorsUnavailable) -> None:
        """Go on with vectors in this process's memory until the next sync."""
        with self._loading:
            if self._loaded is None or self._loaded[0] is index:
                self._loaded = self._held(index, error)

    def _held(self, index: Index, error: VectorsUnavailable) -> tuple[Index, dict[Language, PassageVectors]]:
        shelves = index.shelves.items()
        if any(len(shelf.passages) > HELD_AT_MOST for _, shelf in shelves):
            raise error
        beside = self._vectors.embedded  # then another process of this machine has it, which is as it should be
        _LOG.log(logging.INFO if beside else logging.WARNING, "pages are searched without Chroma: %s", error)
        return index, {language: HeldVectors.of(self._vectors, shelf.passages) for language, shelf in shelves}

    def _reload(self) -> None:
        with self._loading:
            self._loaded = self._load()


def _candidates(shelf: Shelf, near: dict[int, float], eligible: Mask, query: str) -> list[_Found]:
    """Passages near in meaning, near in words, or holding a code of the question; best first."""
    language = shelf.passages[0].language
    query_terms, wanted, phrases = terms(query), set(codes(query)), quoted(query)
    bm25 = np.where(eligible, shelf.bm25.scores(query_terms), 0.0)
    by_words = (int(at) for at in np.argsort(-bm25)[:_BY_WORDS] if bm25[at] > 0)
    holders = (at for at, held in enumerate(shelf.codes) if wanted & held and eligible[at]) if wanted else ()
    coverage = shelf.bm25.coverage(query_terms)
    floor = min(near.values(), default=0.0)
    found = []
    for at in {*near, *by_words, *holders}:
        passage = shelf.passages[at]
        said = f"{passage.title_path}\n{passage.text}".lower() if phrases else ""
        gate = (*sorted(wanted & shelf.codes[at]), *(phrase for phrase in phrases if phrase in said))
        cosine, words = near.get(at, floor), float(coverage[at])
        rank_score = cosine + _WORDS_WEIGHT[language] * words + (_GATE_BONUS if gate else 0.0)
        found.append(_Found(passage, rank_score, cosine, words, gate))
    return sorted(found, key=lambda one: -one.rank_score)


def _score(found: Sequence[_Found], asked: Language, shelf: Language, absent: float, words: int) -> None:
    """Give every candidate its score; `found` best first."""
    if not found:
        return
    fifth = found[min(_GAP_TO, len(found)) - 1].rank_score
    for one in found:
        signal = one.rank_score if asked == shelf else one.cosine + (_GATE_BONUS if one.gate else 0.0)
        gap, told = one.rank_score - fifth, bool(one.passage.asked)
        one.score = confidence(asked, shelf, score=signal, gap=gap, absent=absent, words=words, told=told)


def _best_of(found: Sequence[_Found], more: Sequence[_Found]) -> list[_Found]:
    """Each passage once, as it scores best."""
    best = {one.passage.passage_id: one for one in sorted((*found, *more), key=lambda one: one.score)}
    return list(best.values())


def _hit(found: _Found, asked: Language) -> Hit:
    return Hit(
        passage=found.passage,
        score=round(found.score, 4),
        confident=found.score >= GOOD_ENOUGH,
        why={
            "cosine": round(found.cosine, 4),
            "words": round(found.words, 4),
            "gate": list(found.gate),
            "own_language": found.passage.language == asked,
        },
    )


def _own_first(language: Language) -> tuple[Language, ...]:
    return ("en", "zh") if language == "en" else ("zh", "en")
