"""What words say of a thing that is at hand, or that the customer has, without asking for a product by its name.

"And they fall out of my ears usually", "the little one: how many charges?", "is my monitor here soon", "费不费电".
"""

import re
from pathlib import Path

from assistant.conversation.direct.words import asks
from assistant.conversation.reading.buying import buys_it
from assistant.conversation.reading.calling import beside_it, called
from assistant.conversation.reading.ends import end_said
from assistant.conversation.reading.likeness import alike
from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.pointing import compares, pointed
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.asked import asked_of, asks_for_data, tells_of_remark
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.text.language import has_han

_DETAILS, _SEARCH, _STOCK, _HELP = "product_details", "search_product", "check_stock", "product_help"
_OF_PRODUCTS = "products"
_TROUBLE = ("wrong_or_missing_item", "not_received", "report_damaged")
_FAIR, _SURE = 0.9, 0.97
_PRODUCT_TALK = str(Path(__file__).with_name("product_talk.py"))
_THEIRS_IN_LATIN = re.compile(
    r"\bmy (?:[\w'-]+ ){0,3}[\w'-]+"
    r"|\b(?:the|that) [\w -]{2,30} (?:that )?(?:i|we) (?:bought|got|ordered|have)\b",
    re.IGNORECASE,
)
"""The words after "my", among which the thing is named."""
_A_NOT_A = re.compile(r"([\u4e00-\u9fff])不\1")
"""Asks in Chinese whether it is so or not: "费不费电"."""


class ThingTalk:
    """Reads words about a thing at hand, or a thing of theirs.

    Args:
        shop: its products, and the customer's orders.
        catalogue: the intents.
    """

    def __init__(self, shop: Shop, catalogue: Catalogue) -> None:
        self._shop = shop
        self._catalogue = catalogue

    def only_remarked(self, found: RoutedIntent, words: str, turn: Turn) -> bool:
        """Whether words read as a question about a product that was told of only remark something on it.

        Its data say nothing of "and they fall out of my ears usually", and needn't be said again.
        """
        product = self._shop.product(ProductId(turn.state.last_product)) if turn.state.last_product else None
        if product is None or _of_products("own").search(words):
            return False
        if found.intent == _SEARCH and _pattern("wishes_of_it").search(words) and self._shop.names_kind(words):
            return _of_products("wants").search(words) is None
        if self._taken_for_trouble(found, words, turn):
            return True
        if found.intent != _DETAILS or product.product_id not in turn.state.looked_at:
            return False
        if asks(words) or signals().asks(words) or _pattern("wants_told").search(words) or buys_it(words):
            return False
        options = [variant.options for variant in product.variants]
        named = self._shop.names_kind(words) or self._shop.product_named(words) is not None
        named = named or called(words, turn, self._shop) is not None
        named = named or bool(pointed(words, turn.state.listed_products))
        said = options_said(words, options) or numbers_said(words, options) or end_said(words, product.variants, {})
        return not named and not said and not tells_of_remark(product, words, turn.language)

    def _taken_for_trouble(self, found: RoutedIntent, words: str, turn: Turn) -> bool:
        """Whether words in a talk about products were hardly read as trouble with an order, and tell of none."""
        last = turn.state.last_intent
        talking = last in self._catalogue and self._catalogue.get(last).agent in (_OF_PRODUCTS, "faq")
        hardly = found.intent in _TROUBLE and found.probability < _FAIR
        hardly = hardly or (found.intent == "reorder" and not _pattern("orders").search(words))
        if not talking or turn.state.last_order or not hardly:
            return False
        of_theirs = signals().tells_damage(words) or signals().points_back(words)
        asking = asks(words) or signals().asks(words) or _A_NOT_A.search(words) is not None
        return not asking and (found.intent not in _TROUBLE or not of_theirs)

    def likens_to_theirs(self, words: str, turn: Turn) -> bool:
        """Whether the same is looked for as the customer has ("跟我那个一样的行不行"): that is talked about then.

        Nothing is ordered again by it, unless they say so.
        """
        of_products = turn.state.last_intent in self._catalogue
        of_products = of_products and self._catalogue.get(turn.state.last_intent).agent in (_OF_PRODUCTS, "faq")
        if turn.customer is None or not of_products or not turn.state.last_product or _pattern("again").search(words):
            return False
        if not _pattern("like_theirs").search(words):
            return False
        shown = self._shop.product(ProductId(turn.state.last_product))
        orders = self._shop.orders(turn.customer.customer_id)
        same = {i.product_id for o in orders for i in o.items if self._shop.is_of_kind(i.product_id, shown.name)}
        if len(same) != 1:
            return False
        turn.state.last_product, turn.state.last_options, turn.state.last_item = str(next(iter(same))), {}, ""
        return True

    def likens_shown(self, found: RoutedIntent | None, words: str, turn: Turn) -> bool:
        """Whether words mean one of the things shown by what it is like, whatever they name besides."""
        if (found is not None and found.intent not in (_SEARCH, _DETAILS)) or compares(words):
            return False
        return alike(words, beside_it(words, turn, self._shop), turn.state.last_product) is not None

    def asks_of_theirs(self, found: RoutedIntent | None, words: str, turn: Turn) -> bool:
        """Whether what was read as a search or a question for stock asks how a thing of theirs is, or when it comes."""
        if (found is not None and found.intent not in (_SEARCH, _STOCK, _DETAILS)) or turn.customer is None:
            return False
        if not (asks(words) or asks_for_data(words)):
            return False
        if not _pattern("theirs").search(words) or _pattern("to_theirs").search(words):
            return False
        if _of_products("wants").search(_THEIRS_IN_LATIN.sub(" ", words)) and not has_han(words):
            return False
        named = words if has_han(words) else " ".join(found[0] for found in _THEIRS_IN_LATIN.finditer(words))
        orders = self._shop.orders(turn.customer.customer_id)
        return any(self._shop.is_of_kind(item.product_id, named) for order in orders for item in order.items)

    def asks_its_data(self, found: RoutedIntent, product: Product, words: str, turn: Turn) -> bool:
        """Whether an attribute of the product at hand is asked for, in words that were read as another matter."""
        if (
            self._catalogue.get(found.intent).agent == _OF_PRODUCTS
            or found.intent == _HELP
            or found.probability >= _FAIR
        ):
            return False
        if _of_products("rules").search(words) or _of_products("own").search(words) or signals().tells_damage(words):
            return False
        asking = (asks(words) or _A_NOT_A.search(words) is not None) and brief(words)
        return asking and not self._shop.names_kind(words) and bool(asked_of(product, words, turn.language).attributes)

    def asks_what_it_is_like(self, found: RoutedIntent, words: str) -> bool:
        """Whether words name a product and ask what it is like, and nothing of it ("Pure 40 怎么样")."""
        like = _pattern("what_like").search(words) is not None
        return like and found.probability < _SURE and self._shop.product_named(words) is not None


def _pattern(name: str) -> re.Pattern[str]:
    return patterns_beside(__file__)[name]


def _of_products(name: str) -> re.Pattern[str]:
    return patterns_beside(_PRODUCT_TALK)[name]
