"""The time whose orders a customer asks for: "what did I buy in October", "上个月花了多少钱"."""

import re
from datetime import date
from typing import NamedTuple

from assistant.shop.records import Order
from assistant.shop.time_words import time_wish

_ORDERING = re.compile(
    r"\b(?:order(?:ed|s|ing)?|b(?:uy|ought)|purchas\w+|spen[dt]|paid|placed|shopp\w+)\b|买|下[了过的]?单|订单|花|消费|购|拍",
    re.I,
)
_ARRIVING = re.compile(r"\b(?:arriv\w+|deliver\w+|receiv\w+|came|return\w*|refund\w*)\b|送|到货|签收|收到|退", re.I)


class Period(NamedTuple):
    """Days, both included."""

    first: date
    last: date

    def arguments(self) -> dict[str, str]:
        """As arguments of `list_orders`."""
        return {"placed_from": self.first.isoformat(), "placed_until": self.last.isoformat()}

    def holds(self, order: Order) -> bool:
        """Whether the order was placed in it."""
        return order.placed_at is not None and self.first <= order.placed_at.date() <= self.last


def ordering_period(words: str, today: date, *, of_orders: bool = False) -> Period | None:
    """The time in which the orders were placed that are asked for; None where none is told, or it is another one.

    Args:
        words: the request.
        today: what "last month" is counted from.
        of_orders: whether it is known to be about orders ("and in May?").
    """
    wish = time_wish(words, today)
    if wish.first is None or _ARRIVING.search(wish.rest) or not (of_orders or _ORDERING.search(wish.rest)):
        return None
    return Period(wish.first, wish.last or today)
