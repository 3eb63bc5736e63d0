"""A gate that many pass at once, and that one may have alone: for files that are replaced under their readers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event, get_ident


class Gate:
    """Who is let in `shared` waits while another thread is `alone`, and the other way round.

    Whoever wants to be alone comes before those who arrive later, so that busy readers can't keep it out for ever.

    Attributes:
        wanted: set while a thread waits to be alone.
    """

    def __init__(self) -> None:
        self.wanted = Event()
        self._changed = Condition()
        self._inside: Counter[int] = Counter()
        self._alone: int | None = None
        self._depth = 0
        self._waiting = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Enter beside others; a thread that is inside already, or alone, may enter again."""
        me = get_ident()
        with self._changed:
            if self._alone != me and me not in self._inside:
                self._changed.wait_for(lambda: self._alone is None and not self._waiting)
            self._inside[me] += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                if not self._inside[me]:
                    del self._inside[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Enter when nobody is inside, and keep everybody out; a thread that is alone may enter again.

        Raises:
            RuntimeError: the thread is inside `shared`, and would wait for itself.
        """
        me = get_ident()
        with self._changed:
            if self._alone != me:
                if me in self._inside:
                    raise RuntimeError("a thread that shares the gate can't be alone")
                self._waiting += 1
                self.wanted.set()
                try:
                    self._changed.wait_for(lambda: self._alone is None and not self._inside)
                finally:
                    self._waiting -= 1
                    if not self._waiting:
                        self.wanted.clear()
                    self._changed.notify_all()
                self._alone = me
            self._depth += 1
        try:
            yield
        finally:
            with self._changed:
                self._depth -= 1
                if not self._depth:
                    self._alone = None
                self._changed.notify_all()
