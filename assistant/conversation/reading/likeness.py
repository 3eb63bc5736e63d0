"""Which of the products shown is meant by what it is like: "the mechanical one", "大的那个", "the other one"."""

import re
from collections.abc import Sequence

from assistant.shop.analysis import analyse
from assistant.shop.aspects import is_larger
from assistant.shop.records import Product
from assistant.shop.vocabulary import vocabulary

_TWO = 2
_LATIN = re.compile(
    r"\b(?:the|that|this|your) ((?:[a-z0-9][\w'-]* ){1,3})(?:ones?|model|version)\b(?! (?:of|that|which|i))"
    r"|\b(?:one|ones|model) with (?:the |a |an )?((?:[a-z0-9][\w'-]* ?){1,3})",
    re.IGNORECASE,
)
_HAN = re.compile(
    r"([\u4e00-\u9fffA-Za-z0-9]{1,8}?)的?(?:那|这)(?:个|款|种|台|把|只|双|条|件)|那?([\u4e00-\u9fff]{1,5})的(?=呢|有|多少|怎么|能|可以|是|会|和|跟|带|支持|，|,|$)"
)
_OTHER = re.compile(r"\b(?:the )?other one\b|另外?(?:一|那)(?:个|款|台|种)", re.IGNORECASE)
_LARGE = re.compile(r"^(?:big(?:ger|gest)?|large(?:r|st)?|大|大一点|更大|最大)$", re.IGNORECASE)
_SMALL = re.compile(r"^(?:small(?:er|est)?|little|mini|compact|小|小一点|更小|最小)$", re.IGNORECASE)
_CAN = re.compile(r"^(?:能|会|可以|可|带|有|自己|自动)+")
_LEADS = re.compile(r"^(?:那么?|和|跟|与|刚才|刚刚|之前|前面|第.|这|还是|要|我要|就|好|嗯)+")


def alike(words: str, listed: Sequence[Product], last: str) -> Product | None:
    """The one of the products shown that words mean by what it is like; None where none or several are.

    Args:
        words: the message.
        listed: products that were shown, in their order.
        last: id of the one that was talked about last.
    """
    if len(listed) < _TWO:
        return None
    if _OTHER.search(words) and len(listed) == _TWO:
        others = [product for product in listed if product.product_id != last]
        return others[0] if len(others) == 1 else None
    for match in [*_LATIN.finditer(words), *_HAN.finditer(words)]:
        like = _LEADS.sub("", next(filter(None, match.groups()), "").strip())
        if like and (found := _one(like, listed)) is not None:
            return found
    return None


def all_alike(words: str, listed: Sequence[Product]) -> tuple[Product, ...]:
    """Every product shown that words liken ("than the mechanical one?"), where these aren't all of them."""
    for match in [*_LATIN.finditer(words), *_HAN.finditer(words)]:
        like = _LEADS.sub("", next(filter(None, match.groups()), "").strip())
        fitting = tuple(product for product in listed if like and _is(like, product))
        if 0 < len(fitting) < len(listed):
            return fitting
    return ()


def _one(like: str, listed: Sequence[Product]) -> Product | None:
    sized = _LARGE.match(like) or _SMALL.match(like)
    for fits in (_is,) if sized else (_is, _is_described):
        fitting = [product for product in listed if fits(like, product)]
        if len(fitting) == 1:
            return fitting[0]
    for pattern, larger in ((_LARGE, True), (_SMALL, False)):
        if pattern.match(like):
            ends = [p for p in listed if all(_beyond(p, other, larger=larger) for other in listed if other != p)]
            return ends[0] if len(ends) == 1 else None
    return None


def _is_described(like: str, product: Product) -> bool:
    """Whether the options' Chinese names, or what is told of a product, hold what words say it is like."""
    options = {vocabulary().value(v, "zh") for variant in product.variants for v in variant.options.values()}
    told = " | ".join((product.description, product.description_zh or "", *sorted(options))).lower()
    wanted = re.findall(r"[\u4e00-\u9fff]{2,}|[a-z][a-z-]{3,}", _CAN.sub("", like.lower()))
    return bool(wanted) and all(word in told for word in wanted)


def _beyond(product: Product, other: Product, *, larger: bool) -> bool:
    return is_larger(product, other) if larger else is_larger(other, product)


def _is(like: str, product: Product) -> bool:
    """Whether a product's name, options and attributes tell all that words say it is like."""
    words = vocabulary()
    asked = analyse(like, words)
    wanted = {*asked.unexplained, *asked.concepts}
    values = [value for value in product.attributes.values() if value.lower() not in ("no", "none")]
    had = [name for name, value in product.attributes.items() if value.lower() == "yes"]
    options = {value for variant in product.variants for value in variant.options.values()}
    told = f"{product.name} | {product.name_zh or ''} | {' | '.join((*values, *had, *sorted(options)))}"
    terms = analyse(told, words, document=True)
    return bool(wanted) and wanted <= {*terms.words, *terms.concepts}
