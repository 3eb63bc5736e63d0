"""Work that must follow a committed transaction, done at least once and marked done.

A row is put into the same transaction as the change that it belongs to. Whoever does the work reads what
is pending, does it, and marks it done; a crash in between means that it is done again, so the work must
be safe to repeat.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assistant.storage.conversation_tables import OutboxRow

EVENT_TOPIC = "event"
"""What others want to hear of: the payload names its `type`, and ids; never anybody's words."""


def put(session: Session, topic: str, payload: dict[str, Any], at: datetime) -> None:
    """Add work to the caller's transaction.

    Args:
        session: a write session.
        topic: who takes it, such as `episode`.
        payload: plain data, enough to do the work with.
        at: now.
    """
    session.add(OutboxRow(topic=topic, payload=payload, created_at=at, done_at=None))


def pending(session: Session, topic: str, limit: int = 500) -> Sequence[OutboxRow]:
    """Work of `topic` that is not done, oldest first, at most `limit` rows."""
    query = select(OutboxRow).where(OutboxRow.topic == topic, OutboxRow.done_at.is_(None))
    return session.scalars(query.order_by(OutboxRow.outbox_id).limit(limit)).all()


def mark_done(session: Session, outbox_ids: Iterable[int], at: datetime) -> None:
    """Say that the work of these rows is done."""
    ids = list(outbox_ids)
    if ids:
        session.execute(update(OutboxRow).where(OutboxRow.outbox_id.in_(ids)).values(done_at=at))


def forget_done(session: Session, before: datetime) -> None:
    """Delete rows whose work was done before that moment."""
    session.execute(delete(OutboxRow).where(OutboxRow.done_at < before))
