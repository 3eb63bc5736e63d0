"""What a turn leaves in the log of events: that something was written, how it was understood, what was called."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from assistant.conversation.turn import Turn
from assistant.storage import behaviour

_STEP = timedelta(microseconds=1)


def note_message(session: Session, turn: Turn, at: datetime) -> None:
    """Note that the customer wrote; not what."""
    _note(session, turn, "message", at, page="customer")


def note_turn(session: Session, turn: Turn, at: datetime) -> None:
    """Note message, decision, tool calls and handoff of a turn, in this order."""
    note_message(session, turn, at)
    if (decision := turn.decision) is not None:
        first = decision.intents[0] if decision.intents else None
        _note(
            session, turn, "decision", at + _STEP, intent=first.intent if first else None,
            value=first.probability if first else None, page=decision.outcome,
        )  # fmt: skip
    outcomes = [outcome for served in turn.served for outcome in served.outcomes]
    for number, outcome in enumerate(outcomes, 2):
        _note(session, turn, "tool_call", at + number * _STEP, page=outcome.name, value=float(outcome.ok))
    if turn.handoff:
        _note(session, turn, "handoff", at + (len(outcomes) + 2) * _STEP, page=turn.handoff)


def _note(session: Session, turn: Turn, kind: str, at: datetime, **fields: Any) -> None:
    sent = turn.incoming.sent_as
    behaviour.note(
        session, kind, at, conversation_id=turn.conversation_id, visitor=sent.owner if sent else "",
        customer_id=turn.customer.customer_id if turn.customer else None, language=turn.language, **fields,
    )  # fmt: skip
