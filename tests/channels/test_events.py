"""What happens in a conversation is left in the outbox for the shop's systems."""

from assistant.app import Wiring
from assistant.storage import outbox
from tests.conversation.conftest import Ask, ask, house

__all__ = ["ask", "house"]


def test_a_handoff_is_told_with_ids_and_without_words(house: Wiring, ask: Ask) -> None:
    reply = ask("I want to talk to a real person", "mia.chen@example.com")
    assert reply.handoff
    with house.database.read() as session:
        events = [note.payload for note in outbox.pending(session, outbox.EVENT_TOPIC)]
    [told] = [event for event in events if event["conversation_id"] == reply.conversation_id]
    assert told["type"] == "handoff.created"
    assert told["customer_id"]
    assert "real person" not in str(told)
