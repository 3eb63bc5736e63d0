"""How often one customer, and one address, may ask."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from assistant.web.errors import ApiError

_KEYS_KEPT = 20_000


class RateLimit:
    """A sliding window per key, in memory.

    Args:
        times: requests that a key may make within the window.
        window_s: length of the window in seconds.
        now: a monotonic clock in seconds.
    """

    def __init__(self, times: int, window_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._times = times
        self._window_s = window_s
        self._now = now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, key: str) -> None:
        """Count one request of `key`.

        Raises:
            ApiError: 429 when it was one too many; says in how many seconds the next is welcome.
        """
        now = self._now()
        moments = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while moments and moments[0] <= now - self._window_s:
            moments.popleft()
        if len(moments) >= self._times:
            wait = max(1, round(moments[0] + self._window_s - now))
            raise ApiError(429, "too_many_requests", f"too many messages; try again in {wait} s", retry_after_s=wait)
        moments.append(now)
        while len(self._seen) > _KEYS_KEPT:
            self._seen.popitem(last=False)
