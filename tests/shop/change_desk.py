"""A desk that plans and applies changes of orders in a small shop."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from assistant.errors import ToolError
from assistant.ids import CustomerId
from assistant.shop.changes.plan import ChangePlan
from assistant.shop.changes.requests import REQUESTS
from assistant.shop.changes.service import Changes
from assistant.shop.changes.terms import Terms
from assistant.shop.queries import find_customer, find_order
from assistant.shop.records import Customer, Order
from assistant.storage.engine import Database
from tests.tools.little_shop import ANN, NOW, policy

HOME = {"address1": "1 Oak Street", "city": "Portland", "state": "OR", "zip": "97201", "country": "USA"}
AWAY = {**HOME, "address1": "9 Elm Road", "city": "Austin", "state": "TX", "zip": "78701"}


class Desk:
    """Plans and applies in one go."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.changes = Changes(database, policy())

    def plan(self, kind: str, customer: CustomerId = ANN, days: int = 0, **arguments: Any) -> ChangePlan:
        request = REQUESTS.validate_python({"kind": kind, **arguments})
        return self.changes.plan(request, customer, NOW + timedelta(days=days))

    def refusal(self, kind: str, customer: CustomerId = ANN, days: int = 0, **arguments: Any) -> str:
        with pytest.raises(ToolError) as caught:
            self.plan(kind, customer, days, **arguments)
        return str(caught.value)

    def do(self, kind: str, **arguments: Any) -> Terms:
        plan = self.plan(kind, **arguments)
        with self.database.write() as session:
            self.changes.apply(session, plan, NOW)
        return plan.terms

    def order(self, number: str, customer: CustomerId = ANN) -> Order:
        with self.database.read() as session:
            return find_order(session, number, customer)  # type: ignore[arg-type]

    def ledger(self, number: str) -> list[tuple[str, int, str]]:
        return [(p.kind, p.amount.cents, p.payment_method_id) for p in self.order(number).payments]

    def customer(self) -> Customer:
        with self.database.read() as session:
            return find_customer(session, ANN)

    def gift(self) -> int:
        (card,) = [m for m in self.customer().payment_methods if m.balance is not None]
        assert card.balance is not None
        return card.balance.cents

    def stock(self, item: str) -> int:
        with self.database.read() as session:
            found = session.execute(text("SELECT stock FROM variants WHERE item_id = :i"), {"i": item}).scalar()
            return int(found or 0)


def swap(old: list[str], new: list[str], method: str = "ann_card", number: str = "#W1000001") -> dict[str, Any]:
    return {"order_id": number, "item_ids": old, "new_item_ids": new, "payment_method_id": method}
