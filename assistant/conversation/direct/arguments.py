"""The direct path: an intent that names a READ tool is served without a model call.

Each tool has one function that fills its arguments from slots, the conversation and the customer's own
orders; it returns the arguments, or what must be asked first.
"""

from collections.abc import Callable, Mapping
from typing import Any

from assistant.clock import Clock
from assistant.conversation.direct.filled import Filled
from assistant.conversation.direct.orders import OrderArguments
from assistant.conversation.direct.products import ProductArguments, narrows_search
from assistant.conversation.direct.reckoning import Reckoning
from assistant.conversation.direct.words import refers_back
from assistant.conversation.reading.as_kinds import of_kinds
from assistant.conversation.reading.interests import kinds_of_interest
from assistant.conversation.reading.more_like_it import more_like_it
from assistant.conversation.reading.served_by_it import without_served
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.reading.variant_questions import VariantQuestions, names_limit
from assistant.conversation.reading.version_questions import asks_of_version
from assistant.conversation.talk.recommending import asks_recommendation, recommendation
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.shop.analysis import kind_word
from assistant.shop.asked import asked_of
from assistant.shop.places import regions_in
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.shop.vocabulary import vocabulary
from assistant.text.language import Language, has_han
from assistant.text.spoken_amounts import amounts_in_digits
from assistant.tools.registry import Tool
from assistant.tools.results import RefundResult

_OF_A_THING = ("returns_policy", "warranty_policy", "return_items", "exchange_items", "report_damaged")
"""Requests whose rules differ by kind of product."""
_QUESTION = frozenset({"query", "question", "q", "text"})
"""What tools call the argument that holds the customer's own question."""


