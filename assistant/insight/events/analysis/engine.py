"""Where the expressions run: DuckDB over the log's files, or a server that holds the events as a table.

Both give tables of ibis; what is computed once and read often is kept, as Parquet files beside the log or as tables
of the server named `insight_*`.
"""

import os
import shutil
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import OperatorError
from assistant.insight.events.files import EventFiles
from assistant.insight.events.schema import schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVENTS_TABLE = "events"
_PREFIX = "insight_"
_CHUNK_ROWS = 100_000
_STALE_S = 3_600.0


class Engine(Protocol):
    """Runs expressions over the events."""

    @property
    def backend(self) -> Any:
        """The connection of ibis."""
        ...

    def events(self) -> "ir.Table":
        """All events, with the log's columns, as they were received."""
        ...

    def keep(self, name: str, table: "ir.Table") -> "ir.Table":
        """Compute a table and keep it under a name."""
        ...

    def kept(self, name: str) -> "ir.Table | None":
        """A table that was kept and is still of these very events; None where there is none."""
        ...

    def rows(self, table: "ir.Table") -> Iterator[dict[str, Any]]:
        """The rows of a table in its order, a part of them in memory at a time."""
        ...

    def refresh(self) -> None:
        """Take notice of events that have come in."""
        ...


class FileEngine:
    """DuckDB over the files of a log.

    Args:
        files: the log.
        memory: DuckDB's limit, such as `1500MB`; what needs more goes through files of a temporary folder.
        threads: that DuckDB uses.
    """

    def __init__(self, files: EventFiles, memory: str = "1500MB", threads: int = 2) -> None:
        self._files = files
        self._folder = files.folder / "derived"
        self._memory, self._threads = memory, threads
        self.refresh()

    @cached_property
    def backend(self) -> Any:
        """DuckDB in this process."""
        import ibis

        return ibis.duckdb.connect(
            threads=self._threads,
            memory_limit=self._memory,
            temp_directory=str(self._folder / f"tmp-{os.getpid()}"),
            preserve_insertion_order=False,
        )

    def events(self) -> "ir.Table":
        """All events of the log."""
        paths = [str(path) for path in self._files.paths()]
        if not paths:
            empty = self._folder / "empty.parquet"
            if not empty.is_file():
                import pyarrow.parquet as pq

                self._folder.mkdir(parents=True, exist_ok=True)
                pq.write_table(schema().empty_table(), empty)
            paths = [str(empty)]
        return self.backend.read_parquet(paths)

    def keep(self, name: str, table: "ir.Table") -> "ir.Table":
        """Compute a table into a file."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._drop_old()
        fresh = path.with_suffix(f".new-{os.getpid()}")
        self.backend.to_parquet(table, str(fresh))
        fresh.replace(path)
        return self.backend.read_parquet(str(path))

    def kept(self, name: str) -> "ir.Table | None":
        """A table of the log as it is now."""
        path = self._path(name)
        return self.backend.read_parquet(str(path)) if path.is_file() else None

    def rows(self, table: "ir.Table") -> Iterator[dict[str, Any]]:
        """The rows of a table in its order, a part of them in memory at a time."""
        relation = self.backend.con.sql(str(self.backend.compile(table)))
        for batch in relation.to_arrow_reader(_CHUNK_ROWS):
            yield from batch.to_pylist()

    def refresh(self) -> None:
        """From here on, what is computed is of the log as it is now."""
        self._version = f"v{self._files.catalogue.version()}"

    def _drop_old(self) -> None:
        """Delete what was kept of the log as it was before, unless somebody may still be reading it."""
        for path in self._folder.glob("v*"):
            if path.name != self._version and time.time() - path.stat().st_mtime > _STALE_S:
                shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob("tmp-*"):
            if not _alive(int(path.name[4:])):
                shutil.rmtree(path, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self._folder / self._version / f"{name}.parquet"


class ServerEngine:
    """A server that has the events in a table `events`, with the log's columns.

    Args:
        url: as `ibis.connect` takes it: `postgres://user@host/db`, `clickhouse://host/db`, `pyspark://...`.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: set[str] = set()

    @cached_property
    def backend(self) -> Any:
        """The server.

        Raises:
            OperatorError: it can't be reached, or its driver isn't installed.
        """
        import ibis
        from ibis.common.exceptions import IbisError

        try:
            return ibis.connect(self._url)
        except (IbisError, ImportError, OSError, ValueError, AttributeError) as error:
            kind = self._url.partition(":")[0]
            raise OperatorError(
                f"no engine answers at {self._url.rpartition('@')[2]!r}: {error}",
                fix=f"pip install 'ibis-framework[{kind}]', and check the address",
            ) from error

    def events(self) -> "ir.Table":
        """The server's table."""
        return self.backend.table(EVENTS_TABLE)

    def keep(self, name: str, table: "ir.Table") -> "ir.Table":
        """Compute a table of the server's; one of that name is replaced."""
        if _PREFIX + name in self.backend.list_tables():
            self.backend.raw_sql(f"DROP TABLE {_PREFIX}{name}").close()  # ibis's own is broken with newer sqlglot
        self.backend.create_table(_PREFIX + name, table)
        self._kept.add(name)
        return self.backend.table(_PREFIX + name)

    def kept(self, name: str) -> "ir.Table | None":
        """A table that this connection computed; older ones are made again, since events may have come in."""
        return self.backend.table(_PREFIX + name) if name in self._kept else None

    def refresh(self) -> None:
        """Nothing: a connection computes once."""

    def rows(self, table: "ir.Table") -> Iterator[dict[str, Any]]:
        """The rows of a table in its order, a part of them in memory at a time."""
        for batch in self.backend.to_pyarrow_batches(table, chunk_size=_CHUNK_ROWS):
            yield from batch.to_pylist()


def _alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
