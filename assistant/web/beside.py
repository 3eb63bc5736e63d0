"""What a server process does beside answering requests: it sends webhooks, and deletes what is too old."""

from threading import Event, Thread

from assistant.web.daily import Daily
from assistant.web.readiness import Readiness
from assistant.web.state import WebParts


class Beside:
    """Threads that begin when the process is ready and end with it.

    Args:
        parts: what runs; only what the settings turn on.
        readiness: tells when.
    """

    def __init__(self, parts: WebParts, readiness: Readiness) -> None:
        self._parts = parts
        self._ended = Event()
        self._threads: list[Thread] = []
        self._daily = Daily(lambda: _prune(parts))
        readiness.on_done(self._begin)
        readiness.on_done(self._daily.start)

    def end(self) -> None:
        """Tell the threads to end; what they have in hand is taken up by another process or the next start."""
        self._ended.set()
        self._daily.stop()

    def _begin(self, error: Exception | None) -> None:
        if error is not None or not self._parts.settings.webhook_urls or self._ended.is_set():
            return
        thread = Thread(target=self._parts.webhooks.run, args=(self._ended,), name="webhooks", daemon=True)
        self._threads.append(thread)
        thread.start()


def _prune(parts: WebParts) -> None:
    """Delete what is older than the settings allow."""
    from assistant.memory.retention import KeepFor

    if keep := KeepFor.of(parts.settings):
        parts.forgetting.prune(keep)
