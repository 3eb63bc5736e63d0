"""Tables of the desk: who works there, what they saw and did, what they wrote, and what customers thought of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class DeskUserRow(Base):
    """Somebody who may sign in at the desk. `name` is what they type; `display_name` is what customers read."""

    __tablename__ = "desk_users"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'lead', 'engineer', 'admin')", name="role"),
        CheckConstraint("language IN ('en', 'zh')", name="language"),
    )

    user_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskSessionRow(Base):
    """A browser that is signed in. The key is a hash: who reads the table can't become anybody by it."""

    __tablename__ = "desk_sessions"

    session_key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("desk_users.user_id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskAuditRow(Base):
    """What somebody at the desk saw or did; never updated."""

    __tablename__ = "desk_audit"
    __table_args__ = (Index("ix_desk_audit_at", "at"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    user_id: Mapped[str]
    action: Mapped[str]
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    detail: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskMessageRow(Base):
    """Who of the desk wrote a message, and the proposal that it shows, if it shows one."""

    __tablename__ = "desk_messages"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.message_id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str]
    proposal_id: Mapped[str | None]


class DeskNoteRow(Base):
    """What somebody at the desk wrote for their colleagues about a conversation; customers never see it."""

    __tablename__ = "desk_notes"

    note_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskDraftRow(Base):
    """One draft of the copilot's, and what the agent made of it.

    `after_message_id` is the customer's message that it answers: a later one makes it stale. `edit_distance` counts
    characters between the draft and what was sent; `seconds` is from the draft to the decision.
    """

    __tablename__ = "desk_drafts"
    __table_args__ = (
        CheckConstraint("outcome IN ('approved', 'edited', 'rejected', 'stale')", name="outcome"),
        Index("ix_desk_drafts_created", "created_at"),
    )

    draft_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[str]
    after_message_id: Mapped[str]
    language: Mapped[str]
    rung: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    milliseconds: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None]
    edit_distance: Mapped[int | None]
    seconds: Mapped[float | None]
    sent_chars: Mapped[int | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RatingRow(Base):
    """What a customer thought of a conversation, 1 to 5, and why: a reason chosen from a list, and words, masked."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), primary_key=True
    )
    stars: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
