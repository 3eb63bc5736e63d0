"""How a conversation that waits, or that a person has, is put together for the queue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from assistant.desk.records import Case
from assistant.ids import CustomerId
from assistant.routing.reading.mood import mood_of
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow
from assistant.storage.desk_tables import DeskUserRow
from assistant.storage.shop_tables import CustomerRow
from assistant.text.language import Language, detect_language, has_han

_WORDS = 220


def cases(session: Session, now: datetime, *where: ColumnElement[bool]) -> list[Case]:
    """The conversations that a condition on their handoffs chooses, the oldest handoff first.

    Args:
        session: reads.
        now: to reckon how long they wait.
        where: conditions on `HandoffRow`.
    """
    passer = aliased(DeskUserRow)
    query = (
        select(HandoffRow, ConversationRow.customer_id, DeskUserRow.display_name, passer.display_name, CustomerRow)
        .join(ConversationRow, ConversationRow.conversation_id == HandoffRow.conversation_id)
        .outerjoin(DeskUserRow, DeskUserRow.user_id == HandoffRow.claimed_by)
        .outerjoin(passer, passer.user_id == HandoffRow.passed_by)
        .outerjoin(CustomerRow, CustomerRow.customer_id == ConversationRow.customer_id)
        .where(*where)
        .order_by(HandoffRow.created_at)
    )
    rows = session.execute(query).all()
    said = _said(session, [row.conversation_id for row, *_ in rows])
    return [
        _case(row, customer_id, holder, passed, customer, said.get(row.conversation_id, []), now)
        for row, customer_id, holder, passed, customer in rows
    ]


def _said(session: Session, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Author and words of each conversation, oldest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    if ids:
        query = select(MessageRow.conversation_id, MessageRow.author, MessageRow.text)
        query = query.where(MessageRow.conversation_id.in_(ids))
        for conversation_id, author, text in session.execute(query.order_by(MessageRow.at, MessageRow.author.desc())):
            found.setdefault(conversation_id, []).append((author, text))
    return found


def _case(
    row: HandoffRow,
    customer_id: str | None,
    holder: str | None,
    passed: str | None,
    customer: CustomerRow | None,
    said: list[tuple[str, str]],
    now: datetime,
) -> Case:
    unread, words = 0, list[str]()
    for author, text in said:
        if author == "customer":
            unread, words = unread + 1, [*words[-1:], text]
        elif author == "agent":
            unread, words = 0, words[-1:]
    sentiment, urgency = _felt(row, words if unread else [])
    return Case.model_validate(
        {
            "handoff_id": row.handoff_id,
            "conversation_id": row.conversation_id,
            "customer_id": CustomerId(customer_id) if customer_id else None,
            "customer": _name(customer) if customer else "",
            "status": row.status,
            "reason": row.reason,
            "language": row.language,
            "sentiment": sentiment,
            "urgency": urgency,
            "created_at": row.created_at,
            "waited_s": max(0.0, ((row.claimed_at or row.resolved_at or now) - row.created_at).total_seconds()),
            "claimed_by": row.claimed_by,
            "holder": holder or "",
            "passed_on_by": passed or "",
            "last_words": " · ".join(words)[:_WORDS],
            "unread": unread,
        }
    )


def _name(customer: CustomerRow) -> str:
    if has_han(customer.last_name):
        return f"{customer.last_name}{customer.first_name}"
    return f"{customer.first_name} {customer.last_name}"


def _felt(row: HandoffRow, words: Sequence[str]) -> tuple[str, str]:
    """The strongest mood and haste of the last words, and of the moment at which a person was asked for."""
    language: Language = "zh" if row.language == "zh" else "en"
    moods = [mood_of(text, detect_language(text, default=language)) for text in words]
    felt = {row.sentiment, *(mood.sentiment for mood in moods)}
    sentiment = next((name for name in ("angry", "unhappy", "pleased") if name in felt), "neutral")
    return sentiment, "high" if row.urgency == "high" or any(mood.urgency == "high" for mood in moods) else "normal"
