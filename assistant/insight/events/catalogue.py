"""Which files make up the log, and how far every source has been read: one small SQLite file beside them.

A Parquet file counts once its name is in here, together with the batch that wrote it and the place in the source
where the next batch begins. All three are one transaction: after `kill -9` a batch is there or it is not.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, day TEXT NOT NULL, rows INTEGER NOT NULL, batch TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS batches (batch TEXT PRIMARY KEY, rows INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS positions (source TEXT PRIMARY KEY, label TEXT NOT NULL, offset INTEGER NOT NULL,
    line INTEGER NOT NULL, mark TEXT NOT NULL, rows INTEGER NOT NULL, skipped INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rejects (source TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (source, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (version INTEGER NOT NULL);
INSERT INTO meta SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM meta);
"""
_WAIT_S = 60.0


@dataclass(frozen=True)
class Position:
    """How far a source has been read.

    Attributes:
        source: its key.
        label: its name, for people.
        offset: bytes (or rows) that are done.
        line: lines that are done.
        mark: what proves that the source is still the same, such as a hash of what lies before `offset`.
        rows: that became events.
        skipped: rows that the mapping leaves out.
    """

    source: str
    label: str = ""
    offset: int = 0
    line: int = 0
    mark: str = ""
    rows: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class LogFile:
    """One Parquet file of the log: its name below the log's folder, its day, its rows, the batch it came with."""

    name: str
    day: str
    rows: int
    batch: str


class Catalogue:
    """The book of a log.

    Args:
        path: the SQLite file; made where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._transaction() as connection:
            for statement in _TABLES.split(";"):
                connection.execute(statement)

    def files(self) -> list[LogFile]:
        """The files that count, by day and name."""
        with self._reading() as connection:
            rows = connection.execute("SELECT name, day, rows, batch FROM files ORDER BY day, name").fetchall()
        return [LogFile(*row) for row in rows]

    def version(self) -> int:
        """A number that grows with every change of the log."""
        with self._reading() as connection:
            return int(connection.execute("SELECT version FROM meta").fetchone()[0])

    def has(self, batch: str) -> bool:
        """Whether a batch is in the log (or was; its rows may have been erased since)."""
        with self._reading() as connection:
            return connection.execute("SELECT 1 FROM batches WHERE batch = ?", (batch,)).fetchone() is not None

    def position(self, source: str) -> Position | None:
        """How far a source has been read; None where nothing of it has."""
        return next((position for position in self.positions(source) if position.source == source), None)

    def positions(self, prefix: str = "") -> list[Position]:
        """How far the sources whose key begins with `prefix` have been read."""
        with self._reading() as connection:
            query = "SELECT source, label, offset, line, mark, rows, skipped FROM positions ORDER BY source"
            found = [Position(*row) for row in connection.execute(query)]
        return [position for position in found if position.source.startswith(prefix)]

    def rejects(self, source: str, limit: int = 0) -> list[tuple[int, str]]:
        """Lines of a source that are no events, with why; the first `limit`, or all."""
        with self._reading() as connection:
            query = "SELECT line, reason FROM rejects WHERE source = ? ORDER BY line LIMIT ?"
            return [(line, reason) for line, reason in connection.execute(query, (source, limit or -1))]

    def reject_count(self, source: str) -> int:
        """How many lines of a source are no events."""
        with self._reading() as connection:
            query = "SELECT count(*) FROM rejects WHERE source = ?"
            return int(connection.execute(query, (source,)).fetchone()[0])

    def commit(
        self,
        batch: str,
        files: Sequence[LogFile],
        position: Position | None = None,
        rejects: Sequence[tuple[int, str]] = (),
    ) -> bool:
        """Let files count, all or none.

        Args:
            batch: an id; a batch counts once.
            files: what it wrote; they must be on the disk by now.
            position: how far its source has been read with it.
            rejects: lines of the source that are no events, with why.

        Returns:
            False where this batch is in the log already; then nothing changed.
        """
        with self._transaction() as connection:
            if connection.execute("SELECT 1 FROM batches WHERE batch = ?", (batch,)).fetchone():
                return False
            connection.execute("INSERT INTO batches VALUES (?, ?)", (batch, sum(file.rows for file in files)))
            _insert(connection, files)
            if position is not None:
                connection.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(position))
                lines = [(position.source, line, reason) for line, reason in rejects]
                connection.executemany("INSERT OR REPLACE INTO rejects VALUES (?, ?, ?)", lines)
            connection.execute("UPDATE meta SET version = version + 1")
        return True

    def forget_source(self, source: str) -> list[LogFile]:
        """Let a source count as never read, and nothing that it gave; returns the files, which are to be deleted."""
        prefix = f"{source}@"
        gone = [file for file in self.files() if file.batch.startswith(prefix)]
        with self._transaction() as connection:
            connection.executemany("DELETE FROM files WHERE name = ?", [(file.name,) for file in gone])
            connection.execute("DELETE FROM batches WHERE substr(batch, 1, ?) = ?", (len(prefix), prefix))
            connection.execute("DELETE FROM positions WHERE source = ?", (source,))
            connection.execute("DELETE FROM rejects WHERE source = ?", (source,))
            connection.execute("UPDATE meta SET version = version + 1")
        return gone

    def replace(self, old: Sequence[LogFile], new: Sequence[LogFile]) -> None:
        """Let `new` files count in the place of `old` ones, all or none."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM files WHERE name = ?", [(file.name,) for file in old])
            _insert(connection, new)
            connection.execute("UPDATE meta SET version = version + 1")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_WAIT_S, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, files: Sequence[LogFile]) -> None:
    rows = [(file.name, file.day, file.rows, file.batch) for file in files]
    connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", rows)
