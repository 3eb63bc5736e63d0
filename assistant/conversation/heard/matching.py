"""Which of a customer's own orders a number that was heard or seen can mean."""

import re
from collections.abc import Iterable
from datetime import timedelta

from assistant.conversation.heard.attached import ReadValues
from assistant.shop.records import Order

_LONG = 6
_MOST, _MOST_SHORT = 2.0, 1.0
_FAR = 3.0
_CLEARLY = 1.5
_PART = 3
_SOUND = 0.5
_SOUNDS_ALIKE = frozenset({"59", "95", "19", "91", "04", "40", "23", "32", "68", "86"})
"""Digits that ears and machines take for one another: five and nine, one and nine, oh and four, 二 and 三, ..."""
_DAY = timedelta(days=1)


def orders_like(read: str, orders: Iterable[Order]) -> tuple[Order, ...]:
    """Orders whose number is nearest to one that was read, with those hardly further away.

    One wrong, missing or added digit is allowed, two in numbers of six digits or more, three where one order is clearly
    the nearest; a digit that sounds like the right one, or a repeated one that was heard once, counts half. The last
    three digits or more are enough where they are an order's.

    Args:
        read: the number as it was read.
        orders: of the customer; no other is ever looked at.
    """
    digits = re.sub(r"\D", "", read)
    known = [(re.sub(r"\D", "", order.order_id), order) for order in orders]
    if len(digits) >= _PART and (ending := [order for own, order in known if own.endswith(digits)]):
        return tuple(ending)
    found = sorted(((_distance(digits, own), own, order) for own, order in known), key=lambda one: one[:2])
    if not found:
        return ()
    best, second = found[0][0], found[1][0] if len(found) > 1 else _FAR + _CLEARLY
    most = _MOST_SHORT if len(digits) < _LONG else _FAR if second - best >= _CLEARLY else _MOST
    near = best + _SOUND if best else best
    return tuple(order for distance, _, order in found if distance <= near) if best <= most else ()


def _distance(one: str, other: str) -> float:
    """Digits that must be changed, added or left out, those that are easily misheard for half."""
    row = [_added(other, end) for end in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], _added(one, i)
        for j, b in enumerate(other, 1):
            changed = before + (0.0 if a == b else _SOUND if a + b in _SOUNDS_ALIKE else 1.0)
            before = row[j]
            row[j] = min(row[j] + _one_more(one, i), row[j - 1] + _one_more(other, j), changed)
    return row[-1]


def _added(digits: str, end: int) -> float:
    return sum(_one_more(digits, place) for place in range(1, end + 1))


def _one_more(digits: str, place: int) -> float:
    """What it costs that a digit, counted from 1, is on one side only: half where it repeats the one before."""
    return _SOUND if place > 1 and digits[place - 1] == digits[place - 2] else 1.0


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
