"""Running the steps of set-up: what is done, how long it takes, and why it failed. Standard library only."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_LOG_S = 15.0
_REWRITE_S = 1.0


class StepFailed(Exception):
    """A step could not be done; the message says what to do about it."""


class Step:
    """Tells on standard error what goes on, how far it is, how long still, and in the end how long it took.

    Args:
        title: what is done.
        expected: how long that usually takes, in words.
        progress: says how far it is, in pieces and of how many; None where nobody knows.
    """

    def __init__(
        self, title: str, expected: str, progress: Callable[[], tuple[int, int] | None] = lambda: None
    ) -> None:
        self._title = title
        self._expected = expected
        self._progress = progress
        self._done = threading.Event()
        self._terminal = sys.stderr.isatty()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Step":
        self._began = time.monotonic()
        print(f"{self._title} (usually {self._expected})", file=sys.stderr, flush=True)
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._done.set()
        self._ticker.join()
        if self._terminal:
            print("\r\x1b[2K", end="", file=sys.stderr)
        word = "stopped after" if kind else "done in"
        print(f"  {word} {time.monotonic() - self._began:.0f} s", file=sys.stderr, flush=True)

    def _tick(self) -> None:
        while not self._done.wait(_REWRITE_S if self._terminal else _LOG_S):
            line = f"  {how_far(time.monotonic() - self._began, self._progress())}"
            if self._terminal:
                line = f"\r\x1b[2K{line}"
            print(line, end="" if self._terminal else "\n", file=sys.stderr, flush=True)


def how_far(seconds: float, counted: tuple[int, int] | None) -> str:
    """Time gone, what is done of how much, and the time left if it goes on like that."""
    gone = f"{seconds:.0f} s"
    if counted is None:
        return gone
    done, total = counted
    left = f", {seconds * (total - done) / done:.0f} s left" if 0 < done < total else ""
    return f"{gone}, {done} of {total}{left}"


def last_count(log: Path, pattern: str) -> tuple[int, int] | None:
    """How far the command is that writes `log`: the last N and M that it told, None before it told any.

    Args:
        log: its output.
        pattern: regular expression with two groups, N and M.
    """
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    told = re.findall(pattern, text, re.MULTILINE)
    return (_number(told[-1][0]), _number(told[-1][1])) if told else None


def _number(digits: str) -> int:
    return int(digits.replace(",", ""))


def run(command: Sequence[object], log: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a command with its output in `log`.

    Raises:
        StepFailed: it failed; the message ends with the last lines of its output.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            check=False,
        ).returncode
    if code:
        tail = "\n    ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise StepFailed(f"{' '.join(map(str, command))} failed; its last lines, of {log}:\n    {tail}")
