"""The chat API: what a client sends, and what it gets back."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.errors import CustomerError
from assistant.storage.conversation_tables import ConversationRow
from assistant.web.app import create_app
from assistant.web.ledger import Ledger
from assistant.web.state import Limits
from assistant.web.tokens import Identity

Events = Callable[[str], list[tuple[str, dict[str, Any]]]]
QUESTION = "Can I return headphones I opened?"


@pytest.fixture
def wide_client(world: Any) -> Iterator[TestClient]:
    """A client that may write as often as it likes."""
    app = create_app(world, limits=Limits(per_owner=10_000, per_address=10_000))
    with TestClient(app) as client:
        app.state.readiness.wait(10)
        yield client


def ask(client: TestClient, headers: dict[str, str], message: str = QUESTION, **fields: str) -> Any:
    return client.post("/api/chat", json={"message": message, **fields}, headers=headers)


def final(read: Events, body: str) -> dict[str, Any]:
    name, data = read(body)[-1]
    assert name == "final", (name, data)
    return data


def test_the_answer_streams_and_ends_with_the_whole_reply(client: TestClient, world: Any, read_events: Events) -> None:
    response = ask(client, world.bearer("customer_0"))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read_events(response.text)
    assert [name for name, _ in events if name != "delta"] == ["stage", "stage", "stage", "final"]
    reply = events[-1][1]
    assert "".join(data["text"] for name, data in events if name == "delta") == reply["text"]
    assert reply["citations"][0]["heading"] == "Opened items"
    assert reply["quick_replies"] == ["Start a return", "Talk to a person"]
    assert not {"decision", "tools", "rung"} & reply.keys(), "how the answer came about is not the client's business"


def test_the_turn_knows_the_customer_from_the_token_alone(client: TestClient, world: Any) -> None:
    ask(client, world.bearer("customer_1"), language="zh")
    incoming = world.assistant.asked[0]
    assert (incoming.customer_id, incoming.language) == ("customer_1", "zh")
    refused = ask(client, world.bearer(), customer_id="customer_1")
    assert refused.status_code == 422


def test_a_message_sent_twice_is_answered_once(client: TestClient, world: Any, read_events: Events) -> None:
    headers = world.bearer("customer_0")
    first, second = (ask(client, headers, client_message_id="message-1") for _ in range(2))
    assert final(read_events, first.text) == final(read_events, second.text)
    assert len(world.assistant.asked) == 1


def test_a_message_whose_server_was_killed_is_answered_once_its_time_has_passed(
    client: TestClient, world: Any, read_events: Events
) -> None:
    headers = world.bearer("customer_0")
    killed = Ledger(world.database, world.clock, timedelta(seconds=40))
    killed.claim(Identity("customer", "customer_0"), "message-1", None, QUESTION)
    waiting = ask(client, headers, client_message_id="message-1")
    assert (waiting.status_code, waiting.headers["retry-after"]) == (409, "1")
    world.clock.advance(timedelta(seconds=41))
    assert final(read_events, ask(client, headers, client_message_id="message-1").text)["text"]


def test_the_same_id_from_two_customers_is_two_messages(client: TestClient, world: Any) -> None:
    for customer in ("customer_0", "customer_1"):
        assert ask(client, world.bearer(customer), client_message_id="message-1").status_code == 200
    assert len(world.assistant.asked) == 2


def test_an_id_can_not_be_used_for_another_message(client: TestClient, world: Any) -> None:
    headers = world.bearer("customer_0")
    ask(client, headers, client_message_id="message-1")
    refused = ask(client, headers, message="Something else", client_message_id="message-1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "id_reused")


def test_a_failed_turn_may_be_sent_again(client: TestClient, world: Any, read_events: Events) -> None:
    headers = world.bearer("customer_0")

    def crash(incoming: object) -> None:
        raise ZeroDivisionError

    world.assistant.before = crash
    name, data = read_events(ask(client, headers, client_message_id="message-1").text)[-1]
    assert (name, data["code"], data["retry"]) == ("error", "internal", True)
    world.assistant.before = lambda _: None
    assert final(read_events, ask(client, headers, client_message_id="message-1").text)["text"]


def test_a_refusal_reaches_the_customer_in_its_own_words(client: TestClient, world: Any, read_events: Events) -> None:
    def refuse(incoming: object) -> None:
        raise CustomerError("This conversation has been closed.")

    world.assistant.before = refuse
    name, data = read_events(ask(client, world.bearer("customer_0")).text)[-1]
    assert (name, data) == (
        "error",
        {"code": "refused", "message": "This conversation has been closed.", "retry": False},
    )


def test_a_conversation_goes_on_and_its_owner_reads_it_back(
    client: TestClient, world: Any, read_events: Events
) -> None:
    for headers in (world.bearer("customer_0"), world.bearer()):
        conversation = final(read_events, ask(client, headers).text)["conversation_id"]
        again = final(read_events, ask(client, headers, message="And a mouse?", conversation_id=conversation).text)
        assert again["conversation_id"] == conversation
        history = client.get(f"/api/conversations/{conversation}", headers=headers).json()
        assert [message["author"] for message in history["messages"]].count("customer") == 2
        assert history["messages"][0]["text"] in (QUESTION, "And a mouse?")
        assert any(message["citations"] for message in history["messages"])


def test_nobody_else_reads_or_joins_a_conversation(client: TestClient, world: Any, read_events: Events) -> None:
    owners = [world.bearer("customer_0"), world.bearer()]
    others = [world.bearer("customer_1"), world.bearer()]
    for owner in owners:
        conversation = final(read_events, ask(client, owner).text)["conversation_id"]
        for other in [*others, *(headers for headers in owners if headers is not owner)]:
            unknown = client.get("/api/conversations/conv_unknown", headers=other)
            theirs = client.get(f"/api/conversations/{conversation}", headers=other)
            assert theirs.status_code == 404
            assert theirs.json() == unknown.json()
            assert ask(client, other, conversation_id=conversation).status_code == 404


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ("", 422, "invalid"),
        ("  \n\t ", 422, "invalid"),
        ("\x00\x01\x02", 422, "invalid"),
        ("x" * 4001, 422, "message_too_long"),
    ],
)
def test_a_message_that_can_not_be_taken_is_refused_as_json(
    client: TestClient, world: Any, message: str, status: int, code: str
) -> None:
    refused = ask(client, world.bearer(), message=message)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert world.assistant.asked == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"[]", 422, "invalid"),
        (b'{"message": "\\ud800"}', 422, "invalid"),
        (b'{"message": 5}', 422, "invalid"),
        (b'{"message": "hi", "client_message_id": "../etc"}', 422, "invalid"),
        (b'{"message": "' + b"x" * 140_000 + b'"}', 413, "too_large"),
    ],
)
def test_a_malformed_request_is_refused_as_json(
    client: TestClient, world: Any, body: bytes, status: int, code: str
) -> None:
    headers = {**world.bearer(), "Content-Type": "application/json"}
    refused = client.post("/api/chat", content=body, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_a_body_without_announced_length_is_bounded_too(client: TestClient, world: Any) -> None:
    refused = client.post("/api/chat", content=(b"x" * 1000 for _ in range(140)), headers=world.bearer())
    assert refused.status_code == 413


def test_control_characters_do_not_reach_the_turn(client: TestClient, world: Any) -> None:
    ask(client, world.bearer(), message="Where is\x00 my\r\norder?\x1b[31m")
    assert world.assistant.asked[0].text == "Where is my\norder?[31m"


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=st.text(max_size=200) | st.text(alphabet="<>&'\"\\;\u202e\u200b\ud83d\ufffe\x00\x1b", max_size=20))
def test_whatever_is_written_is_answered_or_refused(wide_client: TestClient, world: Any, message: str) -> None:
    body = json.dumps({"message": message})
    headers = {**world.bearer("customer_0"), "Content-Type": "application/json"}
    response = wide_client.post("/api/chat", content=body, headers=headers)
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        assert "event: final" in response.text


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer abc", "Basic YTpi"])
def test_without_a_token_nothing_is_answered(client: TestClient, world: Any, authorization: str) -> None:
    refused = ask(client, {"Authorization": authorization} if authorization else {})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert world.assistant.asked == []


def test_a_token_of_a_customer_who_is_gone_is_refused(client: TestClient, world: Any) -> None:
    assert ask(client, world.bearer("erased_1")).status_code == 401


def test_who_writes_too_often_is_told_when_to_come_back(world: Any, read_events: Events) -> None:
    app = create_app(world, limits=Limits(per_owner=2))
    with TestClient(app) as client:
        app.state.readiness.wait(10)
        headers = world.bearer("customer_0")
        assert [ask(client, headers).status_code for _ in range(3)] == [200, 200, 429]
        assert 1 <= int(ask(client, headers).headers["retry-after"]) <= 60
        assert ask(client, world.bearer("customer_1")).status_code == 200


def test_one_address_can_not_get_around_the_limit_with_new_tokens(world: Any) -> None:
    app = create_app(world, limits=Limits(per_address=3))
    with TestClient(app) as client:
        app.state.readiness.wait(10)
        assert [client.post("/api/visitor").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_visitor_who_was_identified_in_a_conversation_goes_on_with_it_and_stays_a_visitor_elsewhere(
    client: TestClient, world: Any, read_events: Events
) -> None:
    visitor, stranger = world.bearer(), world.bearer()
    reply = read_events(ask(client, visitor).text)[-1][1]
    proved = {"customer_id": "customer_0", "until": "2026-11-21T00:00:00Z"}
    with world.database.write() as session:
        row = session.get(ConversationRow, reply["conversation_id"])
        row.customer_id, row.state = "customer_0", {"proved": proved}

    path = f"/api/conversations/{reply['conversation_id']}"
    assert client.get(path, headers=visitor).status_code == 200
    assert ask(client, visitor, conversation_id=reply["conversation_id"]).status_code == 200
    assert client.get("/api/me", headers=visitor).json() == {"kind": "visitor", "customer": None}
    for other in (stranger, world.bearer("customer_1")):
        assert client.get(path, headers=other).status_code == 404
