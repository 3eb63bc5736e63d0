"""The version of a product that a customer has: "are my headphones wired?" is about theirs, not about all there are."""

import re

from assistant.conversation.slots.case import Case
from assistant.conversation.turn import Served
from assistant.shop.records import OrderStatus
from assistant.tools.results import ProductResult, StockResult, VariantList

_THEIRS = re.compile(
    r"\b(?:my|i (?:bought|ordered|have|got)|did i (?:buy|order|get))\b|我的|我那|我买|我订", re.IGNORECASE
)


def own_piece(case: Case, served: Served) -> Served | None:
    """Which version is in which order of theirs; None where words don't speak of theirs, or it isn't one piece."""
    found = [
        outcome.result.product
        for outcome in served.outcomes
        if isinstance(outcome.result, ProductResult | StockResult | VariantList)
    ]
    if len(found) != 1 or not _THEIRS.search(case.words):
        return None
    own = [
        (order, item)
        for order in case.orders
        if order.status is not OrderStatus.CANCELLED
        for item in order.items
        if item.product_id == found[0].product_id
    ]
    if len(own) != 1:
        return None
    order, item = own[0]
    case.turn.state.last_order = str(order.order_id)
    said: dict[str, object] = {
        "item": case.views.piece(item),
        "order_id": order.order_id,
        "status": case.texts.word("order_status", order.status),
    }
    return Served(served.intent, reply=("own_piece", said))
