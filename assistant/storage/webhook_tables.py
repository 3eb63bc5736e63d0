"""Table of webhooks: what the shop's systems are told, and how far it got."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class WebhookRow(Base):
    """One event for one receiver. `next_at` is when it is sent (again); `dead` was given up and waits for a person."""

    __tablename__ = "webhooks"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'delivered', 'dead')", name="status"),
        Index("ix_webhooks_status_next", "status", "next_at"),
    )

    webhook_id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    type: Mapped[str]
    conversation_id: Mapped[str | None]
    customer_id: Mapped[str | None]
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
