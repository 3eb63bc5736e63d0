"""One thread per model, a short queue before it, and a way out of it at any moment.

A llama.cpp context serves one thread. Callers wait for events of their call; when their deadline passes
or they go away, the call is taken out of the queue or stopped in the middle of an evaluation.
"""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from assistant.clock import Deadline, current_deadline
from assistant.errors import DeadlineExceeded, ModelUnavailable
from assistant.models.llama.engine import Aborted, LlamaEngine

_POLL_S = 0.05

Event = TypeVar("Event")
Work = Callable[[LlamaEngine, "Call"], Iterator[Event]]


@dataclass(frozen=True)
class _Item(Generic[Event]):
    """What a caller finds in its mailbox: an event, or the end with or without an error."""

    event: Event | None = None
    ended: bool = False
    error: BaseException | None = None


class Call:
    """One caller's stay with the model.

    Args:
        deadline: the moment after which nobody waits any more, or None.
    """

    def __init__(self, deadline: Deadline | None) -> None:
        self.deadline = deadline
        self.left = False
        self.future: Future[None] | None = None

    @property
    def over(self) -> bool:
        """Whether nobody waits for this call any more."""
        return self.left or (self.deadline is not None and self.deadline.passed)

    def check(self) -> None:
        """To be called between tokens.

        Raises:
            Aborted: nobody waits any more.
        """
        if self.over:
            raise Aborted


class LlamaWorker:
    """Loads a model when it is first needed and runs calls on it, one after another.

    Args:
        load: makes the engine; called once, on whichever thread needs it first.
        queue_size: calls that may wait while one is running.
    """

    def __init__(self, load: Callable[[], LlamaEngine], *, queue_size: int) -> None:
        self._load = load
        self._limit = queue_size + 1
        self._loading = threading.Lock()
        self._lock = threading.Lock()
        self._engine: LlamaEngine | None = None
        self._running: Call | None = None
        self._inside = 0
        self._closed = False
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="llama")

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._engine is not None

    @property
    def waiting(self) -> int:
        """Calls that wait or run."""
        return self._inside

    def engine(self) -> LlamaEngine:
        """The engine, loaded now if it wasn't yet; to tokenise with, not to evaluate.

        Raises:
            OperatorError, ModelUnavailable: see the loader.
        """
        with self._loading:
            if self._closed:
                raise ModelUnavailable("the local model is closed")
            if self._engine is None:
                self._engine = self._load()
            return self._engine

    def stream(self, work: Work[Event]) -> Iterator[Event]:
        """Run `work` on the model's thread and hand over its events as they come.

        Leaving the iterator stops the work. The deadline is the caller's `current_deadline()`.

        Raises:
            ModelUnavailable: too many calls wait already, or the model can't be loaded.
            DeadlineExceeded: the deadline passed first.
        """
        mailbox: queue.SimpleQueue[_Item[Event]] = queue.SimpleQueue()
        call = self._enter(work, mailbox.put)
        try:
            while True:
                try:
                    item = mailbox.get(timeout=_POLL_S)
                except queue.Empty:
                    self._look_at_the_clock(call)
                    continue
                if item.ended:
                    self._end(call, item.error)
                    return
                yield item.event  # type: ignore[misc]
        finally:
            self._leave(call)

    async def astream(self, work: Work[Event]) -> AsyncIterator[Event]:
        """As `stream`, without blocking the event loop; cancelling the task stops the work."""
        mailbox: asyncio.Queue[_Item[Event]] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def deliver(item: _Item[Event]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(mailbox.put_nowait, item)

        call = self._enter(work, deliver)
        try:
            while True:
                try:
                    item = await asyncio.wait_for(mailbox.get(), _POLL_S)
                except TimeoutError:
                    self._look_at_the_clock(call)
                    continue
                if item.ended:
                    self._end(call, item.error)
                    return
                yield item.event  # type: ignore[misc]
        finally:
            self._leave(call)

    def close(self) -> None:
        """Stop what runs, refuse what comes, free the model."""
        with self._lock:
            running = self._running
        if running is not None:
            self._leave(running)
        self._executor.shutdown(wait=True, cancel_futures=True)
        with self._loading:
            self._closed = True
            if self._engine is not None:
                self._engine.close()
                self._engine = None

    def _enter(self, work: Work[Event], deliver: Callable[[_Item[Event]], None]) -> Call:
        call = Call(current_deadline())
        if call.over:
            raise DeadlineExceeded("the turn's time was up before the local model was asked")
        with self._lock:
            if self._inside >= self._limit:
                raise ModelUnavailable(f"the local model is busy: {self._inside} calls are waiting")
            self._inside += 1
        try:
            call.future = self._executor.submit(self._work, call, work, deliver)
        except RuntimeError as error:
            self._inside -= 1
            raise ModelUnavailable("the local model is closed") from error
        call.future.add_done_callback(partial(self._finished, deliver))
        return call

    def _work(self, call: Call, work: Work[Event], deliver: Callable[[_Item[Event]], None]) -> None:
        engine = self.engine()
        with self._lock:
            if call.over:
                raise Aborted
            self._running = call
            engine.abort.clear()
        try:
            for event in work(engine, call):
                deliver(_Item(event))
        finally:
            with self._lock:
                self._running = None
                engine.abort.clear()

    def _finished(self, deliver: Callable[[_Item[Any]], None], future: Future[None]) -> None:
        with self._lock:
            self._inside -= 1
        deliver(_Item(ended=True, error=Aborted() if future.cancelled() else future.exception()))

    def _look_at_the_clock(self, call: Call) -> None:
        if call.over:
            raise DeadlineExceeded("the turn's time was up before the local model had answered")

    def _end(self, call: Call, error: BaseException | None) -> None:
        if isinstance(error, Aborted):
            if call.deadline is not None and call.deadline.passed:
                raise DeadlineExceeded("the turn's time was up before the local model had answered")
            raise ModelUnavailable("the local model was stopped")
        if error is not None:
            raise error

    def _leave(self, call: Call) -> None:
        with self._lock:
            call.left = True
            if self._running is call and self._engine is not None:
                self._engine.abort.set()
        if call.future is not None:
            call.future.cancel()
