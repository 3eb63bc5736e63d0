"""A gate that many pass at once, and that one may have alone: for files that are replaced under their readers."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, get_ident


class Gate:
    """Who is let in `shared` waits while another thread is `alone`, and the other way round."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside = 0
        self._alone: int | None = None

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Enter beside others; the thread that is alone may too."""
        with self._changed:
            self._changed.wait_for(lambda: self._alone in (None, get_ident()))
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Enter when nobody is inside, and keep everybody out."""
        with self._changed:
            self._changed.wait_for(lambda: self._alone is None and self._inside == 0)
            self._alone = get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._alone = None
                self._changed.notify_all()
