"""Time as a part that is handed in, so that tests decide what day it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved.

    Args:
        at: the moment that it shows; must be timezone-aware.
    """

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError(f"{at!r} has no timezone; pass an aware datetime")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment that was last set."""
        return self._at

    def advance(self, delta: timedelta) -> None:
        """Move the clock by `delta` (which may be negative)."""
        self._at += delta


class Deadline:
    """The moment by which something must be done, measured on the monotonic clock.

    Args:
        seconds: from now; `float("inf")` for none.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left; never below 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        """Whether the time has run out."""
        return self.remaining <= 0.0

    def within(self, seconds: float) -> "Deadline":
        """A deadline for a part of the work: in `seconds` from now, or together with this one if that is sooner."""
        return _PartDeadline(seconds, self)

    def cancel(self) -> None:
        """Let the time run out now: the caller has left."""
        self._end = time.monotonic()


class _PartDeadline(Deadline):
    def __init__(self, seconds: float, whole: Deadline) -> None:
        super().__init__(seconds)
        self._whole = whole

    @property
    def remaining(self) -> float:
        return min(super().remaining, self._whole.remaining)


_DEADLINE: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current_deadline() -> Deadline | None:
    """The deadline of the turn that is being served, or None outside a turn."""
    return _DEADLINE.get()


@contextmanager
def deadline_scope(deadline: Deadline) -> Iterator[Deadline]:
    """Make `deadline` the current one inside the block; models read it through `current_deadline`."""
    token = _DEADLINE.set(deadline)
    try:
        yield deadline
    finally:
        _DEADLINE.reset(token)
