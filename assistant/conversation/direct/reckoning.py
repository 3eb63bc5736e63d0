"""What several things cost together, and whether a gift card is enough for one: asked in a talk about products."""

import re
from dataclasses import dataclass

from assistant.conversation.reading.likeness import alike
from assistant.conversation.slots.options import options_said
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.shop.records import Money, Product, Variant
from assistant.shop.service import Shop
from assistant.text.language import has_han
from assistant.text.quantity_patterns import EN_WORD, HAN_DIGITS, HAN_NUMBER, WORDS
from assistant.text.spoken_amounts import amounts_in_digits

_ASKS_SUM = re.compile(
    r"\b(?:how much|what (?:would|will|do|does|is|are)|would be|come to|comes to|cost|costs|total|altogether|together"
    r"|makes?|all in)\b|\?\s*$|多少|一共|总共|加起来|合计|总价|就是\s*\d"
    r"|^\W*(?:那|那么|如果|要是|换成|买)?.{1,6}(?:呢|的话)\W*$",
    re.I,
)
_BARE_COUNT = re.compile(
    rf"^\W*(?:(?:and|or|so|ok|what about|how about|for)\s+)*(?P<n>\d{{1,3}}|{EN_WORD}|a dozen|a couple)"
    r"(?: of (?:them|those|these))?\W*\?\W*$",
    re.I,
)
_PLUS = re.compile(r"\bplus\b|\band (?=the\b|an?\b|that\b|this\b)|\+|&|加上?(?!热|湿|急|购|固)|和|跟|以及", re.I)
_TOGETHER = re.compile(
    r"\b(?:plus|together|altogether|total|come to|comes to|both|all in)\b|\+|加起来|一共|总共|合计|加|一起", re.I
)
_COUNT = re.compile(
    rf"\b(?P<n>\d{{1,3}}|{EN_WORD}|a couple|a pair)\s+"
    r"(?P<of>(?:of (?:those|them|these|it|that|each)|packs?|sets?|ones)\b|(?:[a-z-]+ ){0,2}?[a-z-]+s\b)",
    re.I,
)
_OF_THEM = re.compile(r"^(?:of |packs?$|packs? |sets?$|sets? |ones)", re.I)
_COUNT_HAN = re.compile(
    rf"(?P<n>\d{{1,3}}|{HAN_NUMBER})[来多]?(?:盏|台|把|双|套|件|条|只|包|盒|副|块|支|瓶|个|盆|张|床)"
    r"(?!月|小时|人|孩|工作|字|问|国家|颜色|房间|屋|朋友|钱)"
)
_IT = re.compile(r"\b(?:it|that|this|one|those|them)\b|它|这个|那个|这款|那款", re.I)
_OWN_CARD = re.compile(
    r"\bmy (?:gift )?(?:card|voucher)\b|\b(?:i've|ive|i have|i) got an? gift card\b|\bi have an? gift card\b"
    r"|\b(?:left|balance) (?:on|of) (?:my|the)\b"
    r"|我(?:的|那张|有张|还有)?礼品卡|礼品卡(?:还)?(?:够|付得起|有多少|剩|余额)",
    re.I,
)
_ENOUGH = re.compile(r"\b(?:enough|cover\w*|pay\w*|use|afford|part of)\b|够|付|用|抵|买得起", re.I)
_CARD = re.compile(r"\bgift cards?\b|礼品卡", re.I)
_PACKS = re.compile(r"\bpacks?\b|[包盒]装", re.I)
_LEAST_COUNT = 2
_SPOKEN = {"a couple": 2, "a pair": 2, "a dozen": 12, "十": 10}


@dataclass(frozen=True)
class Priced:
    """So many of a product, at a price: the lowest where its versions in question differ in price."""

    product: Product
    count: int
    price: Money
    options: dict[str, str]
    differs: bool


