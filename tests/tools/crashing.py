"""Says a yes in a process that is killed on the way: `python -m tests.tools.crashing`, one task a line.

A task is JSON: `url` of the database, `proposal_id`, `customer_id`, and `at`, the number of the point at which the
process sends itself SIGKILL. Points are the steps that an execution tells, every statement after it was sent, and
the moment before the commit. Without `at` nothing is killed, and the names of all points are the answer.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import event

from assistant.ids import CustomerId
from assistant.storage.engine import Database
from tests.tools.little_shop import policy, proposals_over


class Crasher:
    """The other end: a process that forks one child for each yes. It has no threads, so that forking is safe."""

    def __enter__(self) -> "Crasher":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.tools.crashing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=60)

    def points(self, url: str, proposal_id: str, customer_id: str) -> list[str]:
        """Say yes undisturbed: the names of the points that were passed."""
        answer: list[str] = self._ask(url=url, proposal_id=proposal_id, customer_id=customer_id)["points"]
        return answer

    def killed_at(self, number: int, url: str, proposal_id: str, customer_id: str) -> bool:
        """Say yes and be killed at that point; False where the process ended otherwise."""
        answer = self._ask(at=number, url=url, proposal_id=proposal_id, customer_id=customer_id)
        return bool(answer["signal"] == signal.SIGKILL)

    def _ask(self, **task: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


def _say_yes(task: dict[str, Any], pipe: int) -> None:
    passed: list[str] = []

    def point(name: str) -> None:
        if len(passed) == task.get("at"):
            os.kill(os.getpid(), signal.SIGKILL)
        passed.append(name)

    database = Database(task["url"])
    event.listen(database.engine, "after_cursor_execute", lambda *told: point(f"after {' '.join(told[2].split())}"))
    event.listen(database.engine, "commit", lambda _: point("before the commit"))
    proposals_over(database, step=point).confirm(task["proposal_id"], CustomerId(task["customer_id"]))
    os.write(pipe, json.dumps(passed).encode())


def main() -> None:
    """Serve tasks until the input ends."""
    policy()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _say_yes(json.loads(line), writing)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        print(json.dumps({"points": json.loads(told or "[]"), "signal": killed}), flush=True)


if __name__ == "__main__":
    main()
