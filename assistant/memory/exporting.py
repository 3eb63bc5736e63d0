"""Everything that is kept of a customer beside their orders, as plain data: for the customer's right to a copy."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.ids import CustomerId
from assistant.memory.erasing import conversations_of
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.base import Base
from assistant.storage.conversation_tables import ConversationRow, EpisodeRow, FactRow, HandoffRow, MessageRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.proposal_tables import AuditRow, ProposalRow, StockNoticeRow
from assistant.storage.shop_tables import CustomerRow


def export_customer(session: Session, customer_id: CustomerId) -> dict[str, Any]:
    """The customer's account, facts (those that no longer hold too), past conversations with what was said in
    them, changes that were proposed and made, and wishes."""
    conversations = []
    for conversation_id in conversations_of(session, customer_id):
        row = session.get_one(ConversationRow, conversation_id)
        of_it = MessageRow.conversation_id == conversation_id
        messages = session.scalars(select(MessageRow).where(of_it).order_by(MessageRow.at)).all()
        rating = session.get(RatingRow, conversation_id)
        handoffs = session.scalars(select(HandoffRow).where(HandoffRow.conversation_id == conversation_id)).all()
        conversations.append(
            {
                **_plain(row, "conversation_id", "channel", "language", "status", "started_at", "last_at", "summary"),
                "messages": [_plain(message, "message_id", "author", "text", "at") for message in messages],
                "attachments": [
                    _plain(row, "attachment_id", "turn_id", "kind", "description", "at")
                    for row in session.scalars(
                        select(AttachmentRow).where(AttachmentRow.conversation_id == conversation_id)
                    )
                ],
                "handoffs": [_plain(handoff, "reason", "brief", "created_at", "resolved_at") for handoff in handoffs],
                "rating": _plain(rating, "stars", "reason", "comment", "at") if rating else None,
            }
        )
    account = session.get(CustomerRow, customer_id)
    return {
        "customer_id": customer_id,
        "account": _plain(account) if account else None,
        "facts": _all(session, FactRow, FactRow.customer_id == customer_id),
        "episodes": _all(session, EpisodeRow, EpisodeRow.customer_id == customer_id),
        "conversations": conversations,
        "proposals": _all(session, ProposalRow, ProposalRow.customer_id == customer_id),
        "changes": _all(session, AuditRow, AuditRow.customer_id == customer_id),
        "stock_notices": _all(session, StockNoticeRow, StockNoticeRow.customer_id == customer_id),
    }


def _all(session: Session, table: type[Base], condition: Any) -> list[dict[str, Any]]:
    return [_plain(row) for row in session.scalars(select(table).where(condition))]


def _plain(row: Base, *names: str) -> dict[str, Any]:
    columns = names or tuple(column.name for column in row.__table__.columns)
    values = {name: getattr(row, name) for name in columns}
    return {name: v.isoformat() if isinstance(v, datetime | date) else v for name, v in values.items()}
