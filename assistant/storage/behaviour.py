"""What happened in the chat, noted for the log of events in the transaction in which it happened.

Notes wait in the outbox until `assistant.insight.events.chat` writes them to the log and takes them out.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.ids import new_id
from assistant.storage import outbox

BEHAVIOUR_TOPIC = "behaviour"


def note(
    session: Session, kind: str, at: datetime, *, conversation_id: str | None, customer_id: str | None,
    visitor: str = "", **fields: Any,
) -> None:  # fmt: skip
    """Note one event of the chat.

    Args:
        session: the transaction of what happened.
        kind: of event, such as `message`.
        at: when.
        conversation_id: where, if in a conversation.
        customer_id: whose, where it is known.
        visitor: who it was, where no customer is known; empty: whoever has the conversation.
        fields: others of the event, such as `intent` or `value`; never anybody's words.
    """
    who = f"customer:{customer_id}" if customer_id else visitor or f"conversation:{conversation_id}"
    event = {"kind": kind, "at": at.astimezone(UTC).isoformat(), "source": "chat", "visitor": who, **fields}
    put(session, [event], at, conversation_id=conversation_id, customer_id=customer_id)


def put(
    session: Session, events: list[dict[str, Any]], at: datetime, *, conversation_id: str | None,
    customer_id: str | None,
) -> None:  # fmt: skip
    """Note events that belong together: fields of `Event` without id, customer and conversation; `at` as ISO text."""
    payload = {
        "note": new_id("note"), "customer_id": customer_id, "conversation_id": conversation_id, "events": events,
    }  # fmt: skip
    outbox.put(session, BEHAVIOUR_TOPIC, payload, at)
