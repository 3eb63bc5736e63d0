"""A database of conversations, some rated, without any other part of the assistant."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.clock import FixedClock
from assistant.desk.queue import DeskQueue
from assistant.ids import ConversationId, new_id
from assistant.insight.satisfaction.serving import Foresight
from assistant.storage.conversation_tables import ConversationRow, MessageRow, TurnRow
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Held = Callable[..., ConversationId]
PLEASED = ("Is the desk lamp dimmable?", "Yes, in five steps.", "lovely, thanks!", "You're welcome.")
CROSS = (
    "Where's my sofa?", "I could not find it.", "I told you the number already, where is my sofa?",
    "I could not find it.", "this is useless, give me a human", "I'm sorry, I did not understand.",
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def foresight(database: Database, tmp_path: Path) -> Foresight:
    return Foresight(database, tmp_path / "insight" / "satisfaction", tmp_path / "cache")


@pytest.fixture
def held(database: Database) -> Held:
    """Keeps a conversation, both sides in turn, the customer first."""

    def keep(
        *said: str, days_ago: int = 0, stars: int = 0, reason: str = "", comment: str = "", customer: str = "ann"
    ) -> ConversationId:
        own, began = ConversationId(new_id("conv")), NOW - timedelta(days=days_ago)
        with database.write() as session:
            session.add(
                ConversationRow(
                    conversation_id=own, customer_id=customer, channel="chat", language="en", status="open",
                    started_at=began, last_at=began,
                )
            )  # fmt: skip
            session.flush()
            for n, text in enumerate(said):
                turn = f"{own}-{n // 2}"
                if n % 2 == 0:
                    decision = {"outcome": "routed", "language": "en", "intents": []}
                    session.add(TurnRow(turn_id=turn, conversation_id=own, decision=decision, rung="none", at=began))
                session.add(
                    MessageRow(
                        message_id=new_id("msg"), conversation_id=own, turn_id=turn, citations=[],
                        author="assistant" if n % 2 else "customer", text=text, at=began + timedelta(seconds=n),
                    )
                )  # fmt: skip
        if stars:
            DeskQueue(database, FixedClock(began)).rate(own, stars, comment, reason)
        return own

    return keep
