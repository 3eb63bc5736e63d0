"""WRITE tools only propose, for the customer of the runtime, and tell nothing about others."""

import inspect
from collections.abc import Iterator
from typing import Any, cast, get_args

import pytest
from sqlalchemy import text

from assistant.clock import FixedClock
from assistant.ids import ConversationId, CustomerId
from assistant.shop.changes.quote import ExchangeQuote
from assistant.shop.service import Shop
from assistant.storage.engine import Database
from assistant.tools.catalogue import shop_tools
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult
from assistant.tools.registry import ToolKind, ToolOutcome
from assistant.tools.results import StockResult
from tests.tools.little_shop import ANN, BOB, NOW, memory_shop, policy, proposals_over

TOOLS = shop_tools()
AWAY = {"address1": "9 Elm", "address2": "", "city": "Austin", "state": "TX", "country": "USA", "zip": "78701"}
WRITES: dict[str, dict[str, Any]] = {
    "cancel_pending_order": {"order_id": "#W1000001", "reason": "no longer needed"},
    "modify_pending_order_address": {"order_id": "#W1000001", **AWAY},
    "modify_pending_order_items": {
        "order_id": "#W1000001",
        "item_ids": ["mug-red"],
        "new_item_ids": ["mug-blue"],
        "payment_method_id": "ann_card",
    },
    "modify_pending_order_payment": {"order_id": "#W1000001", "payment_method_id": "ann_paypal"},
    "modify_user_address": AWAY,
    "return_delivered_order_items": {
        "order_id": "#W1000004",
        "item_ids": ["head-b"],
        "payment_method_id": "ann_card",
        "opened_item_ids": ["head-b"],
    },
    "exchange_delivered_order_items": {
        "order_id": "#W1000004",
        "item_ids": ["mug-red"],
        "new_item_ids": ["mug-blue"],
        "payment_method_id": "ann_gift",
    },
    "reorder": {"order_id": "#W1000007", "payment_method_id": "ann_card"},
    "report_damaged_item": {
        "order_id": "#W1000004",
        "item_id": "mug-red",
        "description": "a crack",
        "wish": "replacement",
    },
    "request_invoice": {"order_id": "#W1000004"},
    "notify_when_in_stock": {"item_id": "lamp-x"},
}


@pytest.fixture
def database() -> Iterator[Database]:
    database = memory_shop()
    yield database
    database.close()


def call(database: Database, name: str, arguments: dict[str, Any], customer: CustomerId | None = ANN) -> ToolOutcome:
    clock = FixedClock(NOW)
    context = ToolContext(
        customer_id=customer,
        conversation_id=ConversationId("talk"),
        language="en",
        shop=Shop(database, clock),
        knowledge=cast(Any, None),
        clock=clock,
        proposals=proposals_over(database, clock),
    )
    return TOOLS.call(name, arguments, context)


def everything(database: Database) -> list[Any]:
    tables = "orders order_items order_requests payments payment_methods customers variants damage_reports audit"
    with database.read() as session:
        rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in tables.split()]  # our own names
        return [*rows, session.execute(text("SELECT * FROM outbox WHERE topic <> 'behaviour'")).all()]


def test_every_write_tool_is_tried_here() -> None:
    assert set(TOOLS.names(ToolKind.WRITE)) == set(WRITES)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_tool_proposes_and_changes_nothing(database: Database, name: str) -> None:
    before = everything(database)
    outcome = call(database, name, WRITES[name])

    assert outcome.ok, outcome.text
    assert isinstance(outcome.result, ProposalResult)
    assert outcome.result.proposal.customer_id == ANN
    assert outcome.result.proposal.kind == name
    assert everything(database) == before
    confirmed = proposals_over(database).confirm(outcome.result.proposal.proposal_id, ANN)
    assert confirmed.executed
    assert everything(database) != before


@pytest.mark.parametrize("name", WRITES)
def test_a_write_tool_needs_the_customer_of_the_runtime(database: Database, name: str) -> None:
    assert "sign in" in call(database, name, WRITES[name], None).text
    for forged in ("user_id", "customer_id", "proposal_id"):
        assert not call(database, name, {**WRITES[name], forged: "ann"}, BOB).ok


@pytest.mark.parametrize("name", sorted(WRITES.keys() - {"modify_user_address", "notify_when_in_stock"}))
def test_nobody_proposes_anything_for_somebody_elses_order(database: Database, name: str) -> None:
    outcome = call(database, name, WRITES[name], BOB)
    assert "This customer has no order" in outcome.text


@pytest.mark.parametrize("name", WRITES)
def test_the_model_reads_that_nothing_is_done_yet(name: str) -> None:
    description = TOOLS.get(name).description
    assert description.startswith("Propose")
    arguments = set(inspect.signature(TOOLS.get(name).function).parameters) - {"context"}
    assert not [argument for argument in arguments if f"{argument}:" not in description]


def test_the_reasons_that_the_model_may_give_are_those_of_the_policy() -> None:
    annotation = TOOLS.get("cancel_pending_order").schema.model_fields["reason"].annotation
    assert get_args(annotation) == policy().cancellations.cancel_reasons


def test_a_customer_finds_themselves_and_nobody_else(database: Database) -> None:
    by_name = {"first_name": "Ann", "last_name": "Doe", "zip": "97201"}
    assert call(database, "find_user_id_by_email", {"email": "ANN@example.com"}).ok
    assert call(database, "find_user_id_by_name_zip", by_name).ok
    others = [
        call(database, "find_user_id_by_email", {"email": "ann@example.com"}, BOB),
        call(database, "find_user_id_by_email", {"email": "nobody@example.com"}, BOB),
        call(database, "find_user_id_by_name_zip", by_name, BOB),
    ]
    assert len({outcome.text for outcome in others}) == 1
    assert not any(outcome.ok for outcome in others)


def test_a_quote_and_a_variant_prepare_a_swap(database: Database) -> None:
    found = call(database, "find_variant", {"product": "Lamp", "options": {"style": "large"}}).result
    assert isinstance(found, StockResult)
    assert [variant.item_id for variant in found.variants] == ["lamp-m"]

    swap = {"order_id": "#W1000004", "item_ids": ["lamp-s"], "new_item_ids": ["lamp-m"]}
    quote = call(database, "quote_exchange", swap).result
    assert isinstance(quote, ExchangeQuote)
    assert quote.difference.cents == -600
    assert "no order" in call(database, "quote_exchange", swap, BOB).text
