"""A conversation leaves what happened in the log of events, and none of its words."""

from assistant.app import Wiring
from assistant.conversation.reply import Reply
from assistant.insight.events.event import Event
from tests.conversation.conftest import Ask

EMMA = "emma.wilson@example.com"


def left(house: Wiring, reply: Reply) -> list[Event]:
    house.event_drain.once()
    events = [event for event in house.events.read() if event.conversation == reply.conversation_id]
    return sorted(events, key=lambda event: (event.at, event.id))


def test_a_turn_leaves_message_decision_and_tool_call_of_its_customer(house: Wiring, ask: Ask) -> None:
    events = left(house, ask("Where is my order, Quibbleflop?", EMMA))

    assert [event.kind for event in events][:3] == ["message", "decision", "tool_call"]
    assert {event.customer for event in events} == {house.shop.customer_by_email(EMMA).customer_id}  # type: ignore[union-attr]
    assert (events[1].intent, events[1].language) == ("track_shipment", "en")
    assert events[2].value == 1.0
    assert not [event for event in events if "Quibbleflop" in str(event.row())]


def test_a_proposal_and_its_refusal_are_events_of_the_customer(house: Wiring, ask: Ask) -> None:
    proposed = ask("cancel order #W1003001, ordered by mistake", EMMA)
    ask("no", EMMA, after=proposed)

    told = [(event.intent, event.page) for event in left(house, proposed) if event.kind == "proposal"]
    assert sorted(told) == [("cancel_pending_order", "declined"), ("cancel_pending_order", "open")]


def test_a_stranger_who_wants_a_person_leaves_a_handoff_under_the_conversation(house: Wiring, ask: Ask) -> None:
    reply = ask("I want to talk to a human")

    (handoff,) = [event for event in left(house, reply) if event.kind == "handoff"]
    assert (handoff.customer, handoff.visitor) == (None, f"conversation:{reply.conversation_id}")
