"""Which messages were taken in, so that each is answered once, and whose a conversation is.

The row of a message is written before its turn runs. A second request with the same id finds it: finished, it
gets the same reply; running, it is told to come back. A row whose process died is taken over when the turn's
deadline has long passed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, literal, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.conversation.state import ConversationState
from assistant.ids import ConversationId
from assistant.storage.base import UtcDateTime
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.web_tables import ChatRequestRow
from assistant.web.errors import ApiError
from assistant.web.history import conversation_view
from assistant.web.schemas import ConversationList, ConversationSummary, ConversationView, ReplyView
from assistant.web.tokens import Identity

_TITLE = 80
"""Characters of the first message that a list shows."""


@dataclass(frozen=True)
class Ticket:
    """The right to answer one message."""

    owner: str
    client_message_id: str


class Ledger:
    """The book of messages and conversations, per customer and visitor.

    Args:
        database: holds the messages.
        clock: tells how long a turn has been running.
        patience: after which a turn that never finished is taken for dead.
    """

    def __init__(self, database: Database, clock: Clock, patience: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._patience = patience

    def claim(
        self, identity: Identity, client_message_id: str, conversation_id: ConversationId | None, text: str
    ) -> Ticket | ReplyView:
        """Take a message in: a ticket to answer it, or the reply that it got before.

        Raises:
            ApiError: 404 the conversation is not this identity's; 409 the message is being answered by another
                process, or the id was used for another message.
        """
        if conversation_id is not None:
            with self._database.read() as session:
                _own(session, identity, conversation_id)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        ticket = Ticket(identity.owner, client_message_id)
        now = self._clock.now()
        row = ChatRequestRow(
            owner=ticket.owner,
            client_message_id=client_message_id,
            conversation_id=conversation_id,
            fingerprint=fingerprint,
            started_at=now,
        )
        try:
            with self._database.write() as session:
                session.add(row)
        except IntegrityError:
            return self._known(ticket, fingerprint, now)
        return ticket

    def finish(self, ticket: Ticket, reply: ReplyView) -> None:
        """Keep the reply for whoever asks again."""
        with self._database.write() as session:
            session.execute(
                update(ChatRequestRow)
                .where(*_is(ticket))
                .values(
                    status="done",
                    reply=reply.model_dump(mode="json"),
                    conversation_id=reply.conversation_id,
                    turn_id=reply.turn_id,
                )
            )

    def give_up(self, ticket: Ticket) -> None:
        """Forget a message that was not answered, so that it may be sent again."""
        with self._database.write() as session:
            session.execute(
                delete(ChatRequestRow).where(
                    *_is(ticket), ChatRequestRow.status == "running", ChatRequestRow.turn_id.is_(None)
                )
            )

    def history(self, identity: Identity, conversation_id: ConversationId) -> ConversationView:
        """A conversation with its messages.

        Raises:
            ApiError: 404 there is none of that id, or it is somebody else's.
        """
        with self._database.read() as session:
            row = _own(session, identity, conversation_id)
            return conversation_view(session, row, self._clock.now())

    def about(self, conversation_id: ConversationId) -> tuple[str | None, str]:
        """Whose conversation it is, and its language."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            return (None, "en") if row is None else (row.customer_id, row.language)

    def own(self, identity: Identity, conversation_id: ConversationId) -> None:
        """Pass where the conversation is this identity's.

        Raises:
            ApiError: 404 there is none of that id, or it is somebody else's.
        """
        with self._database.read() as session:
            _own(session, identity, conversation_id)

    def conversations(self, identity: Identity, limit: int, before: ConversationId | None) -> ConversationList:
        """The identity's conversations, the newest first.

        Args:
            identity: whose.
            limit: how many at most.
            before: the last one of the page before this.

        Raises:
            ApiError: 404 `before` is none of theirs.
        """
        if identity.customer_id is not None:
            query = select(ConversationRow).where(ConversationRow.customer_id == identity.customer_id)
        else:
            begun = select(ChatRequestRow.conversation_id).where(ChatRequestRow.owner == identity.owner)
            query = select(ConversationRow).where(ConversationRow.conversation_id.in_(begun))
        order = (ConversationRow.last_at, ConversationRow.conversation_id)
        with self._database.read() as session:
            if before is not None:
                last = _own(session, identity, before)
                query = query.where(tuple_(*order) < tuple_(literal(last.last_at, UtcDateTime), before))
            rows = session.scalars(query.order_by(*(column.desc() for column in order)).limit(limit + 1)).all()
            found = tuple(_summary(session, row) for row in rows[:limit])
        return ConversationList(conversations=found, next=found[-1].conversation_id if len(rows) > limit else None)

    def _known(self, ticket: Ticket, fingerprint: str, now: datetime) -> Ticket | ReplyView:
        with self._database.write() as session:
            row = session.get(ChatRequestRow, (ticket.owner, ticket.client_message_id))
            if row is not None and row.fingerprint != fingerprint:
                raise ApiError(409, "id_reused", "client_message_id was used for another message")
            if row is not None and row.reply is not None:
                return ReplyView.model_validate(row.reply)
            if row is not None and row.turn_id is not None:  # recorded, and then the server died
                return _recorded(session, row, row.turn_id)
            if row is not None and row.started_at + self._patience < now:
                row.started_at = now
                return ticket
        raise ApiError(409, "in_progress", "this message is being answered", retry_after_s=1)


