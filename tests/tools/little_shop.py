"""A shop small enough to reckon with by hand, in a database that tests may change."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from assistant.clock import Clock, FixedClock
from assistant.ids import CustomerId
from assistant.shop.changes.service import Changes, Step, no_step
from assistant.shop.loading import load_shop
from assistant.shop.policy import Policy
from assistant.storage import migrate
from assistant.storage.base import Base
from assistant.storage.engine import Database
from assistant.storage.shop_tables import (
    CustomerRow,
    OrderItemRow,
    OrderRow,
    PaymentMethodRow,
    PaymentRow,
    ProductRow,
    ShipmentRow,
    VariantRow,
)
from assistant.tools.proposals import Proposals

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
NOW = datetime(2026, 6, 24, 9, 30, tzinfo=UTC)
ANN, BOB = CustomerId("ann"), CustomerId("bob")

# product, kind, and its variants: id, option, cents, pieces in stock
_PRODUCTS: tuple[tuple[str, str, tuple[tuple[str, str, int, int], ...]], ...] = (
    (
        "Mug",
        "drinkware",
        (("mug-red", "red", 1_000, 5), ("mug-blue", "blue", 1_250, 2), ("mug-gold", "gold", 9_000, 3)),
    ),
    (
        "Lamp",
        "desk-lamps",
        (("lamp-s", "small", 4_000, 4), ("lamp-m", "large", 3_400, 1), ("lamp-x", "giant", 4_100, 0)),
    ),
    ("Aria Headphones", "headphones", (("head-b", "black", 10_005, 3), ("head-w", "white", 12_000, 1))),
    ("Aria Buds", "earbuds", (("buds-b", "black", 6_000, 9), ("buds-w", "white", 6_000, 9))),
    ("Sheets", "bedding", (("bed-q", "queen", 8_000, 2), ("bed-k", "king", 9_900, 2))),
    ("Kettle", "kettles", (("kettle-1", "steel", 5_500, 2), ("kettle-2", "white", 5_000, 2))),
)
_OPTIONS = {v[0]: (name, v[1], v[2]) for name, _, variants in _PRODUCTS for v in variants}

# number, owner, state, items, payment method, days since delivery (None: not delivered), shipping cents
_ORDERS: tuple[tuple[str, CustomerId, str, tuple[str, ...], str, int | None, int], ...] = (
    ("#W1000001", ANN, "pending", ("mug-red", "mug-red", "lamp-s"), "ann_card", None, 0),
    ("#W1000002", ANN, "pending", ("mug-red",), "ann_gift", None, 599),
    ("#W1000003", ANN, "processed", ("lamp-s",), "ann_card", None, 599),
    ("#W1000004", ANN, "delivered", ("head-b", "mug-red", "lamp-s"), "ann_card", 5, 0),
    ("#W1000005", ANN, "delivered", ("head-b", "buds-b", "bed-q", "kettle-1"), "ann_paypal", 20, 0),
    ("#W1000006", ANN, "delivered", ("bed-q", "mug-red"), "ann_gift", 40, 0),
    ("#W1000007", ANN, "delivered", ("mug-red",), "ann_card", 3, 599),
    ("#W1000008", ANN, "cancelled", ("mug-red",), "ann_card", None, 599),
    ("#W2000001", BOB, "pending", ("mug-blue", "lamp-s"), "bob_card", None, 0),
    ("#W2000002", BOB, "delivered", ("mug-red", "kettle-1"), "bob_gift", 2, 0),
    ("#W2000003", BOB, "delivered", ("lamp-s",), "bob_card", 2, 599),
)


def rows(delivered: datetime = NOW) -> Iterator[Base]:
    """The whole shop; deliveries are counted back from `delivered`."""
    for position, (name, kind, variants) in enumerate(_PRODUCTS):
        product_id = f"p-{position}"
        yield ProductRow(product_id=product_id, position=position, name=name, category="home", kind=kind, attributes={})
        for at, (item_id, option, cents, stock) in enumerate(variants):
            yield VariantRow(
                item_id=item_id,
                product_id=product_id,
                position=at,
                options={"style": option},
                price_cents=cents,
                currency="USD",
                available=True,
                stock=stock,
            )
    for position, name in enumerate((ANN, BOB)):
        yield CustomerRow(
            customer_id=name,
            position=position,
            first_name=name.title(),
            last_name="Doe",
            email=f"{name}@example.com",
            email_key=f"{name}@example.com",
            language="en",
            **_address("1 Oak Street"),
        )
        for at, (source, balance) in enumerate((("credit_card", None), ("paypal", None), ("gift_card", 4_000))):
            short = {"credit_card": "card", "gift_card": "gift"}.get(source, source)
            yield PaymentMethodRow(
                customer_id=name,
                payment_method_id=f"{name}_{short}",
                position=at,
                source=source,
                brand="visa" if source == "credit_card" else None,
                last_four="1234" if source == "credit_card" else None,
                balance_cents=balance,
                currency="USD",
            )
    for sequence, order in enumerate(_ORDERS):
        yield from _order(sequence, *order, delivered=delivered)


def _order(
    sequence: int,
    order_id: str,
    owner: CustomerId,
    status: str,
    items: tuple[str, ...],
    method: str,
    days: int | None,
    shipping: int,
    *,
    delivered: datetime,
) -> Iterator[Base]:
    placed = NOW - timedelta(days=(days or 0) + 5)
    yield OrderRow(
        order_id=order_id,
        customer_id=owner,
        sequence=sequence,
        status=status,
        placed_at=placed,
        shipping_cents=shipping,
        cancel_reason="no longer needed" if status == "cancelled" else None,
        **_address("1 Oak Street"),
    )
    for position, item_id in enumerate(items):
        name, option, cents = _OPTIONS[item_id]
        yield OrderItemRow(
            order_id=order_id,
            position=position,
            item_id=item_id,
            product_id=f"p-{[p[0] for p in _PRODUCTS].index(name)}",
            name=name,
            options={"style": option},
            price_cents=cents,
            currency="USD",
        )
    total = sum(_OPTIONS[item][2] for item in items) + shipping
    kinds = ("payment", "refund") if status == "cancelled" else ("payment",)
    for position, kind in enumerate(kinds):
        yield PaymentRow(
            order_id=order_id,
            position=position,
            kind=kind,
            amount_cents=total,
            currency="USD",
            payment_method_id=method,
            at=placed,
        )
    if days is not None:
        yield ShipmentRow(
            order_id=order_id,
            position=0,
            tracking_ids=["123"],
            item_ids=list(items),
            delivered_at=delivered - timedelta(days=days),
        )


def _address(street: str) -> dict[str, str]:
    return {"address1": street, "address2": "", "city": "Portland", "state": "OR", "zip": "97201", "country": "USA"}


def fill(database: Database, kind: str = "sample") -> Database:
    """The little shop in an empty, migrated database."""
    load_shop(database, list(rows()), kind=cast(Any, kind), currency="USD", at=NOW)
    return database


@lru_cache(maxsize=1)
def _template() -> sqlite3.Connection:
    database = Database("sqlite://")
    migrate.upgrade(database)
    fill(database)
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with_raw(database).backup(copy)
    database.close()
    return copy


def with_raw(database: Database) -> sqlite3.Connection:
    """The driver's connection of an in-memory database."""
    connection = database.engine.raw_connection()
    try:
        return cast(sqlite3.Connection, connection.driver_connection)
    finally:
        connection.close()


def memory_shop(database: Database | None = None) -> Database:
    """The little shop in memory; an older one is set back to its beginnings."""
    database = database or Database("sqlite://")
    _template().backup(with_raw(database))
    return database


def file_shop(folder: Path) -> Database:
    """The little shop in a file, for several threads or processes."""
    path = folder / "shop.db"
    with sqlite3.connect(path) as connection:
        _template().backup(connection)
    connection.close()
    return Database(f"sqlite:///{path}")


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The rules of the sample shop."""
    return Policy.load(KNOWLEDGE)


def proposals_over(database: Database, clock: Clock | None = None, step: Step = no_step) -> Proposals:
    """Proposals over a database."""
    return Proposals(database, Changes(database, policy()), clock or FixedClock(NOW), step)
