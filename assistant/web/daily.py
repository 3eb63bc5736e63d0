"""Work that the server does once a day beside serving: it begins when the server is ready and ends with it."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

DAY_S = 86_400.0


class Daily:
    """Runs a job at once when started, and then again and again.

    Args:
        job: what is done; when it fails, that is logged, and it is tried again the next time.
        every_s: seconds between two runs.
    """

    def __init__(self, job: Callable[[], object], every_s: float = DAY_S) -> None:
        self._job = job
        self._every_s = every_s
        self._ended = threading.Event()

    def start(self, failed: Exception | None = None) -> None:
        """Begin, unless the server could not be started."""
        if failed is None and not self._ended.is_set():
            threading.Thread(target=self._run, name="daily", daemon=True).start()

    def stop(self) -> None:
        """No further run begins."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._job()
            except Exception:
                log.exception("the daily work failed")
            self._ended.wait(self._every_s)
