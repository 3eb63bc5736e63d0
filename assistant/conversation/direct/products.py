"""Which products a request is about: by name, by kind, by place in a list, the one talked about, the one they own."""

import re
from collections.abc import Callable
from typing import Any

from assistant.conversation.direct.filled import Filled
from assistant.conversation.direct.words import refers_back
from assistant.conversation.reading.calling import beside_it, called
from assistant.conversation.reading.interests import kinds_of_interest
from assistant.conversation.reading.likeness import alike, all_alike
from assistant.conversation.reading.pointing import at_end, by_price, pointed
from assistant.conversation.reading.served_by_it import without_served
from assistant.conversation.reading.signals import brief
from assistant.conversation.reading.variant_questions import asks_of_parts, speaks_of_it
from assistant.conversation.reading.wishes import wish_in
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.shop.asked import tells_of, tells_of_option
from assistant.shop.aspects import aspect_asked
from assistant.shop.exclusions import exclusions
from assistant.shop.price_words import price_wish
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.text.language import has_han

_COMPARED = 4
_PAIR = 2
_BESIDE_IT = re.compile(r"跟.+比|和.+比|比起来|\bcompared? (?:to|with)\b|\bbetter than\b|\bor the\b", re.I)
_THEIRS = re.compile(
    r"\b(?:my|again|i (?:bought|ordered|have|got)|(?:another one|one more) of)\b"
    r"|我的|我那|我买|我订|我上次|再(?:买|来|要)",
    re.I,
)
_OF_THEM = re.compile(
    r"\bwhich (?:one|of (?:them|these|those))\b|\b(?:them|they|these|those|both|either|neither|each)\b"
    r"|哪一?(?:个|款|台)|它们|这几|这两|那两",
    re.I,
)
"""Chooses among what was just shown: "which one would you pick?"."""
_PAIR_OF_THEM = re.compile(r"\b(?:those|these|the|of) two\b|\bboth\b|\beither\b|[这那]两", re.I)
"""Means the two products that were told of one after the other."""
_DEFINITE = re.compile(r"\b(?:the|my|that|this)\b", re.I)
_ANY_OF_THEM = re.compile(
    r"\b(?:any|another|other|others|else|different|similar|which"
    r"|what kind|some)\b|有没有|哪些|哪款|什么样|别的|其他|其它|另外|类似",
    re.I,
)
_VERSIONS = re.compile(
    r"\b(?:any |some )?(?:another|other|different) (?:versions?|colou?rs?|sizes?|options?|variants?|ones? of it)\b"
    r"|(?:有没有|还有)?(?:别的|其他|其它|另外的?)(?:版本|颜色|尺寸|尺码|款式|规格|型号|配置)",
    re.I,
)
"""Asks for other versions of one product, not for other products."""


