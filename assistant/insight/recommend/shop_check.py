"""Every customer and every product of a shop asked for suggestions, and every suggestion held against the shop."""

import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from assistant.insight.recommend.baskets import pairs_of, read_baskets
from assistant.insight.recommend.shop import ShopRecommender
from assistant.shop.service import Shop
from assistant.storage.engine import Database
from assistant.tools.suggestions import Constraints, Suggestion


@dataclass(frozen=True)
class ShopFigures:
    """What was found.

    Args:
        asked: customers and products that suggestions were asked for; `empty` of them got none.
        suggestions: in all; `out_of_stock`, `owned` (the customer has it already) and `untrue` (the orders don't say
            what the reason says) must be 0. `reasons`: how many of which kind.
        p95_ms: of one list, after the first.
    """

    asked: int
    empty: int
    suggestions: int
    out_of_stock: int
    owned: int
    untrue: int
    reasons: dict[str, int]
    p50_ms: float
    p95_ms: float


def check_shop(recommender: ShopRecommender, shop: Shop, database: Database) -> ShopFigures:
    """Ask for every customer, and for what goes with every product; counted anew from the orders."""
    baskets = read_baskets(database)
    orders = pairs_of(basket.products for basket in baskets)
    owned: dict[str, set[str]] = {}
    for basket in baskets:
        owned.setdefault(basket.customer, set()).update(basket.products)
    customers = pairs_of(frozenset(products) for products in owned.values())
    titles = {product.name: str(product.product_id) for product in shop.products()}
    recommender.model()
    lists: list[tuple[str, tuple[Suggestion, ...]]] = []
    times: list[float] = []
    everybody = [(customer.customer_id, Constraints()) for customer in shop.customers(1_000_000)]
    everything = [(None, Constraints(goes_with=product.product_id)) for product in shop.products()]
    for customer, constraints in (*everybody, *everything):
        started = time.perf_counter()
        found = recommender.recommend(customer, (), "", constraints)
        times.append((time.perf_counter() - started) * 1000)
        lists.append((customer or "", found))
    every = [(customer, suggestion) for customer, found in lists for suggestion in found]

    def true(suggestion: Suggestion) -> bool:
        reason, name = suggestion.reason, str(suggestion.product.product_id)
        pairs = {"bought_with": orders, "bought_by_same": customers}.get(reason.kind)
        if pairs is not None:
            return reason.count == pairs.count(titles[reason.of], name)
        return reason.kind != "popular" or reason.count == orders.single[name]

    def sold_out(suggestion: Suggestion) -> bool:
        now = {variant.item_id: variant for variant in shop.product(suggestion.product.product_id).variants}
        shown = suggestion.product.variants
        return not shown or any(not now[v.item_id].available or now[v.item_id].stock == 0 for v in shown)

    p50, p95 = np.percentile(times, [50, 95]) if times else (0.0, 0.0)
    return ShopFigures(
        asked=len(lists),
        empty=sum(not found for _, found in lists),
        suggestions=len(every),
        out_of_stock=sum(sold_out(suggestion) for _, suggestion in every),
        owned=sum(str(s.product.product_id) in owned.get(customer, ()) for customer, s in every),
        untrue=sum(not true(suggestion) for _, suggestion in every),
        reasons=dict(Counter(suggestion.reason.kind for _, suggestion in every).most_common()),
        p50_ms=round(float(p50), 2),
        p95_ms=round(float(p95), 2),
    )
