"""Turns belong to the server: bounded, in order within a conversation, followed by any number of clients."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from assistant.web.turns import LiveTurn, Publish, QueueFull, TurnRunner, TurnUpdate


def update(name: str) -> TurnUpdate:
    return TurnUpdate(name, {})


async def names(turn: LiveTurn, start: int = 0) -> list[str]:
    return [item.event async for _, item in turn.follow(start)]


def saying(*events: str) -> Callable[[Publish], None]:
    def work(publish: Publish) -> None:
        for event in events:
            publish(update(event))

    return work


async def test_who_comes_late_gets_every_event() -> None:
    runner = TurnRunner()
    turn, new = runner.reserve("a")
    assert new
    runner.start("a", None, saying("one", "two", "three"))
    early = await names(turn)
    assert early == await names(turn) == ["one", "two", "three"]
    assert await names(turn, start=2) == ["three"]
    await runner.close(1)


async def test_the_same_key_is_the_same_turn_until_it_ends() -> None:
    runner = TurnRunner()
    turn, _ = runner.reserve("a")
    assert runner.reserve("a") == (turn, False)
    runner.release("a", update("error"))
    assert await names(turn) == ["error"]
    assert runner.reserve("a")[1]


async def test_more_turns_than_the_server_takes_are_refused_and_room_returns() -> None:
    runner, gate = TurnRunner(workers=1, waiting=1), threading.Event()
    turns = []
    for key in "ab":
        turns.append(runner.reserve(key)[0])
        runner.start(key, None, lambda publish: publish(update(str(gate.wait(10)))))
    runner.reserve("c")
    with pytest.raises(QueueFull):
        runner.start("c", None, saying("never"))
    gate.set()
    for turn in turns:
        assert await names(turn) == ["True"]
    runner.start("c", None, saying("now"))
    assert await names(runner.reserve("c")[0]) == ["now"]
    assert runner.in_flight == 0
    await runner.close(1)


async def test_messages_of_one_conversation_are_served_in_order_and_others_meanwhile() -> None:
    runner, gate, order = TurnRunner(workers=2), threading.Event(), []

    def first(publish: Publish) -> None:
        gate.wait(10)
        order.append("first")

    turns = {key: runner.reserve(key)[0] for key in ("first", "second", "other")}
    runner.start("first", "conversation", first)
    runner.start("second", "conversation", lambda _: order.append("second"))
    runner.start("other", "another conversation", lambda _: order.append("other"))
    await names(turns["other"])
    gate.set()
    await asyncio.gather(*(names(turn) for turn in turns.values()))
    assert order == ["other", "first", "second"]
    await runner.close(1)


async def test_a_crash_ends_the_turn_and_leaves_the_worker_alive(caplog: pytest.LogCaptureFixture) -> None:
    runner = TurnRunner(workers=1)

    def crash(publish: Publish) -> None:
        raise ZeroDivisionError

    turn, _ = runner.reserve("a")
    runner.start("a", "lane", crash)
    assert await names(turn) == []
    assert "ended without an answer" in caplog.text
    turn, _ = runner.reserve("b")
    runner.start("b", "lane", saying("fine"))
    assert await names(turn) == ["fine"]
    await runner.close(1)
