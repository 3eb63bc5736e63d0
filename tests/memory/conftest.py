"""Real embeddings, real SQLite, real Chroma; conversations are written as the turn writes them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import FixedClock
from assistant.ids import ConversationId, CustomerId, new_id
from assistant.insight.events.log import Log
from assistant.insight.events.trail import Trail
from assistant.memory.forgetting import Forgetting
from assistant.memory.memory import Memory
from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.load import blended
from assistant.settings import Settings
from assistant.storage.conversation_tables import ConversationRow, MessageRow, ToolCallRow, TurnRow
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language, detect_language
from assistant.text.prompts import PromptLibrary


@dataclass
class House:
    """Memory with a database in which conversations can be had."""

    data: Path
    embeddings: BlendedEmbeddings
    clock: FixedClock
    database: Database
    vectors: VectorStore
    memory: Memory = field(init=False)
    forgetting: Forgetting = field(init=False)
    events: Log = field(init=False)
    trail: Trail = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.database, self.vectors, self.clock, PromptLibrary(Settings().prompts_dir))
        self.events = Log.open(self.data / "events", self.clock)
        self.trail = Trail(self.events)
        self.forgetting = Forgetting(self.database, self.memory, self.clock, trail=self.trail)

    def reopen(self) -> None:
        """What a restart does."""
        self.vectors.close()
        self.vectors = VectorStore(self.data / "chroma", self.embeddings, self.embeddings.fingerprint)
        self.__post_init__()

    def say(
        self,
        text: str,
        customer: str | None = "ann",
        conversation: str | None = None,
        *,
        intent: str | None = None,
        order: str | None = None,
        status: str = "open",
        flush: bool = True,
    ) -> ConversationId:
        """One turn of a customer; returns its conversation."""
        conversation_id = ConversationId(conversation or new_id("conv"))
        language: Language = detect_language(text)
        turn_id, message_id, now = new_id("turn"), new_id("msg"), self.clock.now()
        decision: dict[str, Any] = {"outcome": "routed", "intents": [{"intent": intent}] if intent else []}
        with self.database.write() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                row = ConversationRow(
                    conversation_id=conversation_id, customer_id=customer, channel="chat", language=language,
                    started_at=now, last_at=now,
                )  # fmt: skip
                session.add(row)
            row.status = status
            session.flush()
            costs: dict[str, Any] = {"rung": "none", "at": now}
            session.add(TurnRow(turn_id=turn_id, conversation_id=conversation_id, decision=decision, **costs))
            of_turn = {"conversation_id": conversation_id, "turn_id": turn_id}
            session.add(MessageRow(message_id=message_id, author="customer", text=text, at=now, **of_turn))
            session.flush()
            if order:
                session.add(
                    ToolCallRow(
                        turn_id=turn_id, position=0, name="track_shipment", arguments={"order_id": order}, ok=True,
                        result="", milliseconds=1.0,
                    )
                )  # fmt: skip
            self.memory.remember_turn(
                session,
                customer_id=CustomerId(customer) if customer else None,
                conversation_id=conversation_id,
                message_id=message_id,
                text=text,
                language=language,
                now=now,
            )
        self.clock.advance(timedelta(minutes=1))
        if flush:
            self.memory.flush_outbox()
        return conversation_id

    def facts(self, customer: str = "ann") -> dict[str, list[str]]:
        """Values of what is known now, by kind."""
        known: dict[str, list[str]] = {}
        for fact in self.memory.facts(CustomerId(customer)):
            known.setdefault(fact.kind, []).append(fact.value)
        return known


@pytest.fixture(scope="session")
def real_embeddings() -> BlendedEmbeddings:
    return blended(Settings())


@pytest.fixture
def house(tmp_path: Path, real_embeddings: BlendedEmbeddings) -> Iterator[House]:
    database = Database(f"sqlite:///{tmp_path / 'assistant.db'}")
    upgrade(database)
    made = House(
        data=tmp_path,
        embeddings=real_embeddings,
        clock=FixedClock(datetime(2026, 11, 24, 9, tzinfo=UTC)),
        database=database,
        vectors=VectorStore(tmp_path / "chroma", real_embeddings, real_embeddings.fingerprint),
    )
    yield made
    made.vectors.close()
    database.close()
