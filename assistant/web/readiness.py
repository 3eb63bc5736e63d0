"""Whether the server can answer customers yet: it listens at once and loads its models behind that."""

import logging
import threading
from collections.abc import Callable
from typing import Literal

from assistant.web.errors import ApiError

log = logging.getLogger(__name__)

State = Literal["starting", "ready", "failed"]


class Readiness:
    """Runs the warm-up once, in the background, and remembers how it ended.

    Args:
        warm_up: loads whatever the first customer would otherwise wait for; raises when that can't be had.
    """

    def __init__(self, warm_up: Callable[[], None]) -> None:
        self._warm_up = warm_up
        self._done = threading.Event()
        self._started = False
        self._listeners: list[Callable[[Exception | None], None]] = []
        self._lock = threading.Lock()
        self.error: Exception | None = None

    @property
    def state(self) -> State:
        """`starting`, `ready` or `failed`."""
        if not self._done.is_set():
            return "starting"
        return "ready" if self.error is None else "failed"

    def start(self) -> None:
        """Begin the warm-up, if it has not begun."""
        with self._lock:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    def on_done(self, listener: Callable[[Exception | None], None]) -> None:
        """Call `listener` with None or the failure when the warm-up has ended (at once if it has)."""
        with self._lock:
            if not self._done.is_set():
                self._listeners.append(listener)
                return
        listener(self.error)

    def wait(self, timeout_s: float) -> State:
        """Wait for the end of the warm-up, `timeout_s` seconds at most; the state after that."""
        self._done.wait(timeout_s)
        return self.state

    def require(self) -> None:
        """Pass when ready.

        Raises:
            ApiError: 503, with the seconds after which to come back.
        """
        if self.state == "failed":
            raise ApiError(503, "not_available", "the assistant could not be started", retry_after_s=30)
        if self.state == "starting":
            raise ApiError(503, "starting", "the assistant is starting", retry_after_s=2)

    def _run(self) -> None:
        try:
            self._warm_up()
        except Exception as error:
            log.exception("the warm-up failed")
            self.error = error
        with self._lock:
            self._done.set()
        for listener in self._listeners:
            listener(self.error)
