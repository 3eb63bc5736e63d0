"""What a conversation looks like when its customer comes back to it: the same cards, as far as they still hold."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.desk.desk import Desk
from assistant.ids import CustomerId
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.proposal_tables import ProposalRow
from tests.web.conftest import CARD, NOW, World

SARA = CustomerId("customer_0")


def talk(client: TestClient, world: World, read_events: Any) -> dict[str, Any]:
    """One message and its reply."""
    body = {"message": "cancel my order", "client_message_id": "message-1"}
    reply = read_events(client.post("/api/chat", json=body, headers=world.bearer(SARA)).text)[-1][1]
    return dict(reply)


def history(client: TestClient, world: World, conversation_id: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/conversations/{conversation_id}", headers=world.bearer(SARA))
    return list(answer.json()["messages"])


@pytest.mark.parametrize(
    ("status", "minutes_left", "told"),
    [("open", 5, "open"), ("open", -5, "expired"), ("declined", 5, "declined"), ("superseded", 5, "superseded")],
)
def test_a_card_comes_back_with_what_became_of_it(
    client: TestClient, world: World, read_events: Any, status: str, minutes_left: int, told: str
) -> None:
    world.assistant.proposal = CARD
    reply = talk(client, world, read_events)
    with world.database.write() as session:
        session.add(
            ProposalRow(
                proposal_id=CARD.proposal_id,
                customer_id=SARA,
                conversation_id=reply["conversation_id"],
                kind=CARD.kind,
                subject="",
                request={},
                terms={},
                status=status,
                created_at=NOW,
                expires_at=NOW + timedelta(minutes=minutes_left),
            )
        )
    asked, answered = history(client, world, reply["conversation_id"])
    assert asked["author"] == "customer"
    assert asked["proposal"] is None
    assert answered["proposal"] == reply["proposal"]
    assert answered["proposal_status"] == told


def test_quick_replies_citations_and_the_handing_over_come_back(
    client: TestClient, world: World, read_events: Any
) -> None:
    world.assistant.handoff = True
    reply = talk(client, world, read_events)
    _, answered = history(client, world, reply["conversation_id"])
    for name in ("text", "language", "citations", "cards", "spans", "quick_replies", "handoff"):
        assert answered[name] == reply[name], name


def test_a_persons_message_carries_their_name(client: TestClient, world: World, read_events: Any) -> None:
    desk: Desk = world.desk
    amy = desk.users.get(desk.users.add("amy", "agent", "four plain words here", display_name="Amy"))
    assert amy is not None
    reply = talk(client, world, read_events)
    with world.database.read() as session:
        assert session.get(ConversationRow, reply["conversation_id"]) is not None
    assert desk.queue.take_over(reply["conversation_id"], amy)
    desk.talk.say(reply["conversation_id"], amy, "Amy here.")
    last = history(client, world, reply["conversation_id"])[-1]
    assert (last["author"], last["agent"], last["text"]) == ("agent", "Amy", "Amy here.")
