"""The handoff: a person takes over, with a brief of what is known."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.conversation.turn import Turn
from assistant.ids import new_id
from assistant.storage import outbox
from assistant.storage.conversation_tables import HandoffRow

_LAST_MESSAGES = 6
_FACT_CHARS = 600


def make_brief(turn: Turn) -> dict[str, Any]:
    """What the person who takes over needs: intent, verified facts, what was tried, what is pending, sources."""
    intents = [intent.intent for intent in turn.decision.intents] if turn.decision else []
    calls = [outcome for served in turn.served for outcome in served.outcomes]
    said = [f"{message.author}: {turn.masker.unmask(message.text)}" for message in turn.history[-_LAST_MESSAGES:]]
    return {
        "reason": turn.handoff,
        "language": turn.language,
        "customer_id": turn.customer.customer_id if turn.customer else None,
        "intents": intents,
        "message": turn.incoming.text,
        "last_messages": said,
        "verified_facts": [{"tool": c.name, "result": c.text[:_FACT_CHARS]} for c in calls if c.ok],
        "tried": [c.name for c in calls],
        "pending": _pending(turn),
        "pictures": list(turn.state.pictures),
        "sources": [citation.model_dump(mode="json", exclude={"text"}) for citation in turn.citations],
    }


def _pending(turn: Turn) -> dict[str, Any] | None:
    """The open question, or the change that is under way."""
    waiting = turn.state.asked or (turn.state.tasks[-1] if turn.state.tasks else None)
    return waiting.model_dump(mode="json") if waiting else None


def open_handoff(session: Session, turn: Turn, now: datetime) -> None:
    """Put the conversation into the queue, inside the caller's transaction; the conversation's row must exist."""
    handoff_id = new_id("handoff")
    event = {
        "type": "handoff.created",
        "handoff_id": handoff_id,
        "conversation_id": turn.conversation_id,
        "customer_id": turn.customer.customer_id if turn.customer else None,
        "language": turn.language,
        "urgency": turn.decision.urgency if turn.decision else "normal",
    }
    outbox.put(session, outbox.EVENT_TOPIC, event, now)
    session.add(
        HandoffRow(
            handoff_id=handoff_id,
            conversation_id=turn.conversation_id,
            reason=turn.handoff,
            brief=make_brief(turn),
            created_at=now,
            status="waiting",
            language=turn.language,
            sentiment=turn.decision.sentiment if turn.decision else "neutral",
            urgency=turn.decision.urgency if turn.decision else "normal",
        )
    )
    turn.state.handed_off = True
