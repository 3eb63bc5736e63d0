"""The customer's side of a conversation with a person: their messages as they come, where one stands, the rating."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.conversation.reply import Incoming
from assistant.desk.desk import Desk
from assistant.desk.records import HandoffId
from assistant.ids import CustomerId
from assistant.storage.conversation_tables import ConversationRow, HandoffRow
from tests.web.conftest import NOW, World

SARA = CustomerId("customer_0")


@pytest.fixture
def conversation(world: World) -> str:
    """A conversation of Sara's that waits for a person."""
    world.desk = Desk(world.database, world.clock)  # type: ignore[attr-defined]
    reply = world.assistant.ask(Incoming(text="I want a person", customer_id=SARA))
    with world.database.write() as session:
        row = session.get(ConversationRow, reply.conversation_id)
        assert row is not None
        row.status = "handed_off"
        session.add(
            HandoffRow(
                handoff_id="handoff_1",
                conversation_id=reply.conversation_id,
                reason="asked for a person",
                brief={},
                created_at=NOW,
            )
        )
    return reply.conversation_id


def amy(world: World) -> Any:
    desk = world.desk  # type: ignore[attr-defined]
    return desk.users.get(desk.users.add("amy", "agent", "four plain words here", display_name="Amy"))


def read(lines: Iterator[str], wanted: int) -> list[tuple[str, str]]:
    """Names and data of the next events."""
    found, name = [], ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((name, line.removeprefix("data: ")))
            if len(found) == wanted:
                break
    return found


def test_an_agents_message_reaches_the_customer_as_it_is_sent(
    serve: Callable[..., Any], world: World, conversation: str
) -> None:
    server, desk = serve(), world.desk  # type: ignore[attr-defined]
    last = desk.talk.all(conversation)[-1].message_id
    address = f"{server.url}/api/conversations/{conversation}/events?after={last}"
    with httpx.stream("GET", address, headers=world.bearer(SARA), timeout=10) as stream:
        lines = stream.iter_lines()
        assert '"waiting"' in read(lines, 1)[0][1]
        agent = amy(world)
        desk.queue.claim(HandoffId("handoff_1"), agent)
        assert '"claimed"' in read(lines, 1)[0][1]
        desk.talk.say(conversation, agent, "Hello Sara <b>!</b>")
        name, data = read(lines, 1)[0]
    assert name == "message"
    assert "Hello Sara <b>!</b>" in data
    assert '"agent": "Amy"' in data


def test_what_was_missed_comes_after_the_last_event_that_was_seen(
    serve: Callable[..., Any], world: World, conversation: str
) -> None:
    server, desk, agent = serve(), world.desk, amy(world)  # type: ignore[attr-defined]
    desk.queue.claim(HandoffId("handoff_1"), agent)
    first = desk.talk.say(conversation, agent, "one")
    desk.talk.say(conversation, agent, "two")
    headers = {**world.bearer(SARA), "Last-Event-ID": first}
    address = f"{server.url}/api/conversations/{conversation}/events"
    with httpx.stream("GET", address, headers=headers, timeout=10) as stream:
        events = read(stream.iter_lines(), 2)
    assert [name for name, _ in events] == ["desk", "message"]
    assert '"two"' in events[1][1]


def test_nobody_follows_or_rates_somebody_elses_conversation(
    client: TestClient, world: World, conversation: str
) -> None:
    for headers in (world.bearer("customer_1"), world.bearer()):
        for path in ("events", "desk"):
            assert client.get(f"/api/conversations/{conversation}/{path}", headers=headers).status_code == 404
        rated = client.post(f"/api/conversations/{conversation}/rating", headers=headers, json={"stars": 1})
        assert rated.status_code == 404
    assert client.get(f"/api/conversations/{conversation}/desk").status_code == 401


def test_a_customer_sees_where_they_stand_and_rates_at_the_end(
    client: TestClient, world: World, conversation: str
) -> None:
    own = world.bearer(SARA)
    where = client.get(f"/api/conversations/{conversation}/desk", headers=own).json()
    assert where == {"status": "waiting", "ahead": 0, "staffed": False, "agent": "", "rated": False}
    path = f"/api/conversations/{conversation}/rating"
    assert client.post(path, headers=own, json={"stars": 6}).status_code == 422
    assert client.post(path, headers=own, json={"stars": 4, "comment": "quick"}).status_code == 204
    assert client.get(f"/api/conversations/{conversation}/desk", headers=own).json()["rated"]
