"""A place to run cases: a sample shop that is as new before every case, and the parts that answer in it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select, text

from assistant.clock import FixedClock
from assistant.conversation.assistant import Assistant
from assistant.evaluation.dialogues.run import NOW, TODAY
from assistant.evaluation.suites.cases.forms import CopilotCase, SimulatedCase
from assistant.evaluation.suites.running.seen import Seen
from assistant.evaluation.suites.running.simulator import Simulated, Simulator
from assistant.ids import ConversationId, CustomerId
from assistant.knowledge.search import KnowledgeSearch
from assistant.memory.memory import Memory
from assistant.models.ladder import ModelLadder
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.shop.service import Shop
from assistant.storage.conversation_tables import HandoffRow
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow, DamageReportRow
from assistant.text.prompts import PromptLibrary
from assistant.tools.proposals import Proposals
from assistant.tools.registry import ToolRegistry

_MOMENTS = ("at", "placed_at", "shipped_at", "delivered_at", "created_at", "expires_at")


class House(Protocol):
    """What a bench needs of the wiring; its clock is a `FixedClock`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def assistant(self) -> Assistant: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def router(self) -> Router: ...
    @property
    def shop(self) -> Shop: ...
    @property
    def database(self) -> Database: ...
    @property
    def knowledge(self) -> KnowledgeSearch: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def ladder(self) -> ModelLadder: ...
    @property
    def prompts(self) -> PromptLibrary: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def registry(self) -> ToolRegistry: ...


class Bench:
    """One worker's house. Not for several threads at once.

    `at_desk` puts the copilot into a situation; whoever wires the house sets it.

    Args:
        house: its parts; its database is a file of its own and is overwritten.
        clock: the house's.
        template: the file of the database as it is before every case; written by `prepare`.
        customer_of: plays the customer of a simulated case; the script unless told otherwise.
    """

    def __init__(
        self,
        house: House,
        clock: FixedClock,
        template: Path,
        customer_of: Callable[[SimulatedCase], Simulated] = Simulator,
    ) -> None:
        self.house = house
        self.customer_of = customer_of
        self.at_desk: Callable[[CopilotCase], Seen] | None = None
        self.clock = clock
        self._template = template
        self._file = house.settings.data_dir / "assistant.db"
        self._bumps = 0

    def prepare(self) -> None:
        """Fill the shop and index the pages, once for all benches over this template."""
        house = self.house
        rows = sample_shop(customers=40, orders=200, seed=7, today=TODAY, currency="USD")
        load_shop(house.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY, replace=True)
        house.knowledge.sync(house.settings.knowledge_dir)
        house.database.close()
        self._template.unlink(missing_ok=True)
        with sqlite3.connect(self._file) as source:
            source.execute("VACUUM INTO ?", (str(self._template),))
        source.close()

    def reset(self) -> None:
        """Shop, conversations, memory and clock as they are before a case."""
        self.house.database.close()
        for file in (self._file, Path(f"{self._file}-wal"), Path(f"{self._file}-shm")):
            file.unlink(missing_ok=True)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._template, self._file)
        self.clock.advance(NOW - self.clock.now())

    def change(self, *statements: str, **values: object) -> int:
        """Change the database behind the assistant's back; parts that keep a copy of it read it anew.

        Returns:
            How many rows were changed.
        """
        self._bumps += 1000
        changed = 0
        with self.house.database.write() as session:
            for statement in statements:
                bound = {name: value for name, value in values.items() if f":{name}" in statement}
                changed += session.execute(text(statement), bound).rowcount  # type: ignore[attr-defined]
            session.execute(text(f"UPDATE shop_info SET catalogue_version = catalogue_version + {self._bumps}"))
            session.execute(text(f"UPDATE knowledge_state SET generation = generation + {self._bumps}"))
        return changed

    def account(self, customer_id: CustomerId | None) -> dict[str, Any]:
        """All of a customer's that a change could touch: orders by number, the account, what was executed."""
        if customer_id is None:
            return {}
        found: dict[str, Any] = {o.order_id: o.model_dump(mode="json") for o in self.house.shop.orders(customer_id)}
        found["customer"] = self.house.shop.customer(customer_id).model_dump(mode="json")
        with self.house.database.read() as session:
            query = select(AuditRow.proposal_id).where(AuditRow.customer_id == customer_id)
            found["executed"] = len(session.scalars(query).all())
            found["damage"] = sorted(session.scalars(select(DamageReportRow.item_id)))
        return found

    def brief(self, conversation_id: ConversationId) -> str:
        """What the desk is told of a conversation; empty where nobody took over."""
        query = select(HandoffRow.brief).where(HandoffRow.conversation_id == conversation_id)
        with self.house.database.read() as session:
            return "\n".join(str(brief) for brief in session.scalars(query))


@contextmanager
def opened(bench: Bench) -> Iterator[Bench]:
    """The bench, with its database closed afterwards."""
    try:
        yield bench
    finally:
        bench.house.database.close()


def touched(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What is not as it was, as it is now, without moments; orders that are new are counted, their numbers vary."""
    found: dict[str, Any] = {}
    fresh = 0
    for key, value in after.items():
        if key in ("executed", "damage"):
            continue
        if key not in before:
            fresh += 1
            found[f"new order {fresh}"] = _timeless({k: v for k, v in value.items() if k != "order_id"})
        elif before[key] != value:
            found[key] = _timeless(value)
    return found


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if key not in _MOMENTS}
    return [_timeless(item) for item in value] if isinstance(value, list) else value
