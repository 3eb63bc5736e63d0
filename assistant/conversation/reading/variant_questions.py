"""Questions about a product's variants: "the cheapest one?", "under $250?", "do you have it in white?"."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from assistant.conversation.reading.pointing import at_end
from assistant.conversation.tasks.options import options_said
from assistant.conversation.tasks.signals import brief, signals
from assistant.conversation.tasks.variants_slot import SPOKEN
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.routing.reading.cues import load_cues
from assistant.shop.price_words import PriceWish, price_wish
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.shop.vocabulary import vocabulary

_COLOURS = ("color", "colour")
_ABOUT_ONE = frozenset({"get_product_details", "check_stock"})
_OF_PRODUCTS = _ABOUT_ONE | {"search_products"}
"""What a parcel or a rule is asked about stays with its own tool, whichever colour is named."""
_ABOUT_VARIANTS = re.compile(
    r"\b(?:come|comes|came|available|in stock|have|has|got|get|sell|stock|price|prices|priced|cost|costs|how much"
    r"|versions?|variants?|options?)\b"
    r"|有没有|有货|有哪|哪些|哪几|有.{0,8}[吗么嘛]|[吗么嘛]$|价格|多少钱|什么价|几块|款式|版本|库存|现货|卖",
    re.I,
)
_WHOLE_QUESTION = re.compile(
    r"\b(?:do|does|have|has|is|are|got|any|which|what|how|can|could|will)\b|有没有|有.{0,8}[吗么嘛]|哪些|什么|多少",
    re.I,
)
"""Asks by itself; what has none of it goes on with the question before ("with a leather strap", "最便宜的那个")."""
_WHICH_END = re.compile(
    r"^\W*(?:and |so |ok(?:ay)?,? |then )?(?:(?:which|what)(?:'s| is| one is| of (?:them|those|these) is)? )?(?:the )?"
    r"(?P<end>cheapest|least expensive|most affordable|most expensive|priciest|dearest)"
    r"(?: (?:one|version|option|model|of them|you have|there is))*\W*$"
    r"|^\W*(?:那|那么|还有)?(?:你们)?(?P<zh>最(?:便宜|贵|实惠))的?(?:那?(?:个|款|种))?(?:是|要)?"
    r"(?:哪|什么|多少)?(?:一)?(?:个|款|种|钱)?(?:呢|啊|的)?\W*$",
    re.I,
)


def asks_which_end(words: str) -> bool:
    """Whether a message only asks for the cheapest or the dearest of what was talked about ("最贵的是哪个")."""
    return _WHICH_END.match(words) is not None


def names_limit(words: str) -> bool:
    """Whether a message is about a limit to the price, and little else ("under $70?", "100美元以内有吗")."""
    wish = price_wish(words)
    return wish.limited and brief(wish.rest)


class VariantQuestions:
    """Finds out which variants of which product are asked for.

    Args:
        shop: its products.
        is_that: whether "the keyboard" in a request is the product that was just talked about.
        pointed: products of the last list that words point at ("the second one").
    """

    def __init__(
        self,
        shop: Shop,
        is_that: Callable[[RoutedIntent, Turn], bool],
        pointed: Callable[[str, Turn], tuple[str, ...]],
    ) -> None:
        self._shop = shop
        self._is_that = is_that
        self._pointed = pointed

    def arguments(self, tool: str, intent: RoutedIntent, turn: Turn) -> dict[str, Any] | None:
        """Arguments of `list_variants`; None where a request is not about the variants of one certain product.

        Args:
            tool: the READ tool that the intent names.
            intent: the request.
            turn: the turn that it is served in.
        """
        product = self._product(tool, intent, turn) if tool in _OF_PRODUCTS else None
        if product is None or len(product.variants) < 2:
            return None
        wish = price_wish(intent.words)
        words = _without_name(intent.words, product)
        same = product.product_id == turn.state.last_product
        if same and turn.state.last_options and signals().asks_price_of_it(intent.words):
            return {"product": product.product_id, "options": turn.state.last_options}
        priced = wish.limited or wish.ordered
        if (which := _option_asked(words, product)) is not None:
            told = {name: value for name, value in turn.state.last_options.items() if same and name != which}
            return {"product": product.product_id, "which": which, **({"options": told} if told else {})}
        options = self._options(words, product)
        fragment = not _WHOLE_QUESTION.search(words) and brief(words)
        bare = fragment and options and same
        if not priced and not bare and tool != "check_stock" and not _ABOUT_VARIANTS.search(words):
            return None
        if not priced and not options:
            return None
        if fragment and same:
            own = {(name, value) for variant in product.variants for name, value in variant.options.items()}
            options = {**dict(own & turn.state.last_options.items()), **options}
        return {"product": product.product_id, **_prices(wish), **({"options": options} if options else {})}

    def _options(self, words: str, product: Product) -> dict[str, str]:
        """The options that words name: of the product, or what only other products of the shop have ("in red?")."""
        own = [variant.options for variant in product.variants]
        said = options_said(words, own) or options_said(words, self._of_others(own[0]))
        return {name: values[0] for name, values in said.items() if len(values) == 1}

    def _of_others(self, names: Iterable[str]) -> list[dict[str, str]]:
        """Values that only other products have, and colours that none has ("in red?")."""
        own = list(names)
        sold = [{name: value} for name in own for value in sorted(self._shop.option_values(name))]
        called = next((name for name in own if name in _COLOURS), _COLOURS[0])
        return sold + [{called: colour} for colour in load_cues().colors]

    def _product(self, tool: str, intent: RoutedIntent, turn: Turn) -> Product | None:
        named = self._shop.product_named(intent.words)
        if named is not None:
            return named
        if at := self._pointed(intent.words, turn):
            return self._shop.product(ProductId(at[0]))
        bare = asks_which_end(intent.words)
        if bare and len(turn.state.listed_products) > 1:
            listed = [self._shop.product(ProductId(product_id)) for product_id in turn.state.listed_products]
            return at_end(listed, "dearest" if price_wish(intent.words).dearest_first else "cheapest")
        if not turn.state.last_product or not (tool in _ABOUT_ONE or bare):
            return None
        last = self._shop.product(ProductId(turn.state.last_product))
        if bare or not self._shop.tells_product(intent.words) or self._is_that(intent, turn):
            return last
        return None


def _option_asked(words: str, product: Product) -> str | None:
    """The option whose values are asked for ("what colours does it come in?", "有哪些尺码"); None where none is."""
    if not brief(words) or options_said(words, [variant.options for variant in product.variants]):
        return None
    names = dict.fromkeys(name for variant in product.variants for name in variant.options)
    asked = [name for name in names if _asks_which(name).search(words)]
    return asked[0] if len(asked) == 1 else None


@lru_cache(maxsize=64)
def _asks_which(name: str) -> re.Pattern[str]:
    """Finds a question for the values of an option, by what customers call it."""
    spoken = {name, vocabulary().name(name, "zh"), *SPOKEN.get(name, ())}
    latin = "|".join(re.escape(word) for word in spoken if word.isascii())
    han = "|".join(re.escape(word) for word in spoken if not word.isascii()) or "(?!)"
    return re.compile(
        rf"\b(?:what|which|other|any other|the|how many)\s(?:\w+\s)?(?:{latin})s?\b"
        rf"|(?:什么|哪些|哪几种?|几种|别的|其他|多少种)(?:的)?(?:{han})|(?:{han})(?:都?有|呢|有哪|可选)",
        re.I,
    )


def _prices(wish: PriceWish) -> dict[str, str]:
    limits = {"min_price": wish.min_cents, "max_price": wish.max_cents}
    told = {name: f"{cents / 100:.2f}" for name, cents in limits.items() if cents is not None}
    order = "cheapest" if wish.cheapest_first else "dearest" if wish.dearest_first else ""
    return told | ({"order": order} if order else {})


def _without_name(words: str, product: Product) -> str:
    """The words without the product's name, whose parts may look like a question."""
    for name in filter(None, (product.name, product.name_zh)):
        words = re.sub(re.escape(name), " ", words, flags=re.IGNORECASE)
    return words
