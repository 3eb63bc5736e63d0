"""A PostgreSQL server for tests: the one that `ASSISTANT_TEST_PG_URL` names, or Debian's own binaries.

Where there is neither, its tests are skipped; with `ASSISTANT_TEST_PG_REQUIRED=1` (as in CI) they fail instead.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

_BINARIES = Path("/usr/lib/postgresql")


def _none(reason: str) -> NoReturn:
    if os.environ.get("ASSISTANT_TEST_PG_REQUIRED", "0") not in ("", "0"):
        pytest.fail(f"ASSISTANT_TEST_PG_REQUIRED is set, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a server whose default database may be filled and emptied."""
    if find_spec("psycopg") is None:
        _none("psycopg is not installed (the `postgres` extra)")
    if url := os.environ.get("ASSISTANT_TEST_PG_URL"):
        yield url
        return
    found = sorted(_BINARIES.glob("*/bin/initdb"))
    if not found:
        _none("no PostgreSQL: set ASSISTANT_TEST_PG_URL or install Debian's postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    data, binaries = folder / "data", found[-1].parent
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

    def run(*command: str | Path) -> None:
        subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
