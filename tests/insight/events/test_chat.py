"""What happens in the chat gets into the log once, and out of it when a customer is forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.clock import FixedClock
from assistant.insight.events.chat import Drain
from assistant.insight.events.event import Event
from assistant.insight.events.log import Log
from assistant.insight.events.trail import Trail
from assistant.memory.erasing import erase_customer
from assistant.storage import behaviour
from assistant.storage.conversation_tables import OutboxRow
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    upgrade(database)
    return database


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.open(tmp_path / "events", FixedClock(NOW))


def noted(session: Session, kind: str, customer: str | None = "ann", **fields: Any) -> None:
    behaviour.note(session, kind, NOW, conversation_id="conv1", customer_id=customer, **fields)


def event(number: int, visitor: str, customer: str | None = None, **more: Any) -> Event:
    at = more.pop("at", NOW)
    return Event(id=f"e{number}", at=at, kind="view", source="t", visitor=visitor, customer=customer, **more)


def test_notes_of_the_chat_become_events_and_leave_the_outbox(database: Database, log: Log) -> None:
    drain = Drain(database, log, FixedClock(NOW))
    with database.write() as session:
        noted(session, "message", language="zh", page="customer")
        noted(session, "decision", intent="track_shipment", value=0.93)
        noted(session, "rating", customer=None, visitor="visitor:v7", value=5.0)

    assert (drain.once(), drain.once()) == (3, 0)
    found = {e.kind: e for e in log.read()}
    assert (found["message"].visitor, found["message"].customer) == ("customer:ann", "ann")
    assert (found["decision"].intent, found["decision"].value) == ("track_shipment", 0.93)
    assert (found["rating"].visitor, found["rating"].conversation) == ("visitor:v7", "conv1")
    with database.read() as session:
        assert session.scalars(select(OutboxRow)).all() == []


def test_a_crash_between_the_log_and_the_outbox_doubles_nothing(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain = Drain(database, log, FixedClock(NOW))
    with database.write() as session:
        noted(session, "message")

    def crash(_: object) -> None:
        raise KeyboardInterrupt

    taken = iter([lambda _: None, crash])
    with monkeypatch.context() as patched:
        patched.setattr(Drain, "_finish", lambda self: next(taken)(self))
        with pytest.raises(KeyboardInterrupt):
            drain.once()
    with database.write() as session:
        noted(session, "message")

    assert drain.once() == 1
    assert len({e.id for e in log.read()}) == len(log) == 2


def test_what_waits_of_a_customer_is_forgotten_with_them(database: Database, log: Log) -> None:
    with database.write() as session:
        noted(session, "message")
        noted(session, "message", customer="bob")
    with database.write() as session:
        erase_customer(session, "ann")  # type: ignore[arg-type]

    Drain(database, log, FixedClock(NOW)).once()
    assert [e.customer for e in log.read()] == ["bob"]


def test_a_customer_is_forgotten_with_what_they_did_before_they_signed_in_and_nobody_else_is(log: Log) -> None:
    log.append([event(1, "v1"), event(2, "v1", "ann"), event(3, "v2", "bob"), event(4, "v3")])
    log.append([event(5, "shared", "ann"), event(6, "shared", "bob"), event(7, "shared")])
    log.append([event(8, "x", conversation="conv1"), event(9, "customer:ann")])
    before = log.sessions().count().to_pyarrow().as_py()

    assert Trail(log).forget(["ann"], ["conv1"]) == 5
    assert sorted(e.id for e in log.read()) == ["e3", "e4", "e6", "e7"]
    assert {p.parent / p.name for p in log.folder.glob("day=*/*")} == set(log.paths())
    assert (before, log.sessions().count().to_pyarrow().as_py()) == (6, 3)
    assert not [path for path in log.folder.rglob("*") if path.is_file() and b"ann" in path.read_bytes()]


def test_a_customer_gets_a_copy_of_what_is_in_the_log_of_them(log: Log) -> None:
    log.append([event(2, "v1", "ann", at=NOW + timedelta(seconds=1), item="P1"), event(1, "v1"), event(3, "v2", "bob")])

    found = Trail(log).of_customer("ann")
    assert [(row["id"], row["at"]) for row in found] == [
        ("e1", "2026-11-27T09:00:00+00:00"),
        ("e2", "2026-11-27T09:00:01+00:00"),
    ]


def test_events_that_are_too_old_go_to_the_moment(log: Log) -> None:
    odd = datetime(2038, 1, 1, tzinfo=UTC)
    log.append([event(1, "v", at=NOW - timedelta(days=2)), event(2, "v", at=NOW - timedelta(hours=1)), event(3, "v")])
    log.append([event(4, "v", at=odd)])

    assert Trail(log).prune(NOW - timedelta(minutes=30)) == 2
    assert sorted(e.id for e in log.read()) == ["e3", "e4"]
    assert Trail(log).prune(NOW + timedelta(minutes=30)) == 2
    assert (len(log), list(log.folder.glob("day=*/*"))) == (0, [])


def test_small_files_of_days_that_are_over_are_joined(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    log = Log.open(tmp_path / "events", clock)
    drain = Drain(database, log, clock)
    for _ in range(5):
        with database.write() as session:
            noted(session, "message")
        drain.once()
    before = sorted(e.id for e in log.read())
    assert len(log.paths()) == 5

    clock.advance(timedelta(days=1))
    drain.once()
    assert (len(log.paths()), len(list(log.folder.glob("day=*/*")))) == (1, 1)
    assert sorted(e.id for e in log.read()) == before
