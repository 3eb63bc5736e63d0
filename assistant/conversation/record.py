"""record: messages, decision, tool calls, handoff and memory of one turn, in one transaction."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.conversation.handoff import open_handoff
from assistant.conversation.pages.gaps import record_gaps
from assistant.conversation.pages.sections import remember_section
from assistant.conversation.traces import note_message, note_turn
from assistant.conversation.turn import Turn
from assistant.desk.talk import put_message
from assistant.ids import new_id
from assistant.memory.memory import Memory
from assistant.models.usage import Usage
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.conversation_tables import ConversationRow, MessageRow, ToolCallRow, TurnRow
from assistant.storage.engine import Database
from assistant.storage.requests import answered_by
from assistant.text.prompts import PromptLibrary


class Record:
    """The last stage of a turn.

    Args:
        database: where everything is kept.
        memory: takes what the customer told about themselves.
        clock: tells when.
        prompts: whose hash stands in every message.
    """

    def __init__(self, database: Database, memory: Memory, clock: Clock, prompts: PromptLibrary) -> None:
        self._database = database
        self._memory = memory
        self._clock = clock
        self._prompts = prompts

    def __call__(self, turn: Turn, usage: Usage) -> None:
        """Store the turn; vectors follow from the outbox after the commit.

        Messages are kept as they were written, for those who wrote and read them. What tells how the turn came
        about (decision, tool calls) is kept masked.
        """
        now = self._clock.now()
        customer_id = turn.customer.customer_id if turn.customer else None
        asked_id = new_id("msg")
        with self._database.write() as session:
            row = session.get(ConversationRow, turn.conversation_id)
            if row is None:
                row = ConversationRow(
                    conversation_id=turn.conversation_id,
                    channel=turn.incoming.channel,
                    started_at=now,
                    status="open",
                    summary="",
                )
                session.add(row)
            row.customer_id = row.customer_id or customer_id
            row.language, row.last_at = turn.language, now
            if row.status == "closed":
                row.status = "open"
            session.flush()
            session.add(
                TurnRow(
                    turn_id=turn.turn_id,
                    conversation_id=turn.conversation_id,
                    decision=turn.masker.mask_all(turn.decision.explain()) if turn.decision else {},
                    rung=turn.rung,
                    model_calls=usage.calls,
                    input_tokens=usage.input_tokens,
                    output_tokens=usage.output_tokens,
                    timings_ms=turn.timings_ms,
                    failed_checks=list(turn.failed_checks),
                    signals=list(turn.signals),
                    at=now,
                )
            )
            session.add(_message(turn, asked_id, "customer", turn.said or turn.incoming.text, now, self._prompts.hash))
            later = now + timedelta(microseconds=1)
            answer = _message(turn, new_id("msg"), "assistant", turn.text, later, self._prompts.hash)
            answer.citations = [citation.model_dump(mode="json") for citation in turn.citations]
            answer.spans = [span.model_dump(mode="json") for span in turn.spans]
            session.add(answer)
            session.flush()
            for position, outcome in enumerate(o for served in turn.served for o in served.outcomes):
                session.add(
                    ToolCallRow(
                        turn_id=turn.turn_id,
                        position=position,
                        name=outcome.name,
                        arguments=turn.masker.mask_all(outcome.arguments),
                        ok=outcome.ok,
                        result=turn.masker.mask(outcome.text),
                        milliseconds=outcome.milliseconds,
                    )
                )
            record_gaps(session, turn, now)
            note_turn(session, turn, now)
            _mark(session, turn)
            _attach(session, turn)
            if turn.handoff and row.status != "handed_off":
                open_handoff(session, turn, now)
                row.status = "handed_off"
            remember_section(turn)
            turn.state.masks = turn.masker.known
            row.state = turn.state.model_dump(mode="json")
            if customer_id is not None:
                self._memory.remember_turn(
                    session,
                    customer_id=customer_id,
                    conversation_id=turn.conversation_id,
                    message_id=asked_id,
                    text=turn.said or turn.incoming.text,
                    language=turn.language,
                    now=now,
                )

    def unanswered(self, turn: Turn) -> None:
        """Store a message that a person will answer; nothing else of the turn."""
        now = self._clock.now()
        with self._database.write() as session:
            message_id = put_message(
                session, turn.conversation_id, "customer", turn.incoming.text, now, turn_id=turn.turn_id
            )
            session.flush()
            note_message(session, turn, now)
            _mark(session, turn)
            _attach(session, turn)
            if turn.customer is not None:
                self._memory.remember_turn(
                    session,
                    customer_id=turn.customer.customer_id,
                    conversation_id=turn.conversation_id,
                    message_id=message_id,
                    text=turn.incoming.text,
                    language=turn.language,
                    now=now,
                )


def _mark(session: Session, turn: Turn) -> None:
    if (sent := turn.incoming.sent_as) is not None:
        answered_by(session, sent.owner, sent.client_message_id, turn.conversation_id, turn.turn_id)


def _attach(session: Session, turn: Turn) -> None:
    """A voice note or photo belongs to the conversation now; what was read in it stands in the message."""
    attached = turn.incoming.attached
    row = session.get(AttachmentRow, attached.attachment_id) if attached else None
    if row is not None:
        row.conversation_id, row.turn_id = turn.conversation_id, turn.turn_id
        row.words, row.found = "", {}
        row.customer_id = row.customer_id or (turn.customer.customer_id if turn.customer else None)


def _message(turn: Turn, message_id: str, author: str, text: str, at: datetime, prompts: str) -> MessageRow:
    return MessageRow(
        message_id=message_id,
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        author=author,
        text=text,
        citations=[],
        prompts_hash=prompts,
        spans=[],
        at=at,
    )
