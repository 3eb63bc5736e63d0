"""The sample shop: everything follows from the numbers, the seed and the day."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.shop.seed import catalogue
from assistant.shop.seed.catalogue import SeedProduct
from assistant.shop.seed.orders import OrderPlan, order_rows, random_plan
from assistant.shop.seed.people import SeedCustomer, customer_of, places, random_customer
from assistant.storage.base import Base

_LEAST_CUSTOMERS = 10


def sample_shop(*, customers: int, orders: int, seed: int, today: date, currency: str) -> Iterator[Base]:
    """All rows of a sample shop; the same arguments give the same rows.

    Args:
        customers: how many, the demo customers among them; at least ten.
        orders: how many, beside those of the demo customers at least none.
        seed: of the random numbers.
        today: the day on which the shop is looked at; moments are counted back from it.
        currency: ISO 4217 code of all prices.
    """
    random_ = random.Random(seed)
    products = catalogue.sample_products(random_, currency)
    now = datetime.combine(today, time(), UTC)
    people, plans = _demo(random_, {p.row.name: p for p in products}, now, currency)
    taken = {customer.row.email for customer in people}
    while len(people) < max(customers, _LEAST_CUSTOMERS):
        people.append(random_customer(random_, len(people), taken, now, currency))
    plans += _random_plans(random_, people[_LEAST_CUSTOMERS:], products, max(0, orders - len(plans)), today)
    plans.sort(key=lambda plan: (plan.placed_at, plan.order_id))
    yield from catalogue.rows(products)
    for customer in people:
        yield customer.row
        yield from customer.methods
    for sequence, plan in enumerate(plans):
        yield from order_rows(random_, plan, sequence, today)


@lru_cache(maxsize=1)
def demo_customers() -> tuple[dict[str, Any], ...]:
    """What `demo.yaml` says of the first ten customers."""
    import yaml

    return tuple(yaml.safe_load(Path(__file__).with_name("demo.yaml").read_text(encoding="utf-8")))


def _random_plans(
    random_: random.Random, people: list[SeedCustomer], products: list[SeedProduct], count: int, today: date
) -> list[OrderPlan]:
    if not people:
        return []
    buyers = random_.choices(people, [random_.paretovariate(1.6) for _ in people], k=count)
    weights = [product.popularity for product in products]
    numbers = random_.sample(range(2_000_000, 10_000_000), count)
    return [
        random_plan(random_, f"#W{number}", buyer, products, weights, today)
        for number, buyer in zip(numbers, buyers, strict=True)
    ]


def _demo(
    random_: random.Random, products: dict[str, SeedProduct], now: datetime, currency: str
) -> tuple[list[SeedCustomer], list[OrderPlan]]:
    people: list[SeedCustomer] = []
    plans: list[OrderPlan] = []
    for position, entry in enumerate(demo_customers()):
        identity, gift = entry["customer"], entry.get("gift_card")
        customer = customer_of(
            random_,
            identity,
            places()[identity["place"]],
            position,
            gift_cents=None if gift is None else round(gift * 100),
            now=now,
            currency=currency,
        )
        people.append(customer)
        plans += [_demo_plan(order, customer, products, now) for order in entry["orders"]]
    return people, plans


def _demo_plan(
    order: dict[str, Any], customer: SeedCustomer, products: dict[str, SeedProduct], now: datetime
) -> OrderPlan:
    chosen = [products[item["product"]] for item in order["items"]]
    items = tuple((p, p.variant(item["options"])) for p, item in zip(chosen, order["items"], strict=True))
    new_variant = chosen[0].variant(order["new_options"]) if "new_options" in order else None
    return OrderPlan(
        order_id=order["number"],
        customer=customer,
        placed_at=_placed(order, now),
        stage=order["stage"],
        items=items,
        method=next(method for method in customer.methods if method.source != "gift_card"),
        note=order.get("note"),
        new_variant=new_variant,
    )


def _placed(order: dict[str, Any], now: datetime) -> datetime:
    """`age` days ago at noon, or on day `last_month` of the month before this one."""
    if "last_month" in order:
        before = now.replace(day=1) - timedelta(days=1)
        return before.replace(day=order["last_month"], hour=12)
    if order["age"] == 0:
        return now - timedelta(hours=2)
    return now - timedelta(days=order["age"]) + timedelta(hours=12)
