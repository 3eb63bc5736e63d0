"""Which of a customer's own orders a number that was heard or seen can mean."""

import re
from collections.abc import Iterable
from datetime import timedelta

from assistant.conversation.heard.attached import ReadValues
from assistant.shop.records import Order
from assistant.shop.typos import edit_distance

_LONG = 6
_DAY = timedelta(days=1)


def orders_like(read: str, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders whose number is nearest to one that was read: all at the same smallest distance.

    One wrong, missing or added digit is allowed, two in numbers of six digits or more.

    Args:
        read: the number as it was read.
        orders: of the customer; no other is ever looked at.
    """
    digits = re.sub(r"\D", "", read)
    most = 2 if len(digits) >= _LONG else 1
    found = [(edit_distance(digits, re.sub(r"\D", "", order.order_id), most), order) for order in orders]
    best = min((distance for distance, _ in found), default=most + 1)
    return tuple(order for distance, order in found if distance == best) if best <= most else ()


def orders_with(values: ReadValues, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders that a document without a legible number fits best: by its total, its day and its items."""
    scored = [(_fit(values, order), order) for order in orders]
    best = max((score for score, _ in scored), default=0)
    return tuple(order for score, order in scored if score == best) if best > 0 else ()


def _fit(values: ReadValues, order: Order) -> int:
    amounts = {order.total.cents, *(item.price.cents for item in order.items if len(order.items) == 1)}
    items = {str(item.item_id) for item in order.items}
    days = [order.placed_at.date()] if order.placed_at else []
    same_day = any(abs(day - read) <= _DAY for day in days for read in values.dates)
    return 2 * bool(amounts & set(values.amounts)) + 2 * bool(items & set(values.items)) + same_day
