"""The processes of a run: commands of the assistant, its server with workers, and a Chroma server."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import OperatorError

_PATIENCE_S = 180.0
_POLL_S = 0.25


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def command(env: Mapping[str, str], *arguments: str) -> None:
    """Run `assistant ...` to its end.

    Raises:
        OperatorError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *arguments], env=dict(env), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperatorError(f"`assistant {' '.join(arguments)}` failed: {done.stderr[-500:]}", fix="assistant doctor")


class Chroma:
    """A Chroma server over a folder, on loopback."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        binary = Path(sys.executable).parent / "chroma"
        self._process = subprocess.Popen(
            [str(binary), "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for(f"{self.url}/api/v2/heartbeat", "Chroma")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


class Server:
    """`assistant serve` with workers.

    Args:
        env: the environment, with its settings.
        workers: processes.
        log: file for what it prints.
    """

    def __init__(self, env: Mapping[str, str], workers: int, log: Path) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assistant", "serve", "--port", str(port), "--workers", str(workers)],
                env=dict(env),
                stdout=out,
                stderr=out,
            )
        self._workers = workers
        _wait_for(f"{self.url}/readyz", "the server")
        deadline = time.monotonic() + _PATIENCE_S
        while log.read_text(encoding="utf-8").count("is up") < workers and time.monotonic() < deadline:
            time.sleep(_POLL_S)

    @property
    def pids(self) -> list[int]:
        """The processes that answer."""
        if self._workers == 1:
            return [self._process.pid]
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    @property
    def rss_mb(self) -> float:
        """Memory of the processes that answer, in MB."""
        pages = 0
        for pid in self.pids:
            with contextlib.suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill_one(self) -> int:
        """`kill -9` one of them; returns its id."""
        pid = self.pids[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop(self) -> None:
        """End it, gracefully first."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in self.pids:
                os.kill(pid, signal.SIGKILL)
            self._process.kill()


def _wait_for(url: str, what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(_POLL_S)
    raise OperatorError(f"{what} did not become ready within {_PATIENCE_S:.0f} s", fix="assistant doctor")