class DirectArguments:
    """Fills the arguments of READ tools in code.

    Args:
        shop: knows the customer's orders.
        clock: for "last month".
        supplied: tools of the shop's own MCP servers, by name.
    """

    def __init__(self, shop: Shop, clock: Clock, supplied: Mapping[str, Tool] | None = None) -> None:
        self._shop = shop
        self._orders = OrderArguments(shop, clock)
        self._products = ProductArguments(shop)
        self._supplied = dict(supplied or {})
        self.reckoning = Reckoning(shop)
        self._variants = VariantQuestions(shop, self._products.is_the_one, self._products.pointed)
        self._fillers: dict[str, Callable[[RoutedIntent, Turn], Filled | None]] = {
            "track_shipment": self._orders.optional,
            "refund_status": self._orders.optional,
            "get_order_details": self._orders.one,
            "list_orders": self._orders.listed,
            "get_user_details": _nothing,
            "list_all_product_types": _nothing,
            "search_products": self._products.search,
            "get_product_details": self._products.product,
            "check_stock": self._products.product,
            "compare_products": self._products.compared,
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

    def several_orders(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """See `OrderArguments.several`."""
        return self._orders.several(tool, intent, turn)

    def more(self, intent: RoutedIntent, turn: Turn) -> tuple[str, Filled] | None:
        """The tool for "cheaper?" and "anything else?" after a product was shown, with its arguments."""
        found = more_like_it(intent.words, turn, self._shop)
        return None if found is None else (found[0], Filled(found[1]))

    def version(self, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments of `get_item_details`; None where a question isn't about the one version just told of."""
        item, words = turn.state.last_item, intent.words
        if not item or self._shop.product_named(words):
            return None
        product = self._shop.product(ProductId(turn.state.last_product))
        if self._shop.names_kind(words) and not self._shop.is_of_kind(product.product_id, words):
            return None
        return Filled({"item_id": item}) if asks_of_version(words, product, item) else None

    def of_one(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """The product at hand, where others that it could be compared with were neither shown nor named."""
        if tool != "compare_products" or not turn.state.last_product or self._shop.names_kind(intent.words):
            return None
        return None if self._shop.products_named(intent.words) else Filled({"product": turn.state.last_product})

    def only_of_kind(self, words: str) -> Product | None:
        """The one product of the shop that is of the kind that words name."""
        return self._shop.only_of_kind(words)

    def names_kind(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request is about a kind of product, and neither names one of it nor points back to one."""
        if self._shop.product_named(intent.words) or (turn.state.last_product and refers_back(intent.words)):
            return False
        if turn.state.last_product and not self._shop.names_kind(without_served(intent.words)):
            last = self._shop.product(ProductId(turn.state.last_product))
            return not asked_of(last, intent.words, turn.language) and self._shop.tells_product(intent.words)
        return self._shop.tells_product(intent.words)

    def names_no_thing(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request names nothing that the shop knows, and nothing was talked of or is pointed to."""
        named = turn.state.last_product or self._shop.product_named(intent.words) or refers_back(intent.words)
        return not named and not self._shop.tells_product(intent.words)

    def kind_at_hand(self, turn: Turn, language: Language) -> str:
        """What kind of thing was talked about last, in words that search understands; empty where nothing was."""
        title = self.title_at_hand(turn, language)
        return kind_word(title, vocabulary()) if title else ""

    def thing_at_hand(self, intent: RoutedIntent, turn: Turn) -> Product | None:
        """The product that was talked about last, where words name no kind of thing themselves; None otherwise."""
        if not turn.state.last_product or self._shop.names_kind(intent.words):
            return None
        return self._shop.product(ProductId(turn.state.last_product))

    def title_at_hand(self, turn: Turn, language: Language) -> str:
        """The name of the product that was talked about last; empty where none was."""
        if not turn.state.last_product:
            return ""
        return self._shop.product(ProductId(turn.state.last_product)).title(language)

    def narrowed(self, intent: RoutedIntent, turn: Turn, *, looked: bool) -> tuple[str, str] | None:
        """What a search that names no product leans on, and its words; None where it narrows nothing down.

        Args:
            intent: the search.
            turn: the turn.
            looked: whether products were searched for, or told of, just before; a limit to the price narrows down what
                was shown also after other talk.
        """
        limits = names_limit(intent.words)
        if asks_recommendation(intent) or not narrows_search(intent, self._shop.names_kind) or not (looked or limits):
            return None
        before = turn.state.last_utterance if looked else ""
        if limits and not (before and self._shop.names_kind(before)):
            sought = kinds_of_interest(before) if turn.state.last_intent == intent.intent else ()
            before = " ".join(sought) or self._kinds_shown(turn) or before
        return (before, amounts_in_digits(intent.words)) if before else None

    def is_on_its_way(self, words: str, arguments: dict[str, Any] | None, turn: Turn) -> bool:
        """See `OrderArguments.is_on_its_way`."""
        return self._orders.is_on_its_way(words, arguments, turn)

    def names_own_order(self, intent: RoutedIntent, turn: Turn) -> bool:
        """See `OrderArguments.names_own_order`."""
        return self._orders.names_own_order(intent, turn)

    def _kinds_shown(self, turn: Turn) -> str:
        """The kinds of the products that were shown last, in words that search understands; empty where none were."""
        listed = turn.state.listed_products
        shown = listed if turn.state.last_product in listed else (turn.state.last_product,)
        titles = [self._shop.product(ProductId(at)).title(turn.language) for at in filter(None, shown)]
        return " ".join(dict.fromkeys(kind_word(title, vocabulary()) for title in titles))

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
        at_hand = at_hand or (brief(intent.words) and not turn.state.last_order)
        asks_of_it = intent.intent in _OF_A_THING and (at_hand or signals().points_back(intent.words))
        if not asks_of_it or not turn.state.last_product or self._shop.names_kind(intent.words):
            return ""
        return self.kind_at_hand(turn, "zh" if has_han(intent.words) else "en")


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


def nothing_back(result: RefundResult) -> bool:
    """Whether no money came back yet and none is awaited."""
    return not any(item.refunds or item.pending_items for item in result.refunds)
