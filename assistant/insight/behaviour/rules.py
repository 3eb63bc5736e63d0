"""Association rules: what is bought with what, from the baskets of orders (Agrawal and Srikant 1994).

Told are rules from one or two products to one, that hold in enough orders, more often than chance (lift above 1), and
clearly so. They are the same co-purchases that "what goes with this?" is answered from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST = 3


@dataclass(frozen=True)
class Rule:
    """Who buys `given` often buys `then`.

    Args:
        given: products bought.
        then: the product bought with them.
        orders: how many orders hold all of them.
        confidence: share of the orders with `given` that hold `then`, too.
        lift: how many times more often than chance.
    """

    given: tuple[str, ...]
    then: str
    orders: int
    confidence: float
    lift: float


def bought_with(
    baskets: Iterable[frozenset[str]],
    *,
    least_orders: int = 3,
    least_confidence: float = 0.02,
    least_lift: float = 1.2,
    product: str = "",
) -> list[Rule]:
    """Rules, the strongest first.

    Args:
        baskets: the products of each order.
        least_orders: how many orders must hold all products of a rule.
        least_confidence: see `Rule`.
        least_lift: see `Rule`.
        product: only rules of what goes with it; empty for all.
    """
    transactions = [tuple(sorted(basket)) for basket in baskets if basket]
    if not transactions:
        return []
    from efficient_apriori import apriori

    support = max(least_orders, 1) / len(transactions)
    _, found = apriori(transactions, min_support=support - 1e-12, min_confidence=least_confidence, max_length=_LONGEST)
    rules = [
        Rule(tuple(rule.lhs), rule.rhs[0], rule.count_full, round(rule.confidence, 4), round(rule.lift, 3))
        for rule in found
        if len(rule.rhs) == 1 and rule.lift >= least_lift and (not product or product in rule.lhs)
    ]
    return sorted(rules, key=lambda rule: (-rule.lift * rule.orders**0.5, rule.given, rule.then))


def goes_with(rules: Sequence[Rule], product: str) -> list[Rule]:
    """The rules that begin with this product alone."""
    return [rule for rule in rules if rule.given == (product,)]
