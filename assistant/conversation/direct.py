"""The direct path: an intent that names a READ tool is served without a model call.

Each tool has one function that fills its arguments from slots, the conversation and the customer's own
orders; it returns the arguments, or what must be asked first.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.clock import Clock
from assistant.conversation.reading.as_kinds import of_kinds
from assistant.conversation.reading.own_things import asks_money_of_it
from assistant.conversation.reading.pointing import at_end, by_price, pointed
from assistant.conversation.reading.variant_questions import VariantQuestions
from assistant.conversation.talk.recommending import asks_recommendation, recommendation
from assistant.conversation.tasks.items_slot import named_pieces
from assistant.conversation.tasks.signals import brief, signals
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.shop.analysis import kind_word
from assistant.shop.aspects import aspect_asked
from assistant.shop.exclusions import exclusions
from assistant.shop.places import regions_in
from assistant.shop.price_words import price_wish
from assistant.shop.records import Order, Product
from assistant.shop.service import Shop
from assistant.shop.vocabulary import vocabulary
from assistant.text.language import Language, has_han
from assistant.tools.registry import Tool
from assistant.tools.results import RefundResult

_OFFERED = 5
_COMPARED = 4
_PAIR = 2
_WRONG = "wrong_or_missing_item"
_BESIDE_IT = re.compile(r"跟.+比|和.+比|比起来|\bcompared? (?:to|with)\b|\bbetter than\b|\bor the\b", re.I)
_OTHER = re.compile(r"\b(?:the )?other (?:one|order|parcel)\b|另外?一(?:个|单|笔)|另外那(?:个|单)", re.I)
_THEIRS = re.compile(r"\b(?:my|again|i (?:bought|ordered|have|got))\b|我的|我那|我买|再(?:买|来|要)", re.I)
_OF_THEM = re.compile(
    r"\bwhich (?:one|of (?:them|these|those))\b|\b(?:them|these|those|both)\b|哪一?(?:个|款|台)|它们|这几|这两|那两",
    re.I,
)
"""Chooses among what was just shown: "which one would you pick?"."""
_DEFINITE = re.compile(r"\b(?:the|my|that|this)\b", re.I)
_ANY_OF_THEM = re.compile(
    r"\b(?:any|another|other|others|else|different|similar|which"
    r"|what kind|some)\b|有没有|哪些|哪款|什么样|别的|其他|其它|另外|类似",
    re.I,
)
_ELSE = re.compile(
    r"\b(?:orders?|parcels?|packages?|stuff|things|refunds|everything|all|both|any|others?|another|next|ones?"
    r"|first|second|third|fourth|fifth|last)\b"
    r"|所有|全部|都|哪些|别的|其他|另|第|订单|包裹|快递|东西",
    re.I,
)
"""Speaks of other orders than the one that was talked about, or of orders in general."""
_STATE = re.compile(
    r"\b(?:open|outstanding) orders?\b|\borders?\b.{0,16}\bopen\b"
    r"|\b(?:pending|not (?:yet )?(?:shipped|sent)|unshipped|haven't (?:been )?(?:shipped"
    r"|sent)|in transit|on the way)\b|未发货|待发货|没发货|没有发货|还没发|在路上",
    re.I,
)
_OF_A_THING = ("returns_policy", "warranty_policy", "return_items", "exchange_items", "report_damaged")
"""Requests whose rules differ by kind of product."""
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
        self._variants = VariantQuestions(shop, self._is_the_one, self._pointed)
        self._fillers: dict[str, Callable[[RoutedIntent, Turn], Filled | None]] = {
            "track_shipment": self._optional_order,
            "refund_status": self._optional_order,
            "get_order_details": self._one_order,
            "list_orders": self._listed,
            "get_user_details": _nothing,
            "list_all_product_types": _nothing,
            "search_products": self._search,
            "get_product_details": self._product,
            "check_stock": self._product,
            "compare_products": self._compared,
            "search_knowledge": self._question,
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

    def variants(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments of `list_variants`; None where a request is not about a certain product's variants."""
        arguments = self._variants.arguments(tool, intent, turn)
        return None if arguments is None else Filled(arguments)

    def _order_named(self, intent: RoutedIntent, turn: Turn) -> str | None:
        named = intent.slot("order_id")
        if named is not None:
            return named
        if at := pointed(intent.words, turn.state.listed_orders):
            return at[0]
        if asks_money_of_it(intent, turn):
            return turn.state.last_order
        listed = turn.state.listed_orders
        if _OTHER.search(intent.words) and len(listed) == _PAIR and turn.state.last_order in listed:
            return next(number for number in listed if number != turn.state.last_order)
        follows_up = turn.state.last_order and turn.decision is not None and not turn.is_new
        points = _refers_back(intent.words) or self._goes_on(intent, turn)
        if not follows_up or not points or self._singles_out_another(intent, turn):
            return None
        return turn.state.last_order

    def _goes_on(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether the same is looked up again without a thing being named ("I was at home, nobody came!")."""
        again = intent.intent == turn.state.last_look_up and intent.intent == turn.state.last_intent
        return again and not _ELSE.search(intent.words) and not self._shop.names_kind(intent.words)

    def _singles_out_another(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether words name an order that isn't the last one that was talked about ("那个取消的显示器呢")."""
        fitting = [order.order_id for order in self._matching(intent, turn)]
        if turn.customer is None or turn.state.last_order in fitting:
            return False
        return 0 < len(fitting) < len(self._shop.orders(turn.customer.customer_id))

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
        if intent.intent == _WRONG and turn.state.last_order and not self._shop.names_kind(intent.words):
            return Filled({"order_id": turn.state.last_order})
        orders = self._matching(intent, turn) or self._shop.orders(turn.customer.customer_id)
        if len(orders) == 1:
            return Filled({"order_id": orders[0].order_id})
        return Filled(None, choose_from=tuple(orders[:_OFFERED]))

    def _listed(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """All orders, or those that are in a state that the words name ("which ones haven't been sent?")."""
        some = _STATE.search(intent.words) is not None and len(self._matching(intent, turn)) > 0
        return Filled({"words": intent.words} if some else {})

    def _matching(self, intent: RoutedIntent, turn: Turn) -> tuple[Order, ...]:
        if turn.customer is None:
            return ()
        return tuple(self._shop.orders_matching(turn.customer.customer_id, intent.words, self._clock.now()))

    def names_kind(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request is about a kind of product, and neither names one of it nor points back to one."""
        if self._shop.product_named(intent.words) or (turn.state.last_product and _refers_back(intent.words)):
            return False
        return self._shop.tells_product(intent.words)

    def narrows(self, intent: RoutedIntent) -> bool:
        """Whether a search names no product but only what it shall be like, or not be."""
        return not asks_recommendation(intent) and narrows_search(intent, self._shop.names_kind)

    def is_on_its_way(self, words: str, arguments: dict[str, Any] | None, turn: Turn) -> bool:
        """Whether (a part of) an order has been sent and hasn't arrived, and it may be the part that words miss."""
        if turn.customer is None or not arguments or "order_id" not in arguments:
            return False
        underway = self._shop.open_parcels(turn.customer.customer_id)
        order = next((order for order in underway if order.order_id == arguments["order_id"]), None)
        if order is None:
            return False
        arrived = {item for sent in order.shipments if sent.delivered_at is not None for item in sent.item_ids}
        named = {order.items[at].item_id for at in named_pieces(words, order.items)}
        return not named or not named <= arrived

    def names_own_order(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request singles out an order of the customer's."""
        return bool(self._order_named(intent, turn) or self._matching(intent, turn))

    def _search(self, intent: RoutedIntent, turn: Turn) -> Filled:
        wish = price_wish(intent.words)
        ordered = wish.ordered or bool(exclusions(intent.words)[1])
        arguments: dict[str, Any] = {"query": (None if ordered else intent.slot("product")) or intent.words}
        if limit := intent.slot("max_price"):
            arguments["max_price"] = limit
        return Filled(arguments)

    def _product(self, intent: RoutedIntent, turn: Turn) -> Filled:
        whole = self._shop.product_named(intent.words)
        if whole is not None:
            return Filled({"product": whole.product_id})
        if at := self._pointed(intent.words, turn):
            return Filled({"product": at[0]})
        told = [slot.value for slot in intent.slots if slot.name == "product"]
        if len(told) > 1 and told[0].lower() in self._shop.brands():  # a maker's name, and what it is
            return Filled({"product": " ".join(told[:2])})
        if self._is_the_one(intent, turn):
            return Filled({"product": turn.state.last_product})
        product = self._owned(intent, turn) or (told[0] if told else turn.state.last_product)
        if product:
            return Filled({"product": product})
        if self._shop.tells_product(intent.words) and self._shop.search_products(intent.words, turn.language, limit=1):
            return Filled({"product": intent.words})
        return Filled(None, ask_product=True)

    def _question(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """The question as pages speak of it: of kinds, not products, of regions, not places, and of what "it" is."""
        language: Language = "zh" if has_han(intent.words) else "en"
        asked = of_kinds(intent.words, [one.title(language) for one in self._shop.products_named(intent.words)])
        regions = (names[language == "zh"] for names in regions_in(intent.words).values())
        more = (name for name in (*regions, self._at_hand(intent, turn)) if name.casefold() not in asked.casefold())
        return Filled({"query": " ".join([asked, *more])})

    def _at_hand(self, intent: RoutedIntent, turn: Turn) -> str:
        """The kind of the thing whose rule is asked for without naming it ("can I return it once opened?")."""
        own_words = intent.words.strip() in turn.masked
        at_hand = bool(turn.state.tasks) and brief(intent.words) and own_words
        asks_of_it = intent.intent in _OF_A_THING and (at_hand or signals().points_back(intent.words))
        if not asks_of_it or not turn.state.last_product or self._shop.names_kind(intent.words):
            return ""
        product = self._shop.product(ProductId(turn.state.last_product))
        return kind_word(product.title("zh" if has_han(intent.words) else "en"), vocabulary())

    def _of_kind(self, intent: RoutedIntent, turn: Turn) -> list[Product]:
        """The products of the kind that words name among those that were shown, where these are several."""
        listed = [self._shop.product(ProductId(product_id)) for product_id in turn.state.listed_products]
        fitting = [product for product in listed if self._shop.is_of_kind(product.product_id, intent.words)]
        return fitting if len(fitting) > 1 else []

    def _owned(self, intent: RoutedIntent, turn: Turn) -> str:
        """The one product of a kind that the customer bought, where words speak of theirs; empty otherwise."""
        if turn.customer is None or not _THEIRS.search(intent.words):
            return ""
        items = [item for order in self._shop.orders(turn.customer.customer_id) for item in order.items]
        fitting = {i.product_id for i in items if self._shop.is_of_kind(i.product_id, intent.words)}
        return str(next(iter(fitting))) if len(fitting) == 1 else ""

    def _is_the_one(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether "the keyboard" is the one that was talked about, rather than any keyboard of the shop."""
        if not turn.state.last_product or _ANY_OF_THEM.search(intent.words):
            return False
        definite = has_han(intent.words) or _DEFINITE.search(intent.words) is not None
        return definite and self._shop.is_of_kind(ProductId(turn.state.last_product), intent.words)

    def _pointed(self, words: str, turn: Turn) -> tuple[str, ...]:
        """Products of the last list that words point at, by place or by price ("the cheaper one")."""
        listed = turn.state.listed_products
        if at := pointed(words, listed):
            return at
        end = by_price(words)
        if end is None or len(listed) < _PAIR:
            return ()
        return (str(at_end([self._shop.product(ProductId(at)) for at in listed], end).product_id),)

    def _compared(self, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """The products that are named, or meant; None where they are fewer than two: an agent must find them."""
        named = list(self._shop.products_named(intent.words))
        if len(named) < _COMPARED:
            kinds = (slot.value for slot in intent.slots if slot.name == "product")
            meant = (self._shop.search_products(kind, turn.language, limit=1) for kind in kinds)
            named += [found[0] for found in meant if found and found[0] not in named]
        at = self._pointed(intent.words, turn)
        named += [self._shop.product(ProductId(product_id)) for product_id in at]
        if (
            len(named) == 1
            and turn.state.last_product
            and (at or _refers_back(intent.words) or _BESIDE_IT.search(intent.words))
        ):
            named.insert(0, self._shop.product(ProductId(turn.state.last_product)))
        among = _OF_THEM.search(intent.words) or (
            aspect_asked(intent.words) and not self._shop.names_kind(intent.words)
        )
        if not named and len(turn.state.listed_products) > 1 and among:
            named = [self._shop.product(ProductId(product_id)) for product_id in turn.state.listed_products]
        if len(named) == 1 and not self._shop.products_named(intent.words):
            named = self._of_kind(intent, turn) or named
        ids = list(dict.fromkeys(str(product.product_id) for product in named))
        by = {"by": intent.words} if aspect_asked(intent.words) else {}
        return Filled({"products": ids[:_COMPARED], **by}) if len(ids) > 1 else None


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


def narrows_search(intent: RoutedIntent, names_kind: Callable[[str], bool]) -> bool:
    """Whether a search names no product but only what it shall be like, or not be: a price, a colour, "quieter".

    Args:
        intent: the search.
        names_kind: whether words name a kind of product.
    """
    wanted, ruled_out = exclusions(intent.words)
    if ruled_out:
        return not names_kind(wanted)
    if intent.slot("product"):
        return False
    wish = price_wish(intent.words)
    priced = wish.limited or wish.ordered
    told = priced or any(intent.slot(name) for name in ("max_price", "color", "size"))
    return told or (brief(intent.words) and not names_kind(intent.words))


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
