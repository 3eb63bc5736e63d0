"""What a READ tool is asked, or what must be asked first."""

from dataclasses import dataclass
from typing import Any

from assistant.shop.records import Order


@dataclass(frozen=True)
class Filled:
    """Arguments of a tool, or the question that comes first.

    Args:
        arguments: complete arguments; None when something must be asked.
        choose_from: the orders among which the customer must choose.
        ask_product: whether the product must be asked for.
    """

    arguments: dict[str, Any] | None
    choose_from: tuple[Order, ...] = ()
    ask_product: bool = False
