"""A desk over a database, with conversations that wait."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.clock import FixedClock
from assistant.desk.desk import Desk
from assistant.desk.records import DeskUser, HandoffId, Role
from assistant.ids import ConversationId, new_id
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from tests.storage.conftest import postgres_url

__all__ = ["postgres_url"]

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PASSWORD = "four plain words here"
Waits = Callable[..., HandoffId]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def waits(desk: Desk) -> Waits:
    return waiting_in(desk)


def waiting_in(desk: Desk) -> Waits:
    """Makes a conversation that waits for a person."""

    def make(words: str = "I want a person", *, sentiment: str = "neutral", urgency: str = "normal") -> HandoffId:
        conversation, handoff, now = new_id("conv"), new_id("handoff"), desk.clock.now()
        with desk.database.write() as session:
            session.add(
                ConversationRow(
                    conversation_id=conversation,
                    customer_id="ann",
                    channel="chat",
                    language="en",
                    status="handed_off",
                    started_at=now,
                    last_at=now,
                )
            )
            session.flush()
            session.add(
                MessageRow(
                    message_id=new_id("msg"),
                    conversation_id=conversation,
                    turn_id=new_id("turn"),
                    author="customer",
                    text=words,
                    citations=[],
                    at=now,
                )
            )
            session.add(
                HandoffRow(
                    handoff_id=handoff,
                    conversation_id=conversation,
                    reason="asked for a person",
                    brief={},
                    created_at=now,
                    sentiment=sentiment,
                    urgency=urgency,
                )
            )
        return HandoffId(handoff)

    return make


def agent(desk: Desk, name: str = "amy", role: Role = "agent") -> DeskUser:
    """Somebody at the desk."""
    found = desk.users.get(desk.users.add(name, role, PASSWORD, display_name=name.title()))
    assert found is not None
    return found


def conversation_of(desk: Desk, handoff: HandoffId) -> ConversationId:
    case = desk.queue.case(handoff)
    assert case is not None
    return case.conversation_id
