"""Notes that people at the desk leave for each other; no customer ever sees one."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.desk.audit import note_in
from assistant.desk.records import DeskUser, Note
from assistant.ids import ConversationId, new_id
from assistant.storage.desk_tables import DeskNoteRow, DeskUserRow
from assistant.storage.engine import Database

_TICK = timedelta(microseconds=1)


class Notes:
    """What colleagues wrote about a conversation.

    Notes stand in a table of their own, so that nothing that reads messages for a customer can show one.

    Args:
        database: holds them.
        clock: tells when.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, conversation_id: ConversationId, user: DeskUser, text: str) -> None:
        """Leave a note; anybody who may answer may, whoever has the conversation.

        Args:
            conversation_id: what it is about.
            user: who writes.
            text: the words.
        """
        with self._database.write() as session:
            put_note(session, conversation_id, user, text, self._clock.now())

    def all(self, conversation_id: ConversationId) -> tuple[Note, ...]:
        """The notes on a conversation, oldest first."""
        query = (
            select(DeskNoteRow, DeskUserRow.display_name)
            .outerjoin(DeskUserRow, DeskUserRow.user_id == DeskNoteRow.user_id)
            .where(DeskNoteRow.conversation_id == conversation_id)
            .order_by(DeskNoteRow.at, DeskNoteRow.note_id)
        )
        with self._database.read() as session:
            return tuple(
                Note(note_id=row.note_id, by=name or row.user_id, text=row.text, at=row.at)
                for row, name in session.execute(query)
            )


def put_note(session: Session, conversation_id: str, user: DeskUser, text: str, at: datetime) -> None:
    """Leave a note inside the caller's transaction."""
    newest = session.scalar(select(func.max(DeskNoteRow.at)).where(DeskNoteRow.conversation_id == conversation_id))
    at = at if newest is None or newest < at else newest + _TICK
    note_id = new_id("note")
    session.add(
        DeskNoteRow(note_id=note_id, conversation_id=conversation_id, user_id=user.user_id, text=text.strip(), at=at)
    )
    note_in(session, user.user_id, "noted", conversation_id, at)
