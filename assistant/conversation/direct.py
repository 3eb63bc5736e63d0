"""The direct path: an intent that names a READ tool is served without a model call.

Each tool has one function that fills its arguments from slots, the conversation and the customer's own
orders; it returns the arguments, or what must be asked first.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.clock import Clock
from assistant.conversation.pointing import pointed
from assistant.conversation.recommending import recommendation
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.shop.places import regions_in
from assistant.shop.price_words import price_wish
from assistant.shop.records import Order
from assistant.shop.service import Shop
from assistant.text.language import has_han
from assistant.tools.registry import Tool
from assistant.tools.results import RefundResult

_OFFERED = 5
_COMPARED = 4
_QUESTION = frozenset({"query", "question", "q", "text"})
"""What tools call the argument that holds the customer's own question."""
_HOW_LONG = re.compile(
    r"\b(?:how (?:long|soon|many (?:\w+ )?days)|when|until)\b|多久|多长时间|几天|多少天|什么时候|何时|啥时候",
    re.I | re.A,
)

_OWN = re.compile(
    r"\bmy (?:\w+ ){0,2}(?:orders?|parcels?|packages?|shipments?|deliver\w+|refunds?|money|stuff|things?|items?)\b"
    r"|\bwhere(?:'s| is| are)\b|#\w|\b(?:it|they) (?:arrive|come|be here|shipped)|\border status\b"
    r"|我的|我那|我买|到哪|在哪|哪里了|哪儿了|还没(?:到|收|有)|没收到|物流|订单号|进度",
    re.I,
)
_ASKS = re.compile(
    r"\?|？|^\W*(?:can|could|may|do|does|is|are|will|would|must|should|how|what|when|which|why|where|am i|have)\b"
    r"|\b(?:is it|can i|am i|do i|are you|right|correct|possible)\b[^.]*$"
    r"|[吗呢吧么]|多久|几天|多少|怎么|怎样|如何|能不能|可不可以|可以.*不|行不行|哪|什么|对不对|是不是",
    re.I,
)


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
        supplied: tools of the shop's own MCP servers, by name.
    """

    def __init__(self, shop: Shop, clock: Clock, supplied: Mapping[str, Tool] | None = None) -> None:
        self._shop = shop
        self._clock = clock
        self._supplied = dict(supplied or {})
        self._fillers: dict[str, Callable[[RoutedIntent, Turn], Filled | None]] = {
            "track_shipment": self._optional_order,
            "refund_status": self._optional_order,
            "get_order_details": self._one_order,
            "list_orders": _nothing,
            "get_user_details": _nothing,
            "list_all_product_types": _nothing,
            "search_products": self._search,
            "get_product_details": self._product,
            "check_stock": self._product,
            "compare_products": self._compared,
            "search_knowledge": _question,
        }

    def fill(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments for `tool`, or None when only an agent can fill them."""
        if tool in self._supplied:
            return _from_slots(self._supplied[tool], intent)
        filler = self._fillers.get(tool)
        return filler(intent, turn) if filler else None

    def recommendation(self, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments of `recommend_products`; None where something is to be searched for."""
        arguments = recommendation(intent, turn, self._shop)
        if arguments is not None and arguments.get("goes_with") == "":
            return Filled(None, ask_product=True)
        return None if arguments is None else Filled(arguments)

    def _order_named(self, intent: RoutedIntent, turn: Turn) -> str | None:
        named = intent.slot("order_id")
        if named is not None:
            return named
        if at := pointed(intent.words, turn.state.listed_orders):
            return at[0]
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

    def names_kind(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request is about a kind of product, and neither names one of it nor points back to one."""
        if self._shop.product_named(intent.words) or (turn.state.last_product and _refers_back(intent.words)):
            return False
        return self._shop.tells_product(intent.words)

    def names_own_order(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request singles out an order of the customer's."""
        return bool(self._order_named(intent, turn) or self._matching(intent, turn))

    def _search(self, intent: RoutedIntent, turn: Turn) -> Filled:
        wish = price_wish(intent.words)
        ordered = wish.cheapest_first or wish.dearest_first
        arguments: dict[str, Any] = {"query": (None if ordered else intent.slot("product")) or intent.words}
        if limit := intent.slot("max_price"):
            arguments["max_price"] = limit
        return Filled(arguments)

    def _product(self, intent: RoutedIntent, turn: Turn) -> Filled:
        whole = self._shop.product_named(intent.words)
        if whole is not None:
            return Filled({"product": whole.product_id})
        if at := pointed(intent.words, turn.state.listed_products):
            return Filled({"product": at[0]})
        told = [slot.value for slot in intent.slots if slot.name == "product"]
        if len(told) > 1 and told[0].lower() in self._shop.brands():  # a maker's name, and what it is
            return Filled({"product": " ".join(told[:2])})
        product = told[0] if told else turn.state.last_product
        if product:
            return Filled({"product": product})
        if self._shop.tells_product(intent.words) and self._shop.search_products(intent.words, turn.language, limit=1):
            return Filled({"product": intent.words})
        return Filled(None, ask_product=True)

    def _compared(self, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """The products that are named, or meant; None where they are fewer than two: an agent must find them."""
        named = list(self._shop.products_named(intent.words))
        if len(named) < _COMPARED:
            kinds = (slot.value for slot in intent.slots if slot.name == "product")
            meant = (self._shop.search_products(kind, turn.language, limit=1) for kind in kinds)
            named += [found[0] for found in meant if found and found[0] not in named]
        at = pointed(intent.words, turn.state.listed_products)
        named += [self._shop.product(ProductId(product_id)) for product_id in at]
        if len(named) == 1 and turn.state.last_product and (at or _refers_back(intent.words)):
            named.insert(0, self._shop.product(ProductId(turn.state.last_product)))
        ids = list(dict.fromkeys(str(product.product_id) for product in named))
        return Filled({"products": ids[:_COMPARED]}) if len(ids) > 1 else None


def _from_slots(tool: Tool, intent: RoutedIntent) -> Filled | None:
    """Arguments of a supplied tool: slots of the same names, and the question where it wants one."""
    arguments: dict[str, Any] = {}
    for name, field in tool.schema.model_fields.items():
        value = intent.words if name in _QUESTION else intent.slot(name)
        if value is not None:
            arguments[name] = value
        elif field.is_required():
            return None
    return Filled(arguments)


def _nothing(_intent: RoutedIntent, _turn: Turn) -> Filled:
    return Filled({})


def _question(intent: RoutedIntent, _turn: Turn) -> Filled:
    """The question, with the region of a place that it names: pages speak of regions."""
    language = 1 if has_han(intent.words) else 0
    regions = [names[language] for names in regions_in(intent.words).values()]
    more = [name for name in regions if name.casefold() not in intent.words.casefold()]
    return Filled({"query": " ".join([intent.words, *more])})


def narrows_search(intent: RoutedIntent) -> bool:
    """Whether a search names no product but only what it shall be like: a price, a colour, a size."""
    if intent.slot("product"):
        return False
    wish = price_wish(intent.words)
    priced = wish.max_cents is not None or wish.min_cents is not None or wish.cheapest_first or wish.dearest_first
    return priced or any(intent.slot(name) for name in ("max_price", "color", "size"))


def asks_how_long(words: str) -> bool:
    """Whether a question is about a time."""
    return _HOW_LONG.search(words) is not None


def asks(words: str) -> bool:
    """Whether a message asks something rather than orders it."""
    return _ASKS.search(words) is not None


def about_own(words: str) -> bool:
    """Whether a message is about an order of the customer's own, rather than about how things are in general."""
    return _OWN.search(words) is not None


def nothing_back(result: RefundResult) -> bool:
    """Whether no money came back yet and none is awaited."""
    return not any(item.refunds or item.pending_items for item in result.refunds)


def _refers_back(words: str) -> bool:
    lowered = f" {words.lower()} "
    return any(mark in lowered for mark in (" it ", " it?", " that ", " this ", "那个", "这个", "它", "该订单"))
