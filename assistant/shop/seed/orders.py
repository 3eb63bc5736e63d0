"""Orders of the sample shop, as rows."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.shop.seed.catalogue import SeedProduct
from assistant.shop.seed.people import SeedCustomer, people_data
from assistant.shop.seed.timeline import timeline
from assistant.storage.base import Base
from assistant.storage.shop_tables import (
    OrderItemRow,
    OrderRequestRow,
    OrderRow,
    PaymentMethodRow,
    PaymentRow,
    VariantRow,
)

_FREE_SHIPPING_CENTS = 5_000


@dataclass(frozen=True)
class OrderPlan:
    """What an order is to be; `new_variant` is what an exchange asks for."""

    order_id: str
    customer: SeedCustomer
    placed_at: datetime
    stage: str
    items: tuple[tuple[SeedProduct, VariantRow], ...]
    method: PaymentMethodRow
    note: str | None = None
    split: bool = False
    new_variant: VariantRow | None = None


def random_plan(
    random_: random.Random,
    order_id: str,
    customer: SeedCustomer,
    products: list[SeedProduct],
    weights: list[float],
    today: date,
) -> OrderPlan:
    """An order of some age, in a stage that fits its age."""
    age = _age(random_)
    day = today - timedelta(days=age)
    placed_at = datetime.combine(day, time(random_.randint(0, 23), random_.randint(0, 59)), UTC)
    if age == 0:
        placed_at = datetime.combine(day - timedelta(days=1), time(random_.randint(12, 23), 30), UTC)
    count = random_.choices((1, 2, 3, 4), (55, 27, 12, 6))[0]
    chosen = {product.row.product_id: product for product in random_.choices(products, weights, k=count)}
    items = tuple((product, random_.choice(product.variants)) for product in chosen.values())
    stage = _stage(random_, age)
    new_variant = None
    if stage == "exchange requested":
        product, variant = items[0]
        others = [v for v in product.variants if v.stock and v.item_id != variant.item_id]
        new_variant = random_.choice(others) if others else None
        stage = stage if new_variant else "delivered"
    ways = [method for method in customer.methods if method.source != "gift_card"]
    notes = people_data()["notes"][customer.row.language]
    return OrderPlan(
        order_id=order_id,
        customer=customer,
        placed_at=placed_at,
        stage=stage,
        items=items,
        method=random_.choice(ways),
        note=random_.choice(notes) if random_.random() < 0.12 else None,
        split=len(items) > 2 and random_.random() < 0.4,
        new_variant=new_variant,
    )


def order_rows(random_: random.Random, plan: OrderPlan, sequence: int, today: date) -> Iterator[Base]:
    """All rows of an order."""
    customer = plan.customer.row
    currency = plan.method.currency
    item_ids = [variant.item_id for _, variant in plan.items]
    two = (plan.split or plan.stage == "partly delivered") and len(item_ids) > 1
    story = timeline(
        random_,
        order_id=plan.order_id,
        placed_at=plan.placed_at,
        stage=plan.stage,
        parcels=[item_ids[1:], item_ids[:1]] if two else [item_ids],
        place=plan.customer.place,
        city=customer.city,
        today=today,
    )
    goods = sum(variant.price_cents for _, variant in plan.items)
    shipping = 0 if goods >= _FREE_SHIPPING_CENTS else int(plan.customer.place.data["shipping_cents"])
    cancelled = story.status == "cancelled"
    yield OrderRow(
        order_id=plan.order_id,
        customer_id=customer.customer_id,
        sequence=sequence,
        status=story.status,
        placed_at=plan.placed_at,
        address1=customer.address1,
        address2=customer.address2,
        city=customer.city,
        state=customer.state,
        zip=customer.zip,
        country=customer.country,
        shipping_cents=shipping,
        cancel_reason=random_.choice(people_data()["cancel_reasons"]) if cancelled else None,
        note=plan.note,
    )
    for position, (product, variant) in enumerate(plan.items):
        yield OrderItemRow(
            order_id=plan.order_id,
            position=position,
            item_id=variant.item_id,
            product_id=variant.product_id,
            name=product.row.name,
            name_zh=product.row.name_zh,
            options=variant.options,
            price_cents=variant.price_cents,
            currency=currency,
        )
    for shipment, events in story.shipments:
        yield shipment
        yield from events
    yield _payment(plan, 0, "payment", goods + shipping, plan.placed_at)
    latest = datetime.combine(today, time(0, 30), UTC)
    if cancelled:
        at = min(plan.placed_at + timedelta(hours=random_.uniform(0.5, 10)), latest)
        yield _payment(plan, 1, "refund", goods + shipping, max(at, plan.placed_at))
    if story.delivered_at is None:
        return
    asked_at = min(story.delivered_at + timedelta(days=random_.uniform(0.5, 9)), latest)
    asked_at = max(asked_at, story.delivered_at)
    if plan.stage in ("return requested", "returned"):
        yield _request(plan, "return", asked_at)
    if plan.stage == "returned":
        back = min(asked_at + timedelta(days=random_.uniform(6, 12)), latest)
        yield _payment(plan, 1, "refund", plan.items[0][1].price_cents, back)
    if plan.stage == "exchange requested":
        yield _request(plan, "exchange", asked_at)


def _payment(plan: OrderPlan, position: int, kind: str, cents: int, at: datetime) -> PaymentRow:
    return PaymentRow(
        order_id=plan.order_id,
        position=position,
        kind=kind,
        amount_cents=cents,
        currency=plan.method.currency,
        payment_method_id=plan.method.payment_method_id,
        at=at.replace(microsecond=0),
    )


def _request(plan: OrderPlan, kind: str, at: datetime) -> OrderRequestRow:
    old, new = plan.items[0][1], plan.new_variant
    return OrderRequestRow(
        order_id=plan.order_id,
        kind=kind,
        item_ids=[old.item_id],
        new_item_ids=[new.item_id] if new else [],
        payment_method_id=plan.method.payment_method_id,
        price_difference_cents=new.price_cents - old.price_cents if new else None,
        currency=plan.method.currency,
        at=at.replace(microsecond=0),
    )


def _age(random_: random.Random) -> int:
    draw = random_.random()
    if draw < 0.22:
        return random_.randint(0, 9)
    return random_.randint(10, 60) if draw < 0.55 else random_.randint(61, 400)


def _stage(random_: random.Random, age: int) -> str:
    draw = random_.random()
    if draw < 0.07:
        return "cancelled"
    if age <= 1:
        return "pending (item modified)" if draw > 0.94 else "pending"
    if age <= 8:
        if age <= 3 and draw < 0.35:
            return "pending"
        if age >= 4 and draw > 0.55:
            return "delivered" if age >= 6 else "out for delivery"
        return "delayed" if draw > 0.49 and age >= 5 else "attempt failed" if draw > 0.45 and age >= 5 else "in transit"
    if age <= 40:
        if draw < 0.13:
            return "return requested"
        return "exchange requested" if draw < 0.17 else "delivered"
    return "returned" if draw < 0.13 else "delivered"
