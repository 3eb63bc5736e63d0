"""Several server processes on one listening socket: started, watched, started again, ended together."""

import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import typer

GRACE_S = 15.0
_POLL_S = 0.2
_QUICK_DEATH_S = 5.0
_PAUSE_S = 3.0


class Workers:
    """Runs `assistant serve` in several processes.

    A worker takes requests from the shared socket once its models and index are loaded. One that dies is started
    again, after a pause where it died at once. SIGTERM and SIGINT end all of them, each after its turns in flight.

    Args:
        listening: the socket that they share.
        count: how many.
        address: where they are to be found, to tell the operator.
    """

    def __init__(self, listening: socket.socket, count: int, address: str) -> None:
        self._listening = listening
        self._count = count
        self._address = address
        self._workers: list[tuple[subprocess.Popen[str], float]] = []
        self._ending = False

    def run(self) -> None:
        """Serve until a signal comes."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._end)
        self._listening.set_inheritable(True)
        typer.echo(f"Starting {self._count} workers on {self._address} ...", err=True)
        self._workers = [(self._start(), time.monotonic()) for _ in range(self._count)]
        while not self._ending:
            time.sleep(_POLL_S)
            self._workers = [self._watched(process, since) for process, since in self._workers]
        for process, _ in self._workers:
            process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE_S
        for process, _ in self._workers:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self) -> "subprocess.Popen[str]":
        descriptor = self._listening.fileno()
        command = [sys.executable, "-m", "assistant", "serve", "--socket-fd", str(descriptor)]
        return subprocess.Popen(command, pass_fds=[descriptor], stdin=subprocess.DEVNULL, text=True)

    def _watched(self, process: "subprocess.Popen[str]", since: float) -> "tuple[subprocess.Popen[str], float]":
        if process.poll() is None or self._ending:
            return process, since
        typer.echo(f"worker {process.pid} ended ({process.returncode}); starting another", err=True)
        if time.monotonic() - since < _QUICK_DEATH_S:
            time.sleep(_PAUSE_S)
        return self._start(), time.monotonic()

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True
