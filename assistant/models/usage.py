"""What language models cost over a piece of work: calls and tokens, collected without handing a counter around."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Usage:
    """A running account.

    Attributes:
        calls: calls that were made, answered or not.
        input_tokens: tokens of prompts, as far as the models tell.
        output_tokens: tokens of answers, likewise.
        rung: of the ladder, that answered last; empty when none did.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    rung: str = ""
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    _outer: "Usage | None" = field(default=None, repr=False, compare=False)

    def started(self) -> None:
        """Count a call."""
        with self._lock:
            self.calls += 1
        if self._outer:
            self._outer.started()

    def spent(self, input_tokens: int, output_tokens: int) -> None:
        """Count tokens."""
        with self._lock:
            self.input_tokens += input_tokens
            self.output_tokens += output_tokens
        if self._outer:
            self._outer.spent(input_tokens, output_tokens)

    def answered(self, rung: str) -> None:
        """Note which rung answered."""
        with self._lock:
            self.rung = rung
        if self._outer:
            self._outer.answered(rung)


_USAGE: ContextVar[Usage | None] = ContextVar("usage", default=None)


def current_usage() -> Usage:
    """The account that is open, or one that nobody reads."""
    return _USAGE.get() or Usage()


@contextmanager
def usage_scope() -> Iterator[Usage]:
    """Collect what is called inside the block; a scope around it gets the same figures too."""
    usage = Usage(_outer=_USAGE.get())
    token = _USAGE.set(usage)
    try:
        yield usage
    finally:
        _USAGE.reset(token)