class ProductArguments:
    """Fills arguments that are products.

    Args:
        shop: knows the products, and the customer's orders.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def search(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """What is searched for, and up to which price."""
        wish = price_wish(intent.words)
        ordered = wish.ordered or bool(exclusions(intent.words)[1])
        seeks = wish_in(intent.words)
        named = None if ordered or seeks != intent.words else intent.slot("product")
        named = named if named and named in wish.rest else None
        named = None if named and self._shop.tells_more(seeks, named) else named
        arguments: dict[str, Any] = {"query": named or seeks}
        if named is None and (kinds := self._for_interest(intent.words, seeks)):
            arguments["kinds"] = kinds
        if limit := intent.slot("max_price"):
            arguments["max_price"] = limit
        return Filled(arguments)

    def _for_interest(self, words: str, seeks: str) -> list[str]:
        """The kinds that the shop has for what words say somebody likes; empty where a search for it finds these, too.

        Args:
            words: the request.
            seeks: what would be searched for.
        """
        if self._shop.names_kind(words) or self._shop.product_named(words) is not None:
            return []
        kinds = [kind for kind in kinds_of_interest(words) if self._shop.search_products(kind, limit=1)]
        found = self._shop.search_products(seeks, limit=1)
        return [] if found and self._shop.is_of_kind(found[0].product_id, " ".join(kinds)) else kinds

    def product(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """The one product that is meant, or that it must be asked for."""
        whole = self._shop.product_named(intent.words)
        if whole is not None:
            return Filled({"product": whole.product_id})
        if at := self.pointed(intent.words, turn):
            return Filled({"product": at[0]})
        told = [slot.value for slot in intent.slots if slot.name == "product"]
        if len(told) > 1 and told[0].lower() in self._shop.brands():  # a maker's name, and what it is
            return Filled({"product": " ".join(told[:2])})
        if (listed := self._has_it(intent.words, turn)) is not None:
            return Filled({"product": listed.product_id})
        if self.is_the_one(intent, turn) or (
            turn.state.last_product and (asks_of_parts(intent.words) or speaks_of_it(intent.words))
        ):
            return Filled({"product": turn.state.last_product})
        rest = without_served(intent.words)
        if turn.state.last_product and rest != intent.words and not self._shop.names_kind(rest):
            return Filled({"product": turn.state.last_product})
        product = self._owned(intent, turn) or (told[0] if told else turn.state.last_product)
        if product:
            return Filled({"product": product})
        if self._shop.tells_product(intent.words) and self._shop.search_products(intent.words, turn.language, limit=1):
            return Filled({"product": intent.words})
        return Filled(None, ask_product=True)

    def compared(self, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """The products that are named, or meant; None where they are fewer than two: an agent must find them."""
        named = list(self._shop.products_named(intent.words))
        if len(named) < _COMPARED:
            told = [slot.value for slot in intent.slots if slot.name == "product"]
            kinds = (value for value in told if value.lower() not in self._shop.brands())
            meant = (self._shop.search_products(kind, turn.language, limit=1) for kind in kinds)
            named += [found[0] for found in meant if found and found[0] not in named]
        last = self._shop.product(ProductId(turn.state.last_product)) if turn.state.last_product else None
        named += [p for p in self._shop.products_nicknamed(intent.words, last) if p not in named]
        at = self.pointed(intent.words, turn)
        named += [p for p in (self._shop.product(ProductId(product_id)) for product_id in at) if p not in named]
        shown = [self._shop.product(ProductId(one)) for one in turn.state.listed_products]
        likened = all_alike(intent.words, shown) if not named else ()
        named += likened
        if (
            (len(named) == 1 or likened)
            and turn.state.last_product
            and (at or refers_back(intent.words) or _BESIDE_IT.search(intent.words))
        ):
            named.insert(0, self._shop.product(ProductId(turn.state.last_product)))
        among = _OF_THEM.search(intent.words) or (
            aspect_asked(intent.words) and not self._shop.names_kind(intent.words)
        )
        if not named and len(turn.state.listed_products) > 1 and among:
            named = [self._shop.product(ProductId(product_id)) for product_id in turn.state.listed_products]
        if not named and len(turn.state.listed_products) < _PAIR and _PAIR_OF_THEM.search(intent.words):
            named = [self._shop.product(ProductId(product_id)) for product_id in turn.state.looked_at[-_PAIR:]]
        if len(named) == 1 and not self._shop.products_named(intent.words):
            named = self._of_kind(intent, turn) or named
        ids = list(dict.fromkeys(str(product.product_id) for product in named))
        if len(ids) == 1 and at and len(turn.state.listed_products) == _PAIR:
            ids = list(turn.state.listed_products)
        by = {"by": intent.words} if aspect_asked(intent.words) else {}
        return Filled({"products": ids[:_COMPARED], **by}) if len(ids) > 1 else None

    def is_the_one(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether "the keyboard" is the one that was talked about, rather than any keyboard of the shop."""
        if not turn.state.last_product or _ANY_OF_THEM.search(_VERSIONS.sub(" ", intent.words)):
            return False
        definite = has_han(intent.words) or _DEFINITE.search(intent.words) is not None
        return definite and self._shop.is_of_kind(ProductId(turn.state.last_product), intent.words)

    def pointed(self, words: str, turn: Turn) -> tuple[str, ...]:
        """Products of the last list that words point at, by place, by price or by likeness ("the small one")."""
        listed = turn.state.listed_products
        if at := pointed(words, listed):
            return at
        if len(listed) >= _PAIR:
            shown, end = [self._shop.product(ProductId(at)) for at in listed], by_price(words)
            meant = at_end(shown, end) if end is not None else alike(words, shown, turn.state.last_product)
            if meant is not None:
                return (str(meant.product_id),)
        meant = called(words, turn, self._shop)
        if meant is None and len(listed) < _PAIR:
            meant = alike(words, beside_it(words, turn, self._shop), turn.state.last_product)
        return () if meant is None else (str(meant.product_id),)

    def _has_it(self, words: str, turn: Turn) -> Product | None:
        """The only one of several products shown whose data tell of the part asked for ("is the dock included?")."""
        listed = [self._shop.product(ProductId(at)) for at in turn.state.listed_products]
        if len(listed) < _PAIR or turn.state.last_product != turn.state.listed_products[0] or not asks_of_parts(words):
            return None
        having = [product for product in listed if tells_of(product, words, turn.language)]
        return having[0] if len(having) == 1 else None

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
        if len(fitting) > 1:  # 笔记本 is a laptop and a notepad: one of them has a screen
            asked = {one for one in fitting if tells_of_option(self._shop.product(one), intent.words)}
            fitting = asked or fitting
        return str(next(iter(fitting))) if len(fitting) == 1 else ""


def narrows_search(intent: RoutedIntent, names_kind: Callable[[str], bool]) -> bool:
    """Whether a search names no product but only what it shall be like, or not be: a price, a colour, "quieter".

    Args:
        intent: the search.
        names_kind: whether words name a kind of product.
    """
    wanted, ruled_out = exclusions(intent.words)
    if ruled_out:
        return not names_kind(wanted)
    wish = price_wish(intent.words)
    if (product := intent.slot("product")) and product in wish.rest:  # 刀 is money in 三百刀
        return False
    priced = wish.limited or wish.ordered
    told = priced or any(intent.slot(name) for name in ("max_price", "color", "size"))
    return told or (brief(intent.words) and not names_kind(wish.rest))
