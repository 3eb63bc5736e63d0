"""What people at the desk and customers say to each other while a person has the conversation."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.desk.audit import note_in
from assistant.desk.queue import NotYours
from assistant.desk.records import DeskUser
from assistant.ids import ConversationId, MessageId, new_id
from assistant.shop.records import Record
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow, TurnRow
from assistant.storage.desk_tables import DeskMessageRow, DeskUserRow
from assistant.storage.engine import Database, changed_one

_TICK = timedelta(microseconds=1)


class Spoken(Record):
    """One message as both sides see it; `agent` is the person's name, `proposal_id` the card that it carries.

    `signals` are kinds of signals that a customer's message tries to instruct a model; only the desk sees them.
    """

    message_id: MessageId
    turn_id: str
    author: str
    text: str
    citations: tuple[dict[str, object], ...] = ()
    at: datetime
    agent: str = ""
    proposal_id: str | None = None
    signals: tuple[str, ...] = ()


class Talk:
    """Messages between a person and a customer.

    Args:
        database: holds them.
        clock: tells when.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def say(
        self, conversation_id: ConversationId, user: DeskUser, text: str, *, proposal_id: str | None = None
    ) -> MessageId:
        """Send a person's message to the customer.

        Raises:
            NotYours: this person doesn't have the conversation.
        """
        now = self._clock.now()
        with self._database.write() as session:
            mine = (
                HandoffRow.conversation_id == conversation_id,
                HandoffRow.status == "claimed",
                HandoffRow.claimed_by == user.user_id,
            )
            first = func.coalesce(HandoffRow.first_reply_at, now)
            if not changed_one(session.execute(update(HandoffRow).where(*mine).values(first_reply_at=first))):
                raise NotYours("this conversation is not yours any more")
            message_id = put_message(session, conversation_id, "agent", text, now)
            session.flush()
            session.add(
                DeskMessageRow(
                    message_id=message_id,
                    conversation_id=conversation_id,
                    user_id=user.user_id,
                    proposal_id=proposal_id,
                )
            )
            note_in(session, user.user_id, "proposed" if proposal_id else "answered", conversation_id, now)
        return message_id

    def all(self, conversation_id: ConversationId, after: str | None = None) -> tuple[Spoken, ...]:
        """The messages of a conversation, oldest first; those after one of them, where that is known."""
        query = (
            select(MessageRow, DeskMessageRow.proposal_id, DeskUserRow.display_name, TurnRow.signals)
            .outerjoin(DeskMessageRow, DeskMessageRow.message_id == MessageRow.message_id)
            .outerjoin(DeskUserRow, DeskUserRow.user_id == DeskMessageRow.user_id)
            .outerjoin(TurnRow, TurnRow.turn_id == MessageRow.turn_id)
            .where(MessageRow.conversation_id == conversation_id)
            .order_by(MessageRow.at, MessageRow.author.desc(), MessageRow.message_id)
        )
        with self._database.read() as session:
            spoken = [_spoken(*found) for found in session.execute(query)]
        for index, message in enumerate(spoken):
            if message.message_id == after:
                return tuple(spoken[index + 1 :])
        return tuple(spoken)


def put_message(
    session: Session, conversation_id: ConversationId, author: str, text: str, now: datetime, turn_id: str = ""
) -> MessageId:
    """Add a message after all others of its conversation, inside the caller's transaction."""
    newest = session.scalar(select(func.max(MessageRow.at)).where(MessageRow.conversation_id == conversation_id))
    at = now if newest is None or newest < now else newest + _TICK
    message_id = MessageId(new_id("msg"))
    session.add(
        MessageRow(
            message_id=message_id,
            conversation_id=conversation_id,
            turn_id=turn_id or new_id("turn"),
            author=author,
            text=text,
            citations=[],
            at=at,
        )
    )
    session.execute(
        update(ConversationRow).where(ConversationRow.conversation_id == conversation_id).values(last_at=at)
    )
    return message_id


def _spoken(row: MessageRow, proposal_id: str | None, agent: str | None, signals: list[str] | None) -> Spoken:
    return Spoken(
        message_id=MessageId(row.message_id),
        turn_id=row.turn_id,
        author=row.author,
        text=row.text,
        citations=tuple(row.citations),
        at=row.at,
        agent=agent or "",
        proposal_id=proposal_id,
        signals=tuple(signals or ()) if row.author == "customer" else (),
    )
