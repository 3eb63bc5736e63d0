"""A circuit breaker: a model that keeps failing is left alone for a while, so that turns don't wait for it.

`closed`: calls go through. After `failures` in a row it is `open`: nothing goes through. After `reset_s` it is
`half_open`: one call goes through as a probe; its success closes the breaker, its failure opens it again.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Literal, TypeVar

from assistant.errors import ModelUnavailable

BreakerState = Literal["closed", "open", "half_open"]
T = TypeVar("T")


class Breaker:
    """The breaker of one model. Safe to use from several threads.

    Args:
        name: of the model, for messages.
        failures: failures in a row that open it.
        reset_s: seconds after which a probe is let through.
        clock: monotonic seconds.
    """

    def __init__(
        self, name: str, failures: int = 3, reset_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self._limit = failures
        self._reset_s = reset_s
        self._clock = clock
        self._lock = Lock()
        self._failed = 0
        self._opened_at: float | None = None
        self._probe_at: float | None = None

    @property
    def state(self) -> BreakerState:
        """Whether calls go through."""
        with self._lock:
            return self._state()

    @property
    def ready(self) -> bool:
        """Whether a call would go through now."""
        with self._lock:
            return self._ready()

    def enter(self) -> bool:
        """Ask to make a call. After True, tell how it went with `succeed`, `fail` or `leave`."""
        with self._lock:
            if not self._ready():
                return False
            if self._opened_at is not None:
                self._probe_at = self._clock()
            return True

    def succeed(self) -> None:
        """The call was answered: the breaker closes."""
        with self._lock:
            self._failed, self._opened_at, self._probe_at = 0, None, None

    def fail(self) -> None:
        """The call was not answered."""
        with self._lock:
            self._failed += 1
            if self._probe_at is not None or self._failed >= self._limit:
                self._opened_at = self._clock()
            self._probe_at = None

    def leave(self) -> None:
        """The call says nothing about the model: it was cancelled, or the model refused the request."""
        with self._lock:
            self._probe_at = None

    def call(self, function: Callable[[], T]) -> T:
        """Call `function` through the breaker.

        Raises:
            ModelUnavailable: the breaker is open, or the function raised it.
        """
        if not self.enter():
            raise ModelUnavailable(f"{self.name!r} failed {self._limit} times in a row and is left alone for now")
        try:
            result = function()
        except ModelUnavailable:
            self.fail()
            raise
        except BaseException:
            self.leave()
            raise
        self.succeed()
        return result

    def _state(self) -> BreakerState:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._clock() - self._opened_at >= self._reset_s else "open"

    def _ready(self) -> bool:
        state = self._state()
        if state == "half_open":
            # a probe that never reported (its thread died) must not close the way for good
            return self._probe_at is None or self._clock() - self._probe_at >= self._reset_s
        return state == "closed"
