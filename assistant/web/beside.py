"""What a server process does beside answering requests: it sends webhooks."""

from threading import Event, Thread

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
        readiness.on_done(self._begin)

    def end(self) -> None:
        """Tell the threads to end; what they have in hand is taken up by another process or the next start."""
        self._ended.set()

    def _begin(self, error: Exception | None) -> None:
        if error is not None or not self._parts.settings.webhook_urls or self._ended.is_set():
            return
        thread = Thread(target=self._parts.webhooks.run, args=(self._ended,), name="webhooks", daemon=True)
        self._threads.append(thread)
        thread.start()
