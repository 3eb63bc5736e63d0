"""Tables of the web room: which messages were taken in, for whom, and how each was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class ChatRequestRow(Base):
    """One message as a client sent it, so that it is never answered twice.

    `owner` is the customer or the visitor whose token it came with (`customer:sara_1`, `visitor:...`). The row
    also says which visitor an anonymous conversation belongs to. `reply` is what was sent back, once `done`;
    `turn_id` is there as soon as the turn is recorded.
    """

    __tablename__ = "chat_requests"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done')", name="status"),
        Index("ix_chat_requests_conversation", "conversation_id"),
    )

    owner: Mapped[str] = mapped_column(primary_key=True)
    client_message_id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.conversation_id", ondelete="CASCADE"))
    fingerprint: Mapped[str]
    status: Mapped[str] = mapped_column(default="running")
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    turn_id: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