def _own(session: Session, identity: Identity, conversation_id: ConversationId) -> ConversationRow:
    row = session.get(ConversationRow, conversation_id)
    if row is not None and row.customer_id is not None and row.customer_id == identity.customer_id:
        return row
    if row is not None and identity.kind == "visitor" and row.customer_id in (None, _proved_in(row)):
        began = select(ChatRequestRow.owner).where(
            ChatRequestRow.conversation_id == conversation_id, ChatRequestRow.owner == identity.owner
        )
        if session.scalars(began).first() is not None:
            return row
    raise ApiError(404, "not_found", "there is no such conversation")


def _recorded(session: Session, request: ChatRequestRow, turn_id: str) -> ReplyView:
    """The answer as its turn left it; what only the sent reply had (buttons) is lost with the server."""
    conversation = session.get_one(ConversationRow, request.conversation_id)
    said = select(MessageRow).where(MessageRow.turn_id == turn_id, MessageRow.author == "assistant")
    message = session.scalars(said).first()
    return ReplyView.model_validate(
        {
            "conversation_id": conversation.conversation_id,
            "turn_id": turn_id,
            "client_message_id": request.client_message_id,
            "text": message.text if message else "",
            "language": conversation.language,
            "citations": message.citations if message else (),
            "spans": message.spans if message else (),
            "handoff": conversation.status == "handed_off",
            "with_person": message is None,
        }
    )


def _summary(session: Session, row: ConversationRow) -> ConversationSummary:
    began = select(MessageRow.text).where(
        MessageRow.conversation_id == row.conversation_id, MessageRow.author == "customer"
    )
    words = " ".join((session.scalars(began.order_by(MessageRow.at).limit(1)).first() or "").split())
    return ConversationSummary.model_validate(
        {name: getattr(row, name) for name in ConversationSummary.model_fields if name != "title"}
        | {"title": words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}…"}
    )


def _proved_in(row: ConversationRow) -> str | None:
    """Whom a visitor proved to be in this conversation; elsewhere they stay a visitor."""
    proved = ConversationState.model_validate(row.state or {}).proved
    return None if proved is None else proved.customer_id


def _is(ticket: Ticket) -> tuple[ColumnElement[bool], ...]:
    return (
        ChatRequestRow.owner == ticket.owner,
        ChatRequestRow.client_message_id == ticket.client_message_id,
    )
