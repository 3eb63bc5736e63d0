"""What the shop must never do is refused by the database itself."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from assistant.storage import migrate, outbox
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow, OrderRow, PaymentMethodRow, ProductRow, VariantRow

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ADDRESS = {"address1": "1 Elm Street", "city": "Portland", "zip": "97201", "country": "USA"}
MONEY = {"currency": "USD"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    migrate.upgrade(database)
    with database.write() as session:
        names = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "email_key": "ann@example.com"}
        session.add(CustomerRow(customer_id="ann", position=0, **names, **ADDRESS))
        session.add(ProductRow(product_id="p", position=0, name="Kettle", category="Kitchen"))
    yield database
    database.close()


def _variant(**changes: Any) -> VariantRow:
    values = {"item_id": "i", "product_id": "p", "position": 0, "options": {}, "price_cents": 1, "stock": 1}
    return VariantRow(**(values | {"available": True} | MONEY | changes))


def _gift_card(**changes: Any) -> PaymentMethodRow:
    values = {"customer_id": "ann", "payment_method_id": "g", "position": 0, "source": "gift_card", "balance_cents": 1}
    return PaymentMethodRow(**(values | MONEY | changes))


@pytest.mark.parametrize(
    "row",
    [
        _variant(stock=-1),
        _variant(price_cents=-1),
        _variant(product_id="no such product"),
        _gift_card(balance_cents=-1),
        _gift_card(balance_cents=None),
        _gift_card(source="paypal"),
        _gift_card(source="cheque"),
        OrderRow(order_id="#W1", customer_id="ann", sequence=0, status="lost", **ADDRESS),
        OrderRow(order_id="#W1", customer_id="nobody", sequence=0, status="pending", **ADDRESS),
        OrderRow(order_id="#W1", customer_id="ann", sequence=0, status="pending", shipping_cents=-1, **ADDRESS),
    ],
)
def test_an_impossible_row_is_refused(database: Database, row: Any) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(row)


def test_possible_rows_are_taken(database: Database) -> None:
    with database.write() as session:
        session.add_all([_variant(stock=0), _variant(item_id="j", stock=None), _gift_card(balance_cents=0)])


def test_outbox_work_is_handed_out_in_order_until_it_is_done(database: Database) -> None:
    with database.write() as session:
        for number in range(3):
            outbox.put(session, "episode", {"number": number}, NOW)
        outbox.put(session, "event", {"number": 9}, NOW)
    with database.write() as session:
        rows = outbox.pending(session, "episode")
        assert [row.payload["number"] for row in rows] == [0, 1, 2]
        outbox.mark_done(session, [row.outbox_id for row in rows[:2]], NOW)
        outbox.mark_done(session, [], NOW)

    with database.read() as session:
        assert [row.payload["number"] for row in outbox.pending(session, "episode")] == [2]


def test_outbox_work_of_a_transaction_that_failed_does_not_exist(database: Database) -> None:
    def put_and_fail() -> None:
        with database.write() as session:
            outbox.put(session, "episode", {}, NOW)
            session.add(_variant(stock=-1))

    with pytest.raises(IntegrityError):
        put_and_fail()
    with database.read() as session:
        assert outbox.pending(session, "episode") == []
