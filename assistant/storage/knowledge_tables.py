"""Tables of the knowledge index: which pages and passages are live. Vectors are derived from these."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class KnowledgePageRow(Base):
    """One page in one language, as it was last synced. `content_hash` tells whether its file has changed."""

    __tablename__ = "knowledge_pages"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'zh')", name="language"),
        CheckConstraint("audience IN ('customer', 'agent')", name="audience"),
    )

    page: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    content_hash: Mapped[str]
    title: Mapped[str]
    topic: Mapped[str]
    audience: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    url: Mapped[str]
    synced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnowledgePassageRow(Base):
    """One passage of a page; `position` counts from 0 within the page."""

    __tablename__ = "knowledge_passages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["page", "language"],
            ["knowledge_pages.page", "knowledge_pages.language"],
            ondelete="CASCADE",
        ),
        Index("ix_knowledge_passages_page", "page", "language"),
    )

    passage_id: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str]
    language: Mapped[str]
    position: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    section_text: Mapped[str] = mapped_column(Text)


class KnowledgeStateRow(Base):
    """One row: `generation` grows with every sync that changed something, so that readers notice."""

    __tablename__ = "knowledge_state"
    __table_args__ = (CheckConstraint("state_id = 1", name="one_row"),)

    state_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int]
