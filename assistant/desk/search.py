"""Finds conversations for the desk: the newest ones, or those behind a figure."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from assistant.ids import ConversationId
from assistant.shop.records import Record
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.engine import Database

_WORDS = 160


class Found(Record):
    """A conversation in a list."""

    conversation_id: ConversationId
    customer_id: str | None
    channel: str
    language: str
    status: str
    started_at: datetime
    last_at: datetime
    messages: int
    last_words: str


def recent(
    database: Database, *, statuses: Collection[str] = (), ids: Collection[str] | None = None, limit: int = 50
) -> tuple[Found, ...]:
    """Conversations by their last message, newest first.

    Args:
        database: holds them.
        statuses: only these; none means all.
        ids: only these; None means all.
        limit: at most so many.
    """
    query = select(ConversationRow).order_by(ConversationRow.last_at.desc(), ConversationRow.conversation_id)
    if statuses:
        query = query.where(ConversationRow.status.in_(statuses))
    if ids is not None:
        query = query.where(ConversationRow.conversation_id.in_(ids))
    with database.read() as session:
        rows = session.scalars(query.limit(limit)).all()
        wanted = [row.conversation_id for row in rows]
        counted = select(MessageRow.conversation_id, func.count()).where(MessageRow.conversation_id.in_(wanted))
        counts = {row[0]: row[1] for row in session.execute(counted.group_by(MessageRow.conversation_id))}
        said = select(MessageRow.conversation_id, MessageRow.text).where(
            MessageRow.conversation_id.in_(wanted), MessageRow.author == "customer"
        )
        words = {row[0]: row[1] for row in session.execute(said.order_by(MessageRow.at))}
    return tuple(
        Found(
            conversation_id=ConversationId(row.conversation_id),
            customer_id=row.customer_id,
            channel=row.channel,
            language=row.language,
            status=row.status,
            started_at=row.started_at,
            last_at=row.last_at,
            messages=counts.get(row.conversation_id, 0),
            last_words=words.get(row.conversation_id, "")[:_WORDS],
        )
        for row in rows
    )
