"""What was bought together: counts over the shop's orders, and what of them is more than chance.

A pair counts as bought together only where enough orders held both, and clearly more than the two products' own
frequencies explain (by 1.64 standard deviations of a Poisson count, one-sided 5 %); else a bestseller would go with
everything.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from sqlalchemy import func, select

from assistant.shop.records import OrderStatus
from assistant.storage.engine import Database
from assistant.storage.shop_tables import OrderItemRow, OrderRow

LEAST_TOGETHER = 3
"""Orders, or customers, that must have both before it is told: fewer are chance, and could show whose they were."""
_CLEARLY = 1.64


@dataclass(frozen=True)
class Basket:
    """The products of one order, each once. `at` is seconds since 1970, or 0 where the shop doesn't tell."""

    customer: str
    products: frozenset[str]
    at: float = 0.0


@dataclass(frozen=True)
class Pairs:
    """How often things were had, and had together, by orders or by customers."""

    total: int
    single: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, one: str, other: str) -> int:
        """How many had both."""
        return self.together[_key(one, other)]

    def lift(self, one: str, other: str) -> float:
        """How many times more often than chance both are had together."""
        chance = self.single[one] * self.single[other]
        return self.count(one, other) * self.total / chance if chance else 0.0

    def linked(self, one: str, other: str) -> bool:
        """Whether enough had both, and more than chance explains."""
        return self.count(one, other) >= LEAST_TOGETHER and self.strength(one, other) >= _CLEARLY

    def strength(self, one: str, other: str) -> float:
        """By how many standard deviations both are had together more often than chance."""
        expected = self.single[one] * self.single[other] / max(self.total, 1)
        return float((self.count(one, other) - expected) / expected**0.5) if expected > 0 else 0.0


def pairs_of(groups: Iterable[frozenset[str]]) -> Pairs:
    """Counts over groups of products."""
    single: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    total = 0
    for group in groups:
        total += 1
        single.update(group)
        together.update(_key(one, other) for one, other in combinations(sorted(group), 2))
    return Pairs(total, single, together)


def read_baskets(database: Database) -> list[Basket]:
    """Every order that wasn't cancelled, the oldest first."""
    query = (
        select(OrderRow.order_id, OrderRow.customer_id, OrderRow.placed_at, OrderItemRow.product_id)
        .join(OrderItemRow, OrderItemRow.order_id == OrderRow.order_id)
        .where(OrderRow.status != OrderStatus.CANCELLED.value)
        .order_by(OrderRow.sequence, OrderItemRow.position)
    )
    found: dict[str, tuple[str, float, set[str]]] = {}
    with database.read() as session:
        for order, customer, placed, product in session.execute(query):
            at = placed.timestamp() if placed else 0.0
            found.setdefault(order, (customer, at, set()))[2].add(product)
    baskets = [Basket(customer, frozenset(products), at) for customer, at, products in found.values()]
    return sorted(baskets, key=lambda basket: basket.at)


def version_of(database: Database) -> tuple[object, ...]:
    """What changes when orders come or go."""
    with database.read() as session:
        count, newest = session.execute(select(func.count(), func.max(OrderRow.placed_at)).select_from(OrderRow)).one()
        cancelled = session.scalar(
            select(func.count()).select_from(OrderRow).where(OrderRow.status == OrderStatus.CANCELLED.value)
        )
        return count, newest, cancelled


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)
