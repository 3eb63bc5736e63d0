"""Over a real connection: streams that break off, come back, wait, and are refused when there is no room."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import func, select

from assistant.storage.conversation_tables import MessageRow
from assistant.web.state import Limits

Events = Callable[[str], list[tuple[str, dict[str, Any]]]]
MESSAGE = {"message": "Can I return headphones I opened?", "client_message_id": "message-1"}


class Gate:
    """Holds a turn until the test opens it."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, incoming: object) -> None:
        self.reached.set()
        assert self.open.wait(10)


def messages(world: Any) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(MessageRow)) or 0


def test_words_arrive_before_the_turn_has_ended(serve: Any, world: Any) -> None:
    world.assistant.before = gate = Gate()
    server = serve()
    with httpx.stream("POST", f"{server.url}/api/chat", json=MESSAGE, headers=world.bearer()) as response:
        lines = response.iter_lines()
        assert any(line.startswith("event: delta") for line in lines)
        assert not gate.open.is_set()
        gate.open.set()
        assert any(line.startswith("event: final") for line in lines)


def test_a_customer_who_loses_the_connection_gets_the_rest_and_the_turn_is_recorded(
    serve: Any, world: Any, read_events: Events
) -> None:
    world.assistant.before = gate = Gate()
    server, headers = serve(), world.bearer("customer_0")
    seen = []
    with httpx.stream("POST", f"{server.url}/api/chat", json=MESSAGE, headers=headers) as response:
        for line in response.iter_lines():
            if line.startswith("id: "):
                seen.append(line.removeprefix("id: "))
            if line.startswith("event: delta"):
                break
    assert messages(world) == 0
    gate.open.set()
    resumed = httpx.post(
        f"{server.url}/api/chat", json=MESSAGE, headers={**headers, "Last-Event-ID": seen[-1]}, timeout=10
    )
    events = read_events(resumed.text)
    assert events[-1][0] == "final"
    assert messages(world) == 2
    assert len(world.assistant.asked) == 1


def test_a_turn_that_nobody_waits_for_is_recorded_and_leaves_no_thread_behind(serve: Any, world: Any) -> None:
    server = serve(Limits(workers=2, per_owner=1000))
    for number in range(6):
        world.assistant.before = gate = Gate()
        body = {**MESSAGE, "client_message_id": f"message-{number}"}
        with httpx.stream("POST", f"{server.url}/api/chat", json=body, headers=world.bearer("customer_0")) as response:
            next(response.iter_lines())
        assert gate.reached.wait(10)
        gate.open.set()
    world.assistant.before = lambda _: None
    last = {**MESSAGE, "client_message_id": "message-last"}
    httpx.post(f"{server.url}/api/chat", json=last, headers=world.bearer("customer_0"), timeout=10)
    metrics = httpx.get(f"{server.url}/metrics").text
    assert 'assistant_turns_total{handoff="false",language="en",outcome="routed",rung="local"} 7.0' in metrics
    assert sum(thread.name.startswith("turn") for thread in threading.enumerate()) <= 2
    assert messages(world) == 14


def test_when_there_is_no_room_the_customer_is_told_to_come_back_and_may(
    serve: Any, world: Any, read_events: Events
) -> None:
    world.assistant.before = gate = Gate()
    server, headers = serve(Limits(workers=1, waiting=0)), world.bearer("customer_0")
    with httpx.stream("POST", f"{server.url}/api/chat", json=MESSAGE, headers=headers) as response:
        lines = response.iter_lines()
        next(lines)
        other = world.bearer("customer_1")
        busy = httpx.post(f"{server.url}/api/chat", json=MESSAGE, headers=other)
        assert (busy.status_code, busy.json()["error"]["code"]) == (503, "busy")
        assert int(busy.headers["retry-after"]) > 0
        gate.open.set()
        assert any(line.startswith("event: final") for line in lines)
    again = httpx.post(f"{server.url}/api/chat", json=MESSAGE, headers=other, timeout=10)
    assert read_events(again.text)[-1][0] == "final"


def test_two_tabs_that_send_the_same_message_follow_one_turn(serve: Any, world: Any, read_events: Events) -> None:
    world.assistant.before = gate = Gate()
    server, headers, bodies = serve(), world.bearer("customer_0"), []

    def send() -> None:
        bodies.append(httpx.post(f"{server.url}/api/chat", json=MESSAGE, headers=headers, timeout=10).text)

    tabs = [threading.Thread(target=send) for _ in range(3)]
    for tab in tabs:
        tab.start()
    assert gate.reached.wait(10)
    gate.open.set()
    for tab in tabs:
        tab.join(10)
    assert len({str(read_events(body)[-1]) for body in bodies}) == 1
    assert len(world.assistant.asked) == 1


def test_a_server_that_is_stopped_in_mid_turn_finishes_it_and_the_next_one_gives_the_answer(
    serve: Any, world: Any, read_events: Events
) -> None:
    world.assistant.before = gate = Gate()
    first, headers = serve(), world.bearer("customer_0")
    with httpx.stream("POST", f"{first.url}/api/chat", json=MESSAGE, headers=headers) as response:
        next(response.iter_lines())
        assert gate.reached.wait(10)
        stopping = threading.Thread(target=first.stop)
        stopping.start()
        threading.Timer(1.5, gate.open.set).start()
        stopping.join(20)
    assert messages(world) == 2
    again = httpx.post(f"{serve().url}/api/chat", json=MESSAGE, headers=headers, timeout=10)
    assert read_events(again.text)[-1][0] == "final"
    assert len(world.assistant.asked) == 1
