"""The shop on PostgreSQL: the same schema, the same checks, the same answers."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from assistant.clock import FixedClock
from assistant.ids import CustomerId, OrderId
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.shop.service import Shop
from assistant.storage import migrate
from assistant.storage.engine import Database
from assistant.storage.tables import METADATA

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate.upgrade(database)
    rows = sample_shop(customers=30, orders=150, seed=7, today=NOW.date(), currency="USD")
    load_shop(database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=NOW.date())
    yield database
    database.close()


def test_migrations_make_every_table_column_and_check(database: Database) -> None:
    inspector = inspect(database.engine)

    assert migrate.revision(database) == migrate.head()
    for name, table in METADATA.tables.items():
        assert {c["name"]: c["nullable"] for c in inspector.get_columns(name)} == {
            column.name: column.nullable for column in table.columns
        }
        checks = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(name)} == checks


def test_a_customer_finds_the_same_order_there(database: Database) -> None:
    shop = Shop(database, FixedClock(NOW))

    order = shop.order(OrderId("w1002001"), CustomerId("james_porter_1002"))

    assert order.items[0].name == "Northbeam 27 4K Monitor"
    assert order.placed_at is not None
    assert order.placed_at.tzinfo is not None
    assert [p.kind for p in shop.search_products("安静的吸尘器")] == ["vacuums", "vacuums"]


def test_stock_can_not_fall_below_zero_there_either(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(text("UPDATE variants SET stock = -1"))
