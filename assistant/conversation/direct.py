"""The direct path: an intent that names a READ tool is served without a model call.

Each tool has one function that fills its arguments from slots, the conversation and the customer's own
orders; it returns the arguments, or what must be asked first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.clock import Clock
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent
from assistant.shop.records import Order
from assistant.shop.service import Shop

_OFFERED = 5


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


class DirectArguments:
    """Fills the arguments of READ tools in code.

    Args:
        shop: knows the customer's orders.
        clock: for "last month".
    """

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self._shop = shop
        self._clock = clock
        self._fillers: dict[str, Callable[[RoutedIntent, Turn], Filled]] = {
            "track_shipment": self._optional_order,
            "refund_status": self._optional_order,
            "get_order_details": self._one_order,
            "list_orders": _nothing,
            "get_user_details": _nothing,
            "list_all_product_types": _nothing,
            "search_products": self._search,
            "get_product_details": self._product,
            "check_stock": self._product,
            "search_knowledge": _question,
        }

    def fill(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments for `tool`, or None when only an agent can fill them."""
        filler = self._fillers.get(tool)
        return filler(intent, turn) if filler else None

    def _order_named(self, intent: RoutedIntent, turn: Turn) -> str | None:
        named = intent.slot("order_id")
        if named is not None:
            return named
        follows_up = turn.state.last_order and turn.decision is not None and not turn.is_new
        return turn.state.last_order if follows_up and _refers_back(intent.words) else None

    def _optional_order(self, intent: RoutedIntent, turn: Turn) -> Filled:
        named = self._order_named(intent, turn)
        if named:
            return Filled({"order_id": named})
        matching = self._matching(intent, turn)
        return Filled({"order_id": matching[0].order_id} if len(matching) == 1 else {})

    def _one_order(self, intent: RoutedIntent, turn: Turn) -> Filled:
        named = self._order_named(intent, turn)
        if named:
            return Filled({"order_id": named})
        if turn.customer is None:
            return Filled(None)
        orders = self._matching(intent, turn) or self._shop.orders(turn.customer.customer_id)
        if len(orders) == 1:
            return Filled({"order_id": orders[0].order_id})
        return Filled(None, choose_from=tuple(orders[:_OFFERED]))

    def _matching(self, intent: RoutedIntent, turn: Turn) -> tuple[Order, ...]:
        if turn.customer is None:
            return ()
        return tuple(self._shop.orders_matching(turn.customer.customer_id, intent.words, self._clock.now()))

    def _search(self, intent: RoutedIntent, turn: Turn) -> Filled:
        arguments: dict[str, Any] = {"query": intent.slot("product") or intent.words}
        if limit := intent.slot("max_price"):
            arguments["max_price"] = limit
        return Filled(arguments)

    def _product(self, intent: RoutedIntent, turn: Turn) -> Filled:
        product = intent.slot("product") or turn.state.last_product
        if product:
            return Filled({"product": product})
        if self._shop.search_products(intent.words, turn.language, limit=1):
            return Filled({"product": intent.words})
        return Filled(None, ask_product=True)


def _nothing(_intent: RoutedIntent, _turn: Turn) -> Filled:
    return Filled({})


def _question(intent: RoutedIntent, _turn: Turn) -> Filled:
    return Filled({"query": intent.words})


def _refers_back(words: str) -> bool:
    lowered = f" {words.lower()} "
    return any(mark in lowered for mark in (" it ", " it?", " that ", " this ", "那个", "这个", "它", "该订单"))
