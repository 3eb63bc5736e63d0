"""Parts that fail while customers chat: a killed worker, a stopped database, a hanging model server, lost vectors."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from assistant.evaluation.load.world import World
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow, ProposalRow

AWAY_S = 10.0


@dataclass(frozen=True)
class Happened:
    """A fault: what, and when since the beginning, in seconds."""

    what: str
    at_s: float


@contextmanager
def hanging_server() -> Iterator[str]:
    """A model server that takes connections and never answers; gives its base URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def hold() -> None:
        while True:
            try:
                held.append(listening.accept()[0])
            except OSError:
                return

    threading.Thread(target=hold, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        listening.close()
        for connection in held:
            connection.close()


class Faults:
    """Makes parts fail one after another, from a thread of its own.

    Args:
        world: with two workers or more, a PostgreSQL of its own and a Chroma server.
        every_s: seconds between one fault and the next.
        tell: told each fault.
    """

    def __init__(self, world: World, every_s: float, tell: Callable[[str], None]) -> None:
        self._world = world
        self._every_s = every_s
        self._tell = tell
        self.happened: list[Happened] = []
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._began = time.monotonic()
        self._thread.start()

    def wait(self) -> None:
        """Until all is mended."""
        self._thread.join()

    def _run(self) -> None:
        for fault in (self._kill_a_worker, self._stop_the_database, self._take_the_vectors_away):
            time.sleep(self._every_s)
            fault()

    def _note(self, what: str) -> None:
        self.happened.append(Happened(what, round(time.monotonic() - self._began, 1)))
        self._tell(what)

    def _kill_a_worker(self) -> None:
        self._note(f"kill -9 of worker {self._world.server.kill_one()}")

    def _stop_the_database(self) -> None:
        assert self._world.postgres is not None
        self._note("the database stops")
        self._world.postgres.stop()
        time.sleep(AWAY_S)
        self._world.postgres.start()
        self._note("the database is back")

    def _take_the_vectors_away(self) -> None:
        """Its folder can't be read: the server over it is gone, and what it finds when it starts again is nothing."""
        assert self._world.chroma is not None
        folder = self._world.folder / "data" / "chroma"
        aside = folder.with_name("chroma.aside")
        self._world.chroma.stop()
        folder.rename(aside)
        self._note("Chroma's folder can't be read")
        time.sleep(AWAY_S)
        aside.rename(folder)
        self._world.chroma.start()
        self._note("Chroma is back")


def executed_twice(database_url: str) -> tuple[int, int]:
    """How many proposals were executed, and how many changes of orders were made more than once."""
    database = Database(database_url)
    with database.read() as session:
        executed = session.scalar(select(func.count()).where(ProposalRow.status == "executed")) or 0
        changes = session.execute(
            select(AuditRow.kind, AuditRow.order_id, func.count()).group_by(AuditRow.kind, AuditRow.order_id)
        ).all()
    database.close()
    return executed, sum(count > 1 for _, _, count in changes) + abs(executed - sum(count for _, _, count in changes))
