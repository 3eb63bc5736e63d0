"""Tables of changes: what was proposed, what was executed, and what customers asked of the shop beside orders."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.storage.base import Base, UtcDateTime


class ProposalRow(Base):
    """One change that was shown to a customer and waits for their yes, or what became of it.

    `request` is what was asked for, `terms` the consequences as they were shown. `proposal_id` can be used
    once: whoever executes it first moves `status` away from `open`. What another system changes is `executing` while
    that system is asked, and `unsettled` where it never answered. `result` is what the customer was answered.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(
            "status IN ('open', 'executing', 'executed', 'unsettled', 'declined', 'expired', 'superseded', 'failed')",
            name="status",
        ),
        CheckConstraint("(status = 'executed') = (result IS NOT NULL)", name="result_of_executed"),
        Index("ix_proposals_conversation_status", "conversation_id", "status"),
        Index("ix_proposals_customer_created", "customer_id", "created_at"),
    )

    proposal_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    conversation_id: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    request: Mapped[dict[str, Any]] = mapped_column(JSON)
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    failure: Mapped[str | None] = mapped_column(Text)


class AuditRow(Base):
    """One executed change, with what it changed as it was before and after; never updated."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_customer_at", "customer_id", "at"),)

    audit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposals.proposal_id"), unique=True)
    customer_id: Mapped[str]
    conversation_id: Mapped[str]
    kind: Mapped[str]
    order_id: Mapped[str | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DamageReportRow(Base):
    """An item that arrived damaged and what the customer wants instead; our people decide."""

    __tablename__ = "damage_reports"
    __table_args__ = (
        CheckConstraint("wish IN ('replacement', 'refund')", name="wish"),
        CheckConstraint("status IN ('open', 'accepted', 'refused')", name="status"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str] = mapped_column(Text)
    wish: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockNoticeRow(Base):
    """That a customer wants to hear when a sold-out variant is back."""

    __tablename__ = "stock_notices"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("variants.item_id", ondelete="CASCADE"), primary_key=True)
    keep_until: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
