"""Search over the live pages: meaning first, words as a second opinion, codes as a gate.

Candidates come from Chroma (by meaning) and from BM25 (by words). The score of a passage is its cosine with
the question plus a small part for the share of the question's words that it holds; plain rank fusion with
BM25 makes every encoder worse. A passage that holds a code or a quoted phrase of the question
goes before all that don't. Pages in the question's language come first; a page that has no version in it is
searched in the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np

from assistant.clock import Clock
from assistant.ids import PassageId
from assistant.knowledge.index import Index, generation, load_index
from assistant.knowledge.pages import Audience
from assistant.knowledge.passages import Hit, Passage
from assistant.knowledge.sync import Progress, SyncReport, sync
from assistant.knowledge.vectors import collection
from assistant.storage.engine import Database
from assistant.storage.vectors import Vectors, VectorStore
from assistant.text.language import Language
from assistant.text.segment import codes, quoted, terms

_WORDS_WEIGHT = 0.15
_GATE_BONUS = 1.0
_BY_MEANING = 32
_BY_WORDS = 8
_MOST_BY_MEANING = 1_000


@dataclass(frozen=True)
class _Candidate:
    passage: Passage
    score: float
    cosine: float
    words: float
    gate: tuple[str, ...]
    own_language: bool


class KnowledgeSearch:
    """Finds passages. Safe to use from several threads, also while a sync runs.

    Args:
        database: holds the live pages.
        vectors: holds their vectors.
        clock: says which pages are valid today.
    """

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        self._database = database
        self._vectors = vectors
        self._clock = clock
        self._index: Index | None = None
        self._loading = Lock()

    def good_enough(self, language: Language) -> float:
        """The score from which a hit is `confident`, for questions in `language`."""
        return _GOOD_ENOUGH[language]

    def search(self, query: str, language: Language, k: int = 4, audience: Audience = "customer") -> list[Hit]:
        """The `k` best passages for a question, best first; none when nothing has been synced.

        Args:
            query: the question, as a sentence.
            language: of the question.
            audience: `customer` sees no page that is only for agents; `agent` sees all.

        Raises:
            OperatorError: the vectors were made by other embeddings, or Chroma can't be opened.
        """
        index = self._current()
        if not query.strip():
            return []
        vector: Vectors | None = None
        day = self._clock.now().date()
        candidates: list[_Candidate] = []
        for shelf_language in _with_own_first(language):
            eligible = index.eligible(shelf_language, language, audience, day)
            if eligible.any():
                vector = self._vectors.embed_query(query) if vector is None else vector
                candidates += self._on_shelf(
                    index, shelf_language, eligible, query, vector, own_language=shelf_language == language
                )
        candidates.sort(key=lambda candidate: -candidate.score)
        threshold = self.good_enough(language)
        return [
            Hit(
                passage=candidate.passage,
                score=round(candidate.score, 4),
                confident=candidate.score >= threshold,
                why={
                    "cosine": round(candidate.cosine, 4),
                    "words": round(candidate.words, 4),
                    "gate": list(candidate.gate),
                    "own_language": candidate.own_language,
                    "good_enough": threshold,
                },
            )
            for candidate in candidates[:k]
        ]

    def sync(self, folder: Path, progress: Progress | None = None) -> SyncReport:
        """Bring the index up to date with `folder` while searches go on."""
        return sync(
            folder, self._database, self._vectors, self._clock, progress=progress, on_switch=lambda: self._reload()
        )

    def passage(self, passage_id: PassageId, audience: Audience = "customer") -> Passage | None:
        """The live passage of this id, or None where there is none that `audience` may see today."""
        index, day = self._current(), self._clock.now().date()
        for language, shelf in index.shelves.items():
            at = shelf.place.get(passage_id)
            if at is not None and index.eligible(language, language, audience, day)[at]:
                return shelf.passages[at]
        return None

    def passages(self, language: Language) -> Sequence[Passage]:
        """All live passages in `language`, whoever may see them."""
        return self._current().shelves[language].passages

    def _on_shelf(
        self,
        index: Index,
        language: Language,
        eligible: np.ndarray[tuple[int], np.dtype[np.bool_]],
        query: str,
        vector: Vectors,
        *,
        own_language: bool,
    ) -> list[_Candidate]:
        shelf = index.shelves[language]
        cosines = self._nearest(index, language, eligible, vector)
        query_terms = terms(query)
        bm25 = np.where(eligible, shelf.bm25.scores(query_terms), 0.0)
        by_words = [int(at) for at in np.argsort(-bm25)[:_BY_WORDS] if bm25[at] > 0]
        coverage = shelf.bm25.coverage(query_terms)
        wanted = set(codes(query))
        phrases = quoted(query)
        floor = min(cosines.values(), default=0.0)
        found = []
        for at in {*cosines, *by_words, *(self._holders(index, language, wanted) if wanted else ())}:
            if not eligible[at]:
                continue
            passage = shelf.passages[at]
            said = f"{passage.title_path}\n{passage.text}".lower() if phrases else ""
            gate = (*sorted(wanted & shelf.codes[at]), *(phrase for phrase in phrases if phrase in said))
            cosine, words = cosines.get(at, floor), float(coverage[at])
            score = cosine + _WORDS_WEIGHT * words + (_GATE_BONUS if gate else 0.0)
            found.append(_Candidate(passage, score, cosine, words, gate, own_language))
        return found

    def _nearest(
        self, index: Index, language: Language, eligible: np.ndarray[tuple[int], np.dtype[np.bool_]], vector: Vectors
    ) -> dict[int, float]:
        """Positions and cosines of the nearest eligible passages; vectors that aren't live are passed over."""
        place = index.shelves[language].place
        stored = collection(self._vectors, language, when_stale="refuse")
        wanted = min(_BY_MEANING, int(eligible.sum()))
        ask = _BY_MEANING
        while True:
            hits = stored.query_vector(vector, ask)
            near = {place[hit.id]: hit.score for hit in hits if hit.id in place and eligible[place[hit.id]]}
            if len(near) >= wanted or len(hits) < ask or ask >= _MOST_BY_MEANING:
                return near
            ask *= 4

    def _holders(self, index: Index, language: Language, wanted: set[str]) -> list[int]:
        return [at for at, held in enumerate(index.shelves[language].codes) if wanted & held]

    def _current(self) -> Index:
        index = self._index
        if index is not None and index.generation == generation(self._database):
            return index
        if not self._loading.acquire(blocking=index is None):
            return index  # type: ignore[return-value]  # another thread is loading; the old index is whole
        try:
            if self._index is None or self._index.generation != generation(self._database):
                self._index = load_index(self._database)
            return self._index
        finally:
            self._loading.release()

    def _reload(self) -> None:
        with self._loading:
            self._index = load_index(self._database)


_GOOD_ENOUGH: dict[Language, float] = {"en": 0.5, "zh": 0.5}


def _with_own_first(language: Language) -> tuple[Language, ...]:
    return ("en", "zh") if language == "en" else ("zh", "en")
