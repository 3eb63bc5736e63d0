"""A PostgreSQL server of one's own from Debian's binaries, for runs that stop and start it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from assistant.errors import OperatorError
from assistant.evaluation.load.processes import free_port

_BINARIES = Path("/usr/lib/postgresql")


class OwnPostgres:
    """A server in a temporary folder; `url` is its database.

    Raises:
        OperatorError: PostgreSQL's binaries are not on this machine.
    """

    def __init__(self) -> None:
        found = sorted(_BINARIES.glob("*/bin/initdb"))
        if not found:
            raise OperatorError("PostgreSQL's binaries are not here", fix="apt-get install postgresql")
        self._binaries = found[-1].parent
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as_user:
            shutil.chown(self._folder, "postgres")
        port = free_port()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        self._options = f"-p {port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._data = self._folder / "data"
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self._folder / "log"
        self._run("pg_ctl", "-D", self._data, "-o", self._options, "-l", log, "-w", "start")

    def stop(self) -> None:
        """Cut all connections and stop it."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def remove(self) -> None:
        """Stop it and delete its folder."""
        subprocess.run(
            [*self._as_user, str(self._binaries / "pg_ctl"), "-D", str(self._data), "-m", "immediate", "stop"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, command: str, *arguments: str | Path) -> None:
        whole = [*self._as_user, str(self._binaries / command), *map(str, arguments)]
        subprocess.run(whole, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)
