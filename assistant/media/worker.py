"""The one child that reads files, from the server's side: one job at a time, a bounded queue, a deadline each."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import Any

from assistant.errors import OperatorError
from assistant.media.kinds import Unreadable

log = logging.getLogger(__name__)

WAITING = 4
_FIRST_S = 60.0
"""Seconds that starting and loading the models may take."""
_ROOT = Path(__file__).resolve().parent.parent.parent


class MediaWorker:
    """Sends jobs to `assistant.media.child`.

    Args:
        deadline_s: seconds for one job; then the child is killed and the next job gets a new one.
        waiting: jobs that may wait; one more is refused with `busy`.
    """

    def __init__(self, deadline_s: float, waiting: int = WAITING) -> None:
        self._deadline_s = deadline_s
        self._room = BoundedSemaphore(1 + waiting)
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._warm: dict[str, Any] = {}
        self._failed = ""

    def warm_up(self, *, photo: bool, model: str) -> None:
        """Start the child and load what it needs, so that the first customer does not wait for it.

        Args:
            photo: whether photos are read.
            model: of speech, as in the settings; empty where none is local.

        Raises:
            OperatorError: a model can't be loaded.
        """
        self._warm = {"do": "warm", "photo": photo, "model": model}
        with self._turn:
            self._living()
        if self._failed:
            raise OperatorError(
                f"what reads voice notes and photos does not work: {self._failed}",
                fix=".venv/bin/uv pip install --python .venv/bin/python --reinstall -e '.[voice,photo]'",
            )

    def call(self, job: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        """Have one job done.

        Raises:
            Unreadable: the child refused the file; or `busy`, `too_slow`, `crashed`.
        """
        if not self._room.acquire(blocking=False):
            raise Unreadable("busy")
        try:
            with self._turn:
                told, payload = self._exchange(self._living(), job, content, self._deadline_s)
        finally:
            self._room.release()
        if "refused" in told:
            raise Unreadable(told["refused"], told["detail"])
        if "failed" in told:
            log.error("a file could not be read: %s", told["failed"])
            raise Unreadable("crashed", told["failed"])
        return told, payload

    def close(self) -> None:
        """End the child."""
        with self._turn:
            self._end()

    def _living(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "assistant.media.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
            )
            if self._warm:
                told, _ = self._exchange(self._child, self._warm, b"", _FIRST_S)
                self._failed = str(told.get("failed", ""))
        return self._child

    def _exchange(
        self, child: subprocess.Popen[bytes], job: dict[str, Any], content: bytes, seconds: float
    ) -> tuple[dict[str, Any], bytes]:
        assert child.stdin is not None
        assert child.stdout is not None
        late: list[bool] = []

        def kill() -> None:
            late.append(True)
            child.kill()

        timer = Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            child.stdin.write(json.dumps({**job, "length": len(content)}).encode() + b"\n" + content)
            child.stdin.flush()
            line = child.stdout.readline()
            told: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
            payload = child.stdout.read(told["length"]) if told else b""
        except (OSError, ValueError) as error:
            told, payload = {}, b""
            log.warning("the reading child broke off: %s", type(error).__name__)
        finally:
            timer.cancel()
        if not told or len(payload) != told["length"]:
            self._end()
            raise Unreadable("too_slow" if late else "crashed")
        return told, payload

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has no reader any more
                    continue
        child.wait()


def _environment() -> dict[str, str]:
    """What the child may know of ours: where programs and this package are, and how many threads to use."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    paths = [str(_ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    threads = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "OPENBLAS_NUM_THREADS": "1"}
    return kept | threads | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
