"""The sample shop: the same from the same seed, whole, and plausible on its day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.ids import CustomerId
from assistant.shop.loading import load_shop
from assistant.shop.records import Money, OrderStatus, TrackingStatus
from assistant.shop.seed.generator import demo_customers, sample_shop
from assistant.shop.service import Shop
from assistant.shop.vocabulary import vocabulary
from assistant.storage.base import Base
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow, OrderRow, TrackingEventRow
from tests.shop.conftest import NOW, TODAY


def _plain(rows: list[Base]) -> list[tuple[object, ...]]:
    return [(type(row).__name__, *(getattr(row, c.key) for c in inspect(type(row)).column_attrs)) for row in rows]


def _rows(seed: int = 7, today: date = TODAY) -> list[Base]:
    return list(sample_shop(customers=30, orders=150, seed=seed, today=today, currency="USD"))


def test_the_same_seed_and_day_make_the_same_shop() -> None:
    assert _plain(_rows()) == _plain(_rows())
    assert _plain(_rows()) != _plain(_rows(seed=8))


def test_a_later_day_moves_the_orders_with_it() -> None:
    before, after = _rows(), _rows(today=TODAY + timedelta(days=7))

    def newest(rows: list[Base]) -> datetime:
        return max(row.placed_at for row in rows if isinstance(row, OrderRow) and row.placed_at)

    assert newest(after) - newest(before) == timedelta(days=7)


def test_it_has_as_many_customers_and_orders_as_asked(shop: Shop) -> None:
    info = shop.info()

    assert (info.kind, info.customers, info.orders, info.seed, info.today) == ("sample", 60, 400, 7, TODAY)
    assert info.products >= 60


def test_products_have_texts_in_both_languages_and_enough_kinds(shop: Shop) -> None:
    products = shop.products()

    assert len({product.category for product in products}) >= 12
    assert all(product.name_zh and product.description_zh and product.description for product in products)
    assert all(product.kind and product.attributes and product.rating for product in products)
    item_ids = [variant.item_id for product in products for variant in product.variants]
    assert len(item_ids) == len(set(item_ids)) >= 250


def test_options_and_attributes_can_be_said_in_chinese(shop: Shop) -> None:
    words = vocabulary()
    options = {pair for p in shop.products() for v in p.variants for pair in v.options.items()}
    names = {name for p in shop.products() for name in p.attributes} | {name for name, _ in options}

    assert sorted(name for name in names if words.name(name, "zh") == name) == []
    colours = {value for name, value in options if name in ("color", "finish", "switch", "firmness", "season")}
    assert sorted(value for value in colours if words.value(value, "zh") == value) == []


def test_there_are_orders_in_every_state_and_parcels_in_every_trouble() -> None:
    rows = list(sample_shop(customers=500, orders=5000, seed=7, today=TODAY, currency="USD"))

    assert {row.status for row in rows if isinstance(row, OrderRow)} == set(OrderStatus)
    assert {row.status for row in rows if isinstance(row, TrackingEventRow)} == set(TrackingStatus)
    countries = Counter(row.country for row in rows if isinstance(row, CustomerRow))
    assert min(countries[c] for c in ("USA", "United Kingdom", "China")) > 50


def test_no_scan_comes_from_the_future_and_parcels_move_forward(shop: Shop) -> None:
    latest = datetime(TODAY.year, TODAY.month, TODAY.day, 1, tzinfo=UTC)
    for customer in shop.customers(60):
        for order in shop.orders(customer.customer_id):
            assert order.placed_at is not None
            assert order.placed_at <= latest
            for shipment in order.shipments:
                moments = [event.at for event in shipment.events]
                assert moments == sorted(moments)
                assert order.placed_at <= moments[0]
                assert moments[-1] <= latest
                assert (shipment.delivered_at is not None) == (shipment.events[-1].status == "delivered")


def test_money_adds_up_in_every_order(shop: Shop) -> None:
    for customer in shop.customers(60):
        for order in shop.orders(customer.customer_id):
            paid = sum((p.amount for p in order.payments if p.kind == "payment"), Money(cents=0))
            back = sum((p.amount for p in order.payments if p.kind == "refund"), Money(cents=0))
            assert paid == order.total
            assert back.cents <= paid.cents
            if order.status is OrderStatus.CANCELLED:
                assert back == paid
                assert order.cancel_reason in ("no longer needed", "ordered by mistake")
            assert (order.request is not None) == (
                order.status in (OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED, OrderStatus.RETURNED)
            )


def test_the_demo_customers_are_in_the_situations_that_are_written_down(shop: Shop) -> None:
    assert [c.email for c in shop.customers(10)] == [entry["customer"]["email"] for entry in demo_customers()]
    for entry in demo_customers():
        orders = shop.orders(CustomerId(entry["customer"]["id"]))
        assert {order.order_id for order in orders} == {order["number"] for order in entry["orders"]}


@pytest.mark.parametrize(
    ("email", "language", "last_scan"),
    [
        ("mia.chen@example.com", "zh", TrackingStatus.OUT_FOR_DELIVERY),
        ("james.porter@example.com", "en", TrackingStatus.IN_TRANSIT),
        ("oliver.hughes@example.com", "en", TrackingStatus.DELAYED),
        ("li.wei@example.com", "zh", TrackingStatus.ATTEMPT_FAILED),
        ("grace.kim@example.com", "en", TrackingStatus.IN_TRANSIT),
    ],
)
def test_a_demo_customers_parcel_is_where_it_should_be(
    shop: Shop, email: str, language: str, last_scan: TrackingStatus
) -> None:
    customer = shop.customer_by_email(email)
    assert customer is not None
    parcels = [s for o in shop.open_parcels(customer.customer_id) for s in o.shipments if s.delivered_at is None]

    assert customer.language == language
    assert [parcel.events[-1].status for parcel in parcels] == [last_scan]
    assert parcels[0].expected_on is not None
    assert parcels[0].expected_on >= TODAY


def test_seeding_a_second_time_changes_nothing_unless_asked_to_replace(empty: Database, clock: FixedClock) -> None:
    shop = Shop(empty, clock)
    load_shop(empty, _rows(), kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    with pytest.raises(OperatorError, match="--replace"):
        load_shop(empty, _rows(seed=8), kind="sample", currency="USD", at=NOW, seed=8, today=TODAY)
    assert shop.info().seed == 7
    stock = {v.item_id: v.stock for p in shop.products() for v in p.variants}

    load_shop(empty, _rows(seed=8), kind="sample", currency="USD", at=NOW, seed=8, today=TODAY, replace=True)

    assert shop.info().seed == 8
    assert {v.item_id: v.stock for p in shop.products() for v in p.variants} != stock


def test_a_shop_that_fails_halfway_leaves_the_old_one_as_it_was(empty: Database, clock: FixedClock) -> None:
    load_shop(empty, _rows(), kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    broken = [*_rows(seed=8), OrderRow(order_id="#W1", customer_id="nobody", sequence=0, status="pending")]
    with pytest.raises(IntegrityError):
        load_shop(empty, broken, kind="sample", currency="USD", at=NOW, seed=8, today=TODAY, replace=True)

    assert Shop(empty, clock).info().seed == 7
    with empty.read() as session:
        assert len(session.scalars(select(OrderRow.order_id)).all()) == 150
