"""Who at the desk saw and did what, and when."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.desk.records import UserId
from assistant.ids import ConversationId
from assistant.shop.records import Record
from assistant.storage.desk_tables import DeskAuditRow, DeskUserRow
from assistant.storage.engine import Database

_AGAIN = timedelta(minutes=5)
_DETAIL_CHARS = 200


class AuditEntry(Record):
    """One thing that somebody saw or did."""

    at: datetime
    user: str
    action: str
    conversation_id: ConversationId | None
    detail: str


class DeskAudit:
    """The book of who saw and did what.

    Args:
        database: holds it.
        clock: tells when.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, user_id: UserId, action: str, conversation_id: str | None = None, detail: str = "") -> None:
        """Write a thing down; looking again at the same conversation within minutes is one look."""
        now = self._clock.now()
        with self._database.write() as session:
            if action == "saw" and _seen_lately(session, user_id, conversation_id, now):
                return
            note_in(session, user_id, action, conversation_id, now, detail)

    def entries(self, limit: int = 200, conversation_id: str | None = None) -> tuple[AuditEntry, ...]:
        """What happened, newest first."""
        query = (
            select(DeskAuditRow, DeskUserRow.display_name)
            .outerjoin(DeskUserRow, DeskUserRow.user_id == DeskAuditRow.user_id)
            .order_by(DeskAuditRow.audit_id.desc())
            .limit(limit)
        )
        if conversation_id is not None:
            query = query.where(DeskAuditRow.conversation_id == conversation_id)
        with self._database.read() as session:
            return tuple(
                AuditEntry(
                    at=row.at,
                    user=name or row.user_id,
                    action=row.action,
                    conversation_id=ConversationId(row.conversation_id) if row.conversation_id else None,
                    detail=row.detail,
                )
                for row, name in session.execute(query)
            )


def note_in(
    session: Session, user_id: str, action: str, conversation_id: str | None, at: datetime, detail: str = ""
) -> None:
    """Write a thing down inside the caller's transaction."""
    session.add(
        DeskAuditRow(
            user_id=user_id, action=action, conversation_id=conversation_id, detail=detail[:_DETAIL_CHARS], at=at
        )
    )


def _seen_lately(session: Session, user_id: str, conversation_id: str | None, now: datetime) -> bool:
    query = select(DeskAuditRow.audit_id).where(
        DeskAuditRow.user_id == user_id,
        DeskAuditRow.action == "saw",
        DeskAuditRow.conversation_id == conversation_id,
        DeskAuditRow.at > now - _AGAIN,
    )
    return session.scalars(query.limit(1)).first() is not None
