"""The live pages as searches see them: loaded from the tables whole, never changed, replaced as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from assistant.knowledge.bm25 import Bm25
from assistant.knowledge.pages import Audience
from assistant.knowledge.passages import Passage
from assistant.knowledge.sync import as_passage
from assistant.storage.engine import Database
from assistant.storage.knowledge_tables import KnowledgePageRow, KnowledgePassageRow, KnowledgeStateRow
from assistant.text.language import Language
from assistant.text.segment import codes, terms

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _PageFacts:
    audience: Audience
    valid_from: date | None
    valid_until: date | None

    def open_to(self, audience: Audience, day: date) -> bool:
        if self.audience == "agent" and audience != "agent":
            return False
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)


@dataclass(frozen=True)
class Shelf:
    """The passages of one language, with their words.

    Attributes:
        place: passage id to its position in `passages`.
        codes: the codes and ids that each passage holds.
    """

    passages: tuple[Passage, ...]
    place: dict[str, int]
    bm25: Bm25
    codes: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Index:
    """All live passages of one generation."""

    generation: int
    shelves: dict[Language, Shelf]
    _pages: dict[tuple[str, str], _PageFacts]
    _masks: dict[tuple[Language, Language, Audience, date], Mask] = field(default_factory=dict, repr=False)

    def eligible(self, shelf: Language, asked: Language, audience: Audience, day: date) -> Mask:
        """Which passages of `shelf` a question in `asked` may get, shape (passages,).

        A passage in the other language counts only where its page isn't open to the asker in theirs.
        """
        key = (shelf, asked, audience, day)
        if key not in self._masks:
            if len(self._masks) > 64:
                self._masks.clear()
            passages = self.shelves[shelf].passages
            open_here = (self._open(passage.page, shelf, audience, day) for passage in passages)
            if shelf != asked:
                own = (self._open(passage.page, asked, audience, day) for passage in passages)
                open_here = (here and not there for here, there in zip(open_here, own, strict=True))
            self._masks[key] = np.fromiter(open_here, dtype=np.bool_, count=len(passages))
        return self._masks[key]

    def counterpart(self, passage: Passage, language: Language) -> int | None:
        """Where the same section stands in `language`; None where its page is built otherwise there."""
        there = [at for at, one in enumerate(self.shelves[language].passages) if one.page == passage.page]
        here = [one.passage_id for one in self.shelves[passage.language].passages if one.page == passage.page]
        return there[here.index(passage.passage_id)] if len(here) == len(there) else None

    def _open(self, page: str, language: Language, audience: Audience, day: date) -> bool:
        facts = self._pages.get((page, language))
        return facts is not None and facts.open_to(audience, day)


def generation(database: Database) -> int:
    """The number of the newest sync that changed something; 0 before the first."""
    with database.read() as session:
        return session.scalar(select(KnowledgeStateRow.generation)) or 0


def load_index(database: Database) -> Index:
    """Read the live pages."""
    with database.read() as session:
        number = session.scalar(select(KnowledgeStateRow.generation)) or 0
        pages = {(row.page, row.language): row for row in session.scalars(select(KnowledgePageRow))}
        order = (KnowledgePassageRow.page, KnowledgePassageRow.position)
        rows = session.scalars(select(KnowledgePassageRow).order_by(*order)).all()
    passages = [as_passage(row, pages) for row in rows if (row.page, row.language) in pages]
    return Index(
        generation=number,
        shelves={language: _shelf(passages, language) for language in ("en", "zh")},
        _pages={
            key: _PageFacts("agent" if row.audience == "agent" else "customer", row.valid_from, row.valid_until)
            for key, row in pages.items()
        },
    )


def _shelf(passages: Sequence[Passage], language: Language) -> Shelf:
    own = tuple(passage for passage in passages if passage.language == language)
    words = []
    for passage in own:
        keywords = " ".join(passage.keywords)
        asked = "\n".join(passage.asked)
        words.append(terms(f"{passage.title_path}\n{passage.title_path}\n{keywords}\n{asked}\n{passage.text}"))
    return Shelf(
        passages=own,
        place={passage.passage_id: at for at, passage in enumerate(own)},
        bm25=Bm25(words),
        codes=tuple(frozenset(codes(f"{passage.title_path} {passage.text}")) for passage in own),
    )
