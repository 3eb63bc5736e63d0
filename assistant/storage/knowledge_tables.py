"""Tables of the knowledge index (which pages and passages are live; vectors are derived from these), and its gaps."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Text
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
    asked: Mapped[list[str]] = mapped_column(JSON, default=list)


class KnowledgeStateRow(Base):
    """One row: `generation` grows with every sync that changed something, so that readers notice."""

    __tablename__ = "knowledge_state"
    __table_args__ = (CheckConstraint("state_id = 1", name="one_row"),)

    state_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    generation: Mapped[int]


class KnowledgeGapRow(Base):
    """A question that no page answered, masked, for whoever writes the pages. It goes with its conversation.

    `reason`: no page came near (`no page`), one did and was not sure enough (`unsure`), or the router saw nothing that
    we serve (`not understood`). `best_page` is the page that came nearest.
    """

    __tablename__ = "knowledge_gaps"
    __table_args__ = (
        CheckConstraint("reason IN ('no page', 'unsure', 'not understood')", name="reason"),
        CheckConstraint("status IN ('open', 'done', 'ignored')", name="status"),
        Index("ix_knowledge_gaps_conversation", "conversation_id"),
        Index("ix_knowledge_gaps_status_at", "status", "at"),
    )

    gap_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
    turn_id: Mapped[str]
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    reason: Mapped[str]
    best_page: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="open")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
