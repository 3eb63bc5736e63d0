"""One turn of a conversation at a time, whichever process serves it.

A turn reads the conversation's state at its beginning and writes it at its end; two at once would lose one's half.
On PostgreSQL the lock is an advisory one, which its server drops with the connection; on SQLite a lock on one of
some files, which the kernel drops with the process. Neither outlives a `kill -9`.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from assistant.errors import AssistantError
from assistant.ids import ConversationId
from assistant.storage.engine import Database

_FILES = 64
_POLL_S = 0.02


class TurnLockTimeout(AssistantError):
    """Another process was busy with the conversation for too long."""


class TurnLocks:
    """The locks of one database.

    Args:
        database: whose conversations they are.
        folder: for lock files; used on SQLite only.
        patience_s: seconds after which waiting is given up.
    """

    def __init__(self, database: Database, folder: Path, patience_s: float) -> None:
        self._database = database
        self._folder = folder
        self._patience_s = patience_s

    @contextmanager
    def hold(self, conversation_id: ConversationId | None) -> Iterator[None]:
        """Have a conversation alone; None, one that begins with this turn, is nobody else's yet.

        Raises:
            TurnLockTimeout: it was not to be had in time.
        """
        if conversation_id is None:
            yield
            return
        digest = hashlib.sha256(conversation_id.encode()).digest()
        key = int.from_bytes(digest[:8], signed=True)
        holding = self._on_postgresql if self._database.engine.dialect.name == "postgresql" else self._on_files
        with holding(key):
            yield

    @contextmanager
    def _on_postgresql(self, key: int) -> Iterator[None]:
        # autocommit: an open transaction would hold back vacuum for as long as the turn takes
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            self._wait(lambda: bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})))
            try:
                yield
            finally:
                if not connection.closed and not connection.invalidated:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})

    @contextmanager
    def _on_files(self, key: int) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder / f"{key % _FILES}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._wait(lambda: _locked(descriptor))
            yield
        finally:
            os.close(descriptor)

    def _wait(self, taken: Callable[[], bool]) -> None:
        end = time.monotonic() + self._patience_s
        while not taken():
            if time.monotonic() > end:
                raise TurnLockTimeout("another turn of this conversation takes too long")
            time.sleep(_POLL_S)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
