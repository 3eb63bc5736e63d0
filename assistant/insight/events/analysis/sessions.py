"""Sessions: what a visitor does without 30 minutes of silence."""

from typing import TYPE_CHECKING

from assistant.insight.events.analysis.whole import whole

if TYPE_CHECKING:
    import ibis.expr.types as ir


def sessions(clean: "ir.Table") -> "ir.Table":
    """One row per session of clean, numbered events.

    Returns:
        `visitor`, `nth` (from 1), `customer`, `started`, `ended`, counts (`events`, `views`, `searches`, `cart_adds`,
        `orders`, `order_lines`, `items`, `return_pages`, `messages`, `handoffs`, `chinese`, `worded`), `money_cents`.
    """
    is_ = {kind: clean.kind == kind for kind in _COUNTED}
    ordered = clean.kind == "order"
    money = (clean.price_cents * clean.quantity.fill_null(1)).fill_null(0)
    counts = {name: clean.count(where=is_[kind]) for kind, name in _COUNTED.items()}
    return clean.group_by("visitor", "nth").aggregate(
        customer=clean.customer.max(),
        started=clean.at.min(),
        ended=clean.at.max(),
        events=clean.count(),
        **counts,
        orders=clean.order.nunique(where=ordered),
        items=clean.item.nunique(),
        money_cents=whole(money.sum(where=ordered).fill_null(0)),
        worded=clean.language.count(),
        chinese=clean.count(where=clean.language == "zh"),
    )


_COUNTED = {
    "view": "views",
    "search": "searches",
    "cart_add": "cart_adds",
    "order": "order_lines",
    "return_page": "return_pages",
    "message": "messages",
    "handoff": "handoffs",
}
