"""Turns in flight: a bounded pool of threads, and events that any number of clients may follow.

A turn belongs to the server, not to the connection that asked for it: when the customer's connection drops the
turn goes on, is recorded, and a client that comes back with the same message id picks the stream up again.
All state lives in the event loop's thread; worker threads only post events to it.
"""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.errors import AssistantError

log = logging.getLogger(__name__)

WORKERS = 2
WAITING = 16


class QueueFull(AssistantError):
    """More turns wait than the server wants to promise."""


@dataclass(frozen=True)
class TurnUpdate:
    """One server-sent event: its name and its data, ready for JSON."""

    event: str
    data: dict[str, Any]


Publish = Callable[[TurnUpdate], None]
Work = Callable[[Publish], None]


class LiveTurn:
    """The events of one turn, from its first to its last; used in the event loop's thread only."""

    def __init__(self) -> None:
        self._updates: list[TurnUpdate] = []
        self._finished = False
        self._changed = asyncio.Event()

    def publish(self, update: TurnUpdate) -> None:
        """Add an event for everybody who follows."""
        self._updates.append(update)
        self._wake()

    def finish(self) -> None:
        """No further event will come."""
        self._finished = True
        self._wake()

    async def follow(self, start: int = 0) -> AsyncIterator[tuple[int, TurnUpdate]]:
        """All events from number `start` on, those to come included, each with its number."""
        position = start
        while True:
            while position < len(self._updates):
                yield position, self._updates[position]
                position += 1
            if self._finished:
                return
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class TurnRunner:
    """Runs turns in a bounded pool; turns of one conversation run one after another.

    Args:
        workers: threads.
        waiting: turns that may wait for a thread; one more raises `QueueFull`.
    """

    def __init__(self, workers: int = WORKERS, waiting: int = WAITING) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="turn")
        self._limit = workers + waiting
        self._turns: dict[str, LiveTurn] = {}
        self._running = 0
        self._lanes: dict[str, deque[tuple[str, Work]]] = defaultdict(deque)

    @property
    def in_flight(self) -> int:
        """Turns that run or wait."""
        return self._running

    def busy(self, lane: str) -> bool:
        """Whether a turn of this lane (conversation) runs or waits."""
        return lane in self._lanes

    def reserve(self, key: str) -> tuple[LiveTurn, bool]:
        """The turn under `key` and whether it is new; who gets a new one must `start` or `release` it."""
        turn = self._turns.get(key)
        if turn is not None:
            return turn, False
        turn = self._turns[key] = LiveTurn()
        return turn, True

    def release(self, key: str, *updates: TurnUpdate) -> None:
        """End a reserved turn that doesn't run, with these last events."""
        turn = self._turns.pop(key)
        for update in updates:
            turn.publish(update)
        turn.finish()

    def start(self, key: str, lane: str | None, work: Work) -> None:
        """Run `work` in the pool, after the turns that are in the same lane (conversation) already.

        Raises:
            QueueFull: too many turns wait; the reservation stays.
        """
        if self._running >= self._limit:
            raise QueueFull(f"{self._running} turns are in flight")
        self._running += 1
        if lane is None:
            lane = key
        self._lanes[lane].append((key, work))
        if len(self._lanes[lane]) == 1:
            self._submit(lane)

    async def close(self, patience_s: float) -> None:
        """Wait for the turns in flight, `patience_s` seconds at most; none that waits is begun after that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                for turn in list(self._turns.values()):
                    async for _ in turn.follow():
                        pass
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, lane: str) -> None:
        key, work = self._lanes[lane][0]
        loop = asyncio.get_running_loop()
        turn = self._turns[key]

        def publish(update: TurnUpdate) -> None:
            with suppress(RuntimeError):  # the loop has been closed: nobody listens any more
                loop.call_soon_threadsafe(turn.publish, update)

        future = loop.run_in_executor(self._pool, work, publish)
        future.add_done_callback(lambda done: self._ended(lane, key, done))

    def _ended(self, lane: str, key: str, done: "asyncio.Future[None]") -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("a turn ended without an answer", exc_info=error)
        self._running -= 1
        self._turns.pop(key).finish()
        self._lanes[lane].popleft()
        if self._lanes[lane]:
            self._submit(lane)
        else:
            del self._lanes[lane]
