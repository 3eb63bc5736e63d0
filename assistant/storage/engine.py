"""The database: engine, read sessions and write sessions.

SQLite runs in WAL mode with foreign keys on. Write sessions begin with `BEGIN IMMEDIATE`: with SQLite's
default, a transaction that reads first and writes later fails at once with "database is locked" when
another writer came between, whatever the busy timeout is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

_BUSY_TIMEOUT_MS = 10_000


class Database:
    """One database, with sessions that say whether they write.

    Args:
        url: a SQLAlchemy URL (SQLite or PostgreSQL).
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; it is rolled back at the end. Rows that it read stay readable after it."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.expunge_all()
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session for one transaction: committed when the block ends, rolled back when it raises.

        Never nest write sessions: on SQLite the inner one waits for the outer one.
        """
        engine = self.engine.execution_options(begin_immediate=True)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def changed_one(result: object) -> bool:
    """Whether an update changed exactly one row."""
    return isinstance(result, CursorResult) and result.rowcount == 1


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transaction of its own; `_on_begin` does
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "synchronous=FULL",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("begin_immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
