"""Tables of conversations: what was said, decided, called and handed over, and what is remembered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class ConversationRow(Base):
    """One conversation. `state` holds the task stack and what was last asked, as plain data."""

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'handed_off', 'closed')", name="status"),
        Index("ix_conversations_customer_started", "customer_id", "started_at"),
    )

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None]
    channel: Mapped[str]
    language: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    summary: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class MessageRow(Base):
    """One message. `text` is what its author wrote or read, unmasked; models see a masked copy.

    `prompts_hash` tells which prompts were served in its turn; None in messages from before it was kept.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("author IN ('customer', 'assistant', 'agent')", name="author"),
        Index("ix_messages_conversation_at", "conversation_id", "at"),
    )

    message_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
    turn_id: Mapped[str]
    author: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    prompts_hash: Mapped[str | None]
    spans: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TurnRow(Base):
    """One turn: the routing decision, the rung that answered, what it cost, and signals of injection in the message."""

    __tablename__ = "turns"

    turn_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), index=True
    )
    decision: Mapped[dict[str, Any]] = mapped_column(JSON)
    rung: Mapped[str]
    model_calls: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    timings_ms: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    failed_checks: Mapped[list[str]] = mapped_column(JSON, default=list)
    signals: Mapped[list[str]] = mapped_column(JSON, default=list)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ToolCallRow(Base):
    """One call of a tool in a turn. `position` counts from 0 within the turn."""

    __tablename__ = "tool_calls"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.turn_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    ok: Mapped[bool]
    result: Mapped[str] = mapped_column(Text)
    milliseconds: Mapped[float]


class HandoffRow(Base):
    """A conversation that waits for a person, or that one has, with its brief.

    `claimed_by` is the desk's user who has it, `passed_by` the one who gave it to them. `sentiment` and `urgency` are
    the customer's when it was handed over.
    `ending` says how it was closed; `label` and `summary` are what the agent noted then.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'claimed', 'closed')", name="status"),
        CheckConstraint("ending IN ('solved', 'unsolved', 'handed_back')", name="ending"),
        Index("ix_handoffs_status_created", "status", "created_at"),
    )

    handoff_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str]
    brief: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    sentiment: Mapped[str] = mapped_column(default="neutral", server_default="neutral")
    urgency: Mapped[str] = mapped_column(default="normal", server_default="normal")
    claimed_by: Mapped[str | None]
    passed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_reply_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ending: Mapped[str | None]
    label: Mapped[str | None]
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")


class FactRow(Base):
    """Something a customer told us about themselves, with the message it was said in."""

    __tablename__ = "facts"
    __table_args__ = (Index("ix_facts_customer_kind", "customer_id", "kind"),)

    fact_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.message_id", ondelete="CASCADE"))
    confidence: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EpisodeRow(Base):
    """What one past conversation was about; its vector lies in Chroma under `episode_id`."""

    __tablename__ = "episodes"
    __table_args__ = (Index("ix_episodes_customer_at", "customer_id", "at"),)

    episode_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.conversation_id", ondelete="CASCADE"), unique=True
    )
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxRow(Base):
    """Work that must follow a committed transaction (vectors to write, events to send), once."""

    __tablename__ = "outbox"

    outbox_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
