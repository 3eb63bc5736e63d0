"""A sync that is killed at a chosen moment, as a process of its own: `python -m assistant.evaluation.sync.child`.

Arguments: the folder of the index, the folder of pages, and the moment: `embedding` (half of the passages are
embedded), `switching` (in the transaction that switches the tables) or `switched` (before old vectors are deleted).
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from assistant.clock import SystemClock
from assistant.evaluation.sync.house import SyncHouse
from assistant.knowledge.sync import sync

MOMENTS = ("embedding", "switching", "switched")


class _LastClock(SystemClock):
    """Kills the process when it is asked for the time, which a sync does within its transaction."""

    def now(self) -> datetime:
        _die()
        return super().now()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(index: str, pages: str, moment: str) -> None:
    """Sync `pages` into `index`, up to `moment`."""
    with SyncHouse(Path(index)) as house:
        sync(
            Path(pages),
            house.database,
            house.vectors,
            _LastClock() if moment == "switching" else SystemClock(),
            progress=lambda done, total: _die() if moment == "embedding" and 2 * done >= total else None,
            on_switch=_die if moment == "switched" else None,
        )


if __name__ == "__main__":
    main(*sys.argv[1:4])
