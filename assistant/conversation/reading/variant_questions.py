"""Questions about a product's variants: "the cheapest one?", "under $250?", "do you have it in white?"."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from assistant.conversation.reading.buying import buys_it
from assistant.conversation.reading.ends import end_said
from assistant.conversation.reading.pointing import at_end
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.slots.variants import SPOKEN
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.routing.decision import RoutedIntent
from assistant.routing.reading.cues import load_cues
from assistant.shop.asked import asked_of
from assistant.shop.exclusions import exclusions
from assistant.shop.price_words import PriceWish, price_wish
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.shop.variants import fits
from assistant.shop.vocabulary import vocabulary

_PAIR = 2
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
    r"^\W*(?:and |so |ok(?:ay)?,? |then )?(?:(?:which|what)(?:'?s| is| one is| of (?:them|those|these) is)? )?(?:the )?"
    r"(?P<end>cheapest|least expensive|most affordable|most expensive|priciest|dearest)"
    r"(?: (?:one|version|option|model|of them|you have|there is))*\W*$"
    r"|^\W*(?:那|那么|还有)?(?:你们)?(?P<zh>最(?:便宜|贵|实惠))的?(?:那?(?:个|款|种))?(?:是|要)?"
    r"(?:哪|什么|多少)?(?:一)?(?:个|款|种|钱)?(?:呢|啊|的)?\W*$",
    re.I,
)

_PARTS = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|also)[, ]+)*(?:(?:does|do|will|would|did) (?:it|that|this|they|these|those"
    r"|that one|this one) )?(?:(?:also )?(?:comes?|delivered|sold|ship(?:s|ped)?) with|have|has|include|need)\b"
    r"|\b(?:is|are) (?:the|a|an|any|there)?\s?[\w -]{2,24} (?:included|in the box|supplied|provided"
    r"|built[- ]in)\b|\bwhat(?:'s| is) (?:included|in the box)\b|\bdo i need an?\b"
    r"|(?:送不送|送|配不配|配|附送|附带|自带|带不带|带|包含|包括|含|需要|要不要).{1,10}(?:吗|么|嘛|不|没有)\W*$|(?:配|送|带)不(?:配|送|带)|里面?有.{1,8}[吗么]",
    re.I,
)
"""Asks whether something comes with the thing, or belongs to it: that is no other product."""


def asks_of_parts(words: str) -> bool:
    """Whether a question asks what comes with the product that was talked about ("does it come with a cable?")."""
    return _PARTS.search(words) is not None


_IT = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|then|also)[ ,]+)*(?:does|do|can|could|will|would|is|are|has|have|did) "
    r"(?:it|they|this|that|these|those)\b(?! (?:a|the|my) )|^(?:那|请问)?(?:它|这个|那个|这款|那款)(?!和|跟|与)",
    re.I,
)


def speaks_of_it(words: str) -> bool:
    """Whether "it" is what a question is about, whatever else it names ("does it do carpets?" of a vacuum)."""
    return _IT.search(words) is not None


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
        if product is None:
            return None
        wish = price_wish(intent.words)
        words = _without_name(intent.words, product)
        same = product.product_id == turn.state.last_product
        meant = signals().asks_price_of_it(intent.words) or buys_it(intent.words)
        if same and turn.state.last_options and meant:
            return {"product": product.product_id, "options": turn.state.last_options}
        priced = wish.limited or wish.ordered
        if (which := _option_asked(words, product)) is not None:
            told = {name: value for name, value in turn.state.last_options.items() if same and name != which}
            return {"product": product.product_id, "which": which, **({"options": told} if told else {})}
        words, ruled_out = exclusions(words)
        without = self._options(" ".join(ruled_out), product) if ruled_out else {}
        own = _own_options(words, product) or self._at_end(words, product, turn if same else None)
        options = own if tool not in _ABOUT_ONE else own or self._options(words, product)
        about_data = asked_of(product, words, turn.language).attributes
        listed = tool == "check_stock" or _ABOUT_VARIANTS.search(words) or ((own or without) and not about_data)
        fragment = not _WHOLE_QUESTION.search(words) and brief(words)
        bare = fragment and options and same
        if (not priced and not bare and not listed) or not (priced or options or without):
            return None
        if same and (fragment or not self._shop.tells_product(words)):
            options = _carried(turn.state.last_options, options, product)
        return {
            "product": product.product_id,
            **_prices(wish),
            **({"options": options} if options else {}),
            **({"without": without} if without else {}),
        }

    def _having(self, words: str, turn: Turn) -> Product | None:
        """The only one of several products shown that comes as words say ("有奶油色吗" of two headphones)."""
        if len(turn.state.listed_products) < _PAIR or not brief(words) or self._shop.names_kind(words):
            return None
        shown = [self._shop.product(ProductId(product_id)) for product_id in turn.state.listed_products]
        having = [product for product in shown if options_said(words, [v.options for v in product.variants])]
        return having[0] if len(having) == 1 else None

    def _at_end(self, words: str, product: Product, turn: Turn | None) -> dict[str, str]:
        """The value that "the thickest" or "something smaller" means among the versions that can be bought."""
        now = {} if turn is None else turn.state.last_options
        if turn is not None and turn.state.last_item:
            now = next((v.options for v in product.variants if v.item_id == turn.state.last_item), now)
        return end_said(words, [variant for variant in product.variants if variant.available], now)

    def _options(self, words: str, product: Product) -> dict[str, str]:
        """The options that words name: of the product, or what only other products of the shop have ("in red?")."""
        own = [variant.options for variant in product.variants]
        return _own_options(words, product) or _single(options_said(words, self._of_others(own[0])))

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
        if (having := self._having(intent.words, turn)) is not None:
            return having
        alone = None if speaks_of_it(intent.words) else self._shop.only_of_kind(price_wish(intent.words).rest)
        if alone is not None and alone.product_id != turn.state.last_product:
            return alone
        if not turn.state.last_product or not (tool in _ABOUT_ONE or bare):
            return alone
        last = self._shop.product(ProductId(turn.state.last_product))
        if (
            bare
            or speaks_of_it(intent.words)
            or not self._shop.tells_product(intent.words)
            or self._is_that(intent, turn)
        ):
            return last
        if brief(intent.words) and _own_options(intent.words, last):
            return last
        return alone


def _own_options(words: str, product: Product) -> dict[str, str]:
    """The product's options that words name, be it by a number alone ("the 34 one")."""
    own = [variant.options for variant in product.variants]
    said = options_said(words, own)
    return _single(said or (numbers_said(price_wish(words).rest, own) if brief(words) else {}))


def _single(said: Mapping[str, list[str]]) -> dict[str, str]:
    """The options of which one value is named."""
    return {name: values[0] for name, values in said.items() if len(values) == 1}


def _carried(before: Mapping[str, str], said: dict[str, str], product: Product) -> dict[str, str]:
    """The options said now with those said before, where a version has them all; else only those said now.

    With a price alone ("the cheapest?") one that can be bought must have them.
    """
    own = {(name, value) for variant in product.variants for name, value in variant.options.items()}
    kept = [name for name, value in before.items() if (name, value) in own and name not in said]
    for names in (kept, *([other for other in kept if other != name] for name in reversed(kept))):
        both = {**{name: before[name] for name in names}, **said}
        if any(fits(variant, both) for variant in product.variants if (said and names == kept) or variant.available):
            return both
    return said


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
