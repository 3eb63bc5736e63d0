"""Takes a refit up in a running server: another judge is built beside the one that serves, and then takes its place."""

import logging
from collections.abc import Callable
from threading import Lock, Thread

from assistant.errors import AssistantError
from assistant.routing.fusion.judge import Judge

_LOG = logging.getLogger(__name__)


class Renewal:
    """Gives a new judge once when the stamp of what taught the old one has changed.

    Building takes a moment, or a minute where nothing was cached, and is done in a thread: until it is done the old
    judge serves. A judge that can't be built leaves the old one in service.

    Args:
        stamp: of what teaches; cheap enough to be asked before every decision.
        build: a judge of what teaches now.
    """

    def __init__(self, stamp: Callable[[], str], build: Callable[[], Judge]) -> None:
        self._stamp = stamp
        self._build = build
        self._known = stamp()
        self._ready: Judge | None = None
        self._lock = Lock()
        self._thread: Thread | None = None

    def __call__(self) -> Judge | None:
        """The judge to serve from now on; None to keep the one before."""
        if self._ready is None and self._stamp() == self._known:
            return None
        with self._lock:
            ready, self._ready = self._ready, None
            if self._stamp() != self._known and (self._thread is None or not self._thread.is_alive()):
                self._known = self._stamp()
                self._thread = Thread(target=self._renew, args=(self._known,), name="router-renewal", daemon=True)
                self._thread.start()
            return ready

    def waited(self) -> Judge | None:
        """The same, but what must be built is waited for."""
        found = self()
        if self._thread is not None:
            self._thread.join()
        return self() or found

    def _renew(self, stamp: str) -> None:
        try:
            judge = self._build()
        except (AssistantError, OSError, ValueError) as error:
            _LOG.warning("a refit can't be taken up, the router stays as it is: %s", error)
            return
        with self._lock:
            self._ready = judge
        _LOG.info("the router takes up refit %s", stamp.partition(" ")[0] or "none")
