"""Brings the index up to date with a folder of pages.

Order matters: new vectors are written first, then one transaction switches the tables to the new pages, and
only then are old vectors deleted. Searches trust the tables, so a sync that stops anywhere leaves the old
index or the new one, whole; run again, it goes on where it stopped, because passages are named by what they
say and those that have a vector already are not embedded again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.ids import PassageId
from assistant.knowledge.pages import Page, load_pages
from assistant.knowledge.passages import Passage
from assistant.knowledge.split import RECIPE, split
from assistant.knowledge.vectors import collection, passage_vectors
from assistant.storage.engine import Database
from assistant.storage.knowledge_tables import KnowledgePageRow, KnowledgePassageRow, KnowledgeStateRow
from assistant.storage.vector_collection import VectorCollection
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language

Source = Literal["folder", "web"]

Progress = Callable[[int, int], None]
"""Called with passages embedded and passages to embed."""

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_EMBED_AT_ONCE = 32
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class SyncReport:
    """What a sync did, in pages (one in two languages counts twice), passages and embedded passages."""

    added: int
    changed: int
    unchanged: int
    deleted: int
    passages: int
    embedded: int


def sync(
    folder: Path,
    database: Database,
    vectors: VectorStore,
    clock: Clock,
    *,
    progress: Progress | None = None,
    on_switch: Callable[[], None] | None = None,
) -> SyncReport:
    """Index the pages below `folder`; pages that are no longer there leave the index.

    Args:
        progress: called after each batch that was embedded.
        on_switch: called after the tables have switched and before old vectors go, so that searches in
            this process can take the new pages up without a gap.

    Raises:
        OperatorError: a page is wrong (nothing has been changed then), or Chroma can't be opened.
    """
    return sync_pages(load_pages(folder), "folder", database, vectors, clock, progress=progress, on_switch=on_switch)


def sync_pages(
    pages: Sequence[Page],
    source: Source,
    database: Database,
    vectors: VectorStore,
    clock: Clock,
    *,
    progress: Progress | None = None,
    on_switch: Callable[[], None] | None = None,
) -> SyncReport:
    """Index `pages`; what else came from the same source leaves the index, what came from the other one stays.

    Args:
        pages: all pages of the source, each at most once.
        source: where they come from; the path of a page from the web is its address.
        progress: see `sync`.
        on_switch: see `sync`.

    Raises:
        OperatorError: Chroma can't be opened.
    """
    with _ONE_AT_A_TIME:
        with database.read() as session:
            known = {(row.page, row.language): row for row in session.scalars(select(KnowledgePageRow))}
            kept_rows = session.scalars(select(KnowledgePassageRow)).all()
        fresh = [page for page in pages if _has_changed(page, known.get(page_key(page)), source)]
        own = {key for key, row in known.items() if _source(row.path) == source}
        gone = own - {page_key(page) for page in pages}
        replaced = gone | {(page.page, page.language) for page in fresh}
        passages = {page_key(page): split(page) for page in fresh}
        live = [as_passage(row, known) for row in kept_rows if (row.page, row.language) not in replaced]
        live += [passage for of_page in passages.values() for passage in of_page]

        collections = {lang: collection(vectors, lang, when_stale="clear") for lang in _LANGUAGES}
        stored = {lang: collections[lang].ids() for lang in _LANGUAGES}
        missing = [passage for passage in live if passage.passage_id not in stored[passage.language]]
        _embed(missing, vectors, collections, progress)

        if replaced or missing:
            with database.write() as session:
                _switch(session, fresh, passages, gone, clock)
            if on_switch:
                on_switch()
        wanted = {passage.passage_id for passage in live}
        for lang in _LANGUAGES:
            if unwanted := stored[lang] - wanted:
                collections[lang].delete(sorted(unwanted))
    changed = sum(page_key(page) in known for page in fresh)
    return SyncReport(
        added=len(fresh) - changed,
        changed=changed,
        unchanged=len(pages) - len(fresh),
        deleted=len(gone),
        passages=len(live),
        embedded=len(missing),
    )


def page_key(page: Page) -> tuple[str, str]:
    """What tells a page from all others."""
    return page.page, page.language


def as_passage(row: KnowledgePassageRow, pages: dict[tuple[str, str], KnowledgePageRow]) -> Passage:
    """The record of a passage's row; `pages` holds the row of its page."""
    page = pages[row.page, row.language]
    return Passage(
        passage_id=PassageId(row.passage_id),
        page=row.page,
        title=page.title,
        heading=row.heading,
        text=row.text,
        language="zh" if row.language == "zh" else "en",
        section_text=row.section_text,
        url=page.url,
        keywords=tuple(page.keywords),
        asked=tuple(row.asked),
    )


def _source(path: str) -> Source:
    return "web" if path.startswith(("http://", "https://")) else "folder"


def _hash(page: Page) -> str:
    return f"{RECIPE}:{page.content_hash}"


def _has_changed(page: Page, row: KnowledgePageRow | None, source: Source) -> bool:
    return row is None or row.content_hash != _hash(page) or _source(row.path) != source


def _embed(
    missing: Sequence[Passage],
    vectors: VectorStore,
    collections: dict[Language, VectorCollection],
    progress: Progress | None,
) -> None:
    for start in range(0, len(missing), _EMBED_AT_ONCE):
        batch = missing[start : start + _EMBED_AT_ONCE]
        made = passage_vectors(vectors, batch)
        for lang in _LANGUAGES:
            rows = [at for at, passage in enumerate(batch) if passage.language == lang]
            if rows:
                ids = [batch[at].passage_id for at in rows]
                collections[lang].upsert_vectors(ids, made[rows], [{"page": batch[at].page} for at in rows])
        if progress:
            progress(start + len(batch), len(missing))


def _switch(
    session: Session,
    fresh: Sequence[Page],
    passages: dict[tuple[str, str], list[Passage]],
    gone: set[tuple[str, str]],
    clock: Clock,
) -> None:
    old = [{"name": name, "lang": language} for name, language in [*gone, *(page_key(page) for page in fresh)]]
    for table in (KnowledgePassageRow, KnowledgePageRow):
        if old:
            this = table.page == bindparam("name"), table.language == bindparam("lang")
            session.connection().execute(delete(table).where(*this), old)
    pages = [
        {
            "page": page.page,
            "language": page.language,
            "path": page.path,
            "content_hash": _hash(page),
            "title": page.front.title,
            "topic": page.front.topic,
            "audience": page.front.audience,
            "valid_from": page.front.valid_from,
            "valid_until": page.front.valid_until,
            "keywords": list(page.front.keywords),
            "url": page.front.url,
            "synced_at": clock.now(),
        }
        for page in fresh
    ]
    rows = [
        {
            "passage_id": passage.passage_id,
            "page": passage.page,
            "language": passage.language,
            "position": position,
            "heading": passage.heading,
            "text": passage.text,
            "section_text": passage.section_text,
            "asked": list(passage.asked),
        }
        for of_page in passages.values()
        for position, passage in enumerate(of_page)
    ]
    for table, new in ((KnowledgePageRow, pages), (KnowledgePassageRow, rows)):
        if new:
            session.execute(insert(table), new)
    state = session.get(KnowledgeStateRow, 1)
    if state is None:
        session.add(KnowledgeStateRow(state_id=1, generation=1))
    else:
        state.generation += 1