class Reckoning:
    """Adds up prices.

    Args:
        shop: its products.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def sum_of(self, words: str, turn: Turn) -> tuple[Priced, ...]:
        """What words ask the sum of: several of one product, or different ones; empty where they ask for no sum."""
        if not _ASKS_SUM.search(words):
            return ()
        parts = [part for part in _PLUS.split(words) if part.strip()] if _TOGETHER.search(words) else []
        if len(parts) > 1:
            found = [(self._meant(part, turn), self._count(part) or 1) for part in parts]
            products = [product for product, _ in found if product is not None]
            if len(products) == len(found) == len({product.product_id for product in products}):
                return tuple(self.priced(one, words, turn, count) for one, count in found if one is not None)
        count, product = self._count(words), self._meant(words, turn) or self._at_hand(turn)
        if product is None or count is None or count < _LEAST_COUNT:
            return ()
        if _PACKS.search(words) and not any(_packs(variant) for variant in product.variants):
            return ()
        return (self.priced(product, words, turn, count),)

    def at_hand(self, words: str, turn: Turn) -> Priced | None:
        """The product that words name, or that is talked about, at its price."""
        product = self._meant(words, turn) or self._at_hand(turn)
        return None if product is None else self.priced(product, words, turn)

    def priced(self, product: Product, words: str, turn: Turn, count: int = 1) -> Priced:
        """A product at the price of the version that words or the talk before mean."""
        same = product.product_id == turn.state.last_product
        said = options_said(re.sub(r"\bpacks of\b", "pack of", words), [v.options for v in product.variants])
        told = {name: values[0] for name, values in said.items() if len(values) == 1}
        wanted = {**(turn.state.last_options if same else {}), **told}
        fitting = [v for v in product.variants if _fits(v, wanted)] or list(product.variants)
        if same and not told and turn.state.last_item:
            fitting = [v for v in product.variants if v.item_id == turn.state.last_item] or fitting
        on_sale = [variant for variant in fitting if variant.available] or fitting
        cheapest = min(on_sale, key=lambda variant: variant.price.cents)
        differs = len({variant.price.cents for variant in on_sale}) > 1
        options = {name: value for name, value in wanted.items() if _fits(cheapest, {name: value})}
        return Priced(product, count, cheapest.price, options, differs)

    def _meant(self, words: str, turn: Turn) -> Product | None:
        """The product that words name or call by its kind; of several of the kind that was shown or is at hand."""
        words = _CARD.sub(" ", words)
        named = self._shop.product_named(words)
        if named is not None:
            return named
        at_hand = self._at_hand(turn)
        listed = [self._shop.product(ProductId(at)) for at in turn.state.listed_products]
        if (likened := alike(words, listed, turn.state.last_product)) is not None:
            return likened
        if not self._shop.names_kind(words):
            called = self._shop.products_nicknamed(words, at_hand)
            if len(called) == 1:
                return called[0]
            return at_hand if _IT.search(words) else None
        if at_hand is not None and self._shop.is_of_kind(at_hand.product_id, words):
            return at_hand
        found = self._shop.search_products(words, "zh" if has_han(words) else "en", limit=1)
        return found[0] if found else None

    def _at_hand(self, turn: Turn) -> Product | None:
        return self._shop.product(ProductId(turn.state.last_product)) if turn.state.last_product else None

    def _count(self, words: str) -> int | None:
        """How many of a thing words speak of."""
        named = {part for one in self._shop.products_named(words) for part in one.name.lower().split()}
        for found in _COUNT.finditer(words):
            if found["n"] in named:  # the 300 of "Aria 300 headphones"
                continue
            if _OF_THEM.match(found["of"]) or self._shop.names_kind(found["of"]):
                return _number(found["n"])
        match = _COUNT_HAN.search(words) or _BARE_COUNT.search(words)
        return _number(match["n"]) if match else None


def asks_if_enough(words: str) -> bool:
    """Whether words ask if a card is enough for something, or whether it can be paid with it."""
    return _ENOUGH.search(words) is not None


def speaks_of_own_card(words: str) -> bool:
    """Whether words speak of a gift card that the customer has ("my gift card?", "我礼品卡够不够")."""
    return _OWN_CARD.search(words) is not None


def _packs(variant: Variant) -> bool:
    return any("pack" in name or "piece" in value for name, value in variant.options.items())


def _fits(variant: Variant, wanted: dict[str, str]) -> bool:
    return all(variant.options.get(name) == value for name, value in wanted.items())


def _number(said: str) -> int:
    lowered = said.lower()
    if lowered in _SPOKEN:
        return _SPOKEN[lowered]
    if lowered.isdigit():
        return int(lowered)
    if lowered in WORDS or lowered in HAN_DIGITS:
        return WORDS.get(lowered, HAN_DIGITS.get(lowered, 1))
    digits = re.search(
        r"\d+", amounts_in_digits("10元" if lowered == "十" else f"{lowered}元" if has_han(lowered) else said)
    )
    return int(digits[0]) if digits else 1
