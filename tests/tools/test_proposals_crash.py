"""`kill -9` in the midst of an execution: the order is wholly changed or not at all, and a repeated yes acts once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from assistant.ids import ConversationId
from assistant.shop.changes.requests import REQUESTS
from assistant.storage.engine import Database
from assistant.tools.proposals import STEPS, Proposal
from tests.tools.conftest import OpenShop
from tests.tools.crashing import Crasher
from tests.tools.little_shop import ANN, proposals_over

TABLES = (
    "orders order_items order_requests payments payment_methods customers variants shop_info damage_reports "
    "stock_notices audit outbox"
).split()
CHANGES: dict[str, dict[str, Any]] = {
    "cancel_pending_order": {"order_id": "#W1000002", "reason": "no longer needed"},
    "modify_pending_order_items": {
        "order_id": "#W1000001",
        "item_ids": ["mug-red", "lamp-s"],
        "new_item_ids": ["mug-blue", "lamp-m"],
        "payment_method_id": "ann_gift",
    },
    "exchange_delivered_order_items": {
        "order_id": "#W1000004",
        "item_ids": ["lamp-s"],
        "new_item_ids": ["lamp-m"],
        "payment_method_id": "ann_card",
    },
    "reorder": {"order_id": "#W1000007", "payment_method_id": "ann_gift"},
}
ALL_STEPS = {"cancel_pending_order": ("order", "payments", "balances", "stock")}


@pytest.fixture(scope="module")
def crasher() -> Iterator[Crasher]:
    with Crasher() as crasher:
        yield crasher


def propose(database: Database, kind: str) -> Proposal:
    request = REQUESTS.validate_python({"kind": kind, **CHANGES[kind]})
    return proposals_over(database).propose(request, ANN, ConversationId("talk"))


def fresh(open_shop: OpenShop, kind: str) -> tuple[Database, Proposal]:
    database = open_shop()
    return database, propose(database, kind)


def books(database: Database) -> str:
    """Every row of the shop, the audit and the outbox; ids and numbers that are drawn are told apart no more."""
    with database.read() as session:
        rows = {table: session.execute(text(f"SELECT * FROM {table}")).all() for table in TABLES}
    return str({table: sorted(_without_ids(row, table) for row in found) for table, found in rows.items()})


def _without_ids(row: Any, table: str) -> str:
    words = str(tuple(row)[1:] if table in ("audit", "outbox") else tuple(row))
    return re.sub(r"#W(?![12]00000)\d+", "#new", re.sub(r"(prop|note)_\w+", r"\1", words))


def address_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_killed_execution_is_done_wholly_or_not_at_all(kind: str, open_shop: OpenShop, crasher: Crasher) -> None:
    database, proposal = fresh(open_shop, kind)
    url, before = address_of(database), books(database)
    points = crasher.points(url, proposal.proposal_id, ANN)
    after = books(database)
    assert set(points) >= {*STEPS, *ALL_STEPS.get(kind, ())}
    assert after != before

    database, proposal = fresh(open_shop, kind)
    for number, point in enumerate(points):
        if point.startswith("after ") and url.startswith("postgresql"):
            continue  # after every statement on SQLite, after every step on both
        assert crasher.killed_at(number, url, proposal.proposal_id, ANN), point
        assert books(database) == (after if point == "committed" else before), point
        if point in STEPS:
            again = proposals_over(database).confirm(proposal.proposal_id, ANN)
            assert again.executed, point
            assert again.replayed == (point == "committed")
            assert proposals_over(database).confirm(proposal.proposal_id, ANN).replayed
            assert books(database) == after, point
            database, proposal = fresh(open_shop, kind)
