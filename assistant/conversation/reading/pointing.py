"""Which of the things that a reply listed are meant: "the second one", "the last", "第二个", "后者"."""

import re
from collections.abc import Sequence
from typing import Literal

from assistant.shop.records import Order, Product

_ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "last": -1, "latter": -1,
}  # fmt: skip
_HAN = {"一": 0, "1": 0, "二": 1, "2": 1, "两": 1, "三": 2, "3": 2, "四": 3, "4": 3, "五": 4, "5": 4}
_THING = r"(?:one|ones|order|parcel|package|product|item|option|pair)"
_END = (
    r"(?=\W*$|\s*[?.,;!]"
    r"|\s+(?:is|are|in|has|have|come|comes|with|and|or|be|available|please|than|to|cost|costs|then)\b)"
)
_LATIN = re.compile(rf"\b(?:the|that|this|number)\s+({'|'.join(_ORDINALS)})(?:\s+{_THING})?{_END}", re.IGNORECASE)
_LATIN_THING = re.compile(rf"\b({'|'.join(_ORDINALS)})\s+{_THING}\b(?!\s+(?:placed|i|we|that i)\b)", re.IGNORECASE)
_BARE = re.compile(rf"^\W*(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_LATEST = re.compile(r"\blast (?:order|parcel|package)\b", re.IGNORECASE)
"""The newest one, wherever it stands in a list."""
_CHINESE = re.compile(r"第([一二两三四五1-5])(?:个|款|单|项|件|种|条|笔)?")
_CHINESE_ENDS = ((re.compile(r"前者|前一个|头一个"), 0), (re.compile(r"后者|后一个|最后(?:一|那)(?:个|款|单|件)"), -1))
_COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs|difference|differ|better|worse|cheaper|than)\b|比|区别|不同|差别|哪个好", re.IGNORECASE
)
_CHEAP = re.compile(
    r"\b(?:the|that) (?:cheap(?:er|est)?|less expensive|least expensive|lower[- ]priced) (?:one"
    r"|model|option)?\b|(?:最?便宜|价格低|低价)的?(?:那|这)?(?:个|款|台|一款)",
    re.I,
)
_DEAR = re.compile(
    r"\b(?:the|that) (?:(?:(?:more|most) )?expensive|pricey|pricier|priciest|dearer) (?:one"
    r"|model|option)?\b|(?:最?贵|价格高)的?(?:那|这)?(?:个|款|台|一款)",
    re.I,
)


End = Literal["cheapest", "dearest"]


def by_price(words: str) -> End | None:
    """Which end of a list's prices words point at ("the cheaper one", "贵的那款"); None where they don't."""
    if _CHEAP.search(words):
        return "cheapest"
    return "dearest" if _DEAR.search(words) else None


def at_end(products: Sequence[Product], end: End) -> Product:
    """The product of a list whose cheapest version is the cheapest, or whose dearest is the dearest."""
    extreme = min if end == "cheapest" else max
    return extreme(products, key=lambda product: extreme(variant.price.cents for variant in product.variants))


def order_by_price(words: str, orders: Sequence[Order], listed: Sequence[str]) -> str:
    """Number of the cheapest or dearest of the orders that were just listed; empty where words mean none of them."""
    shown, end = [order for order in orders if order.order_id in listed], by_price(words)
    if end is None or len(shown) <= 1:
        return ""
    return str((max if end == "dearest" else min)(shown, key=lambda order: order.total.cents).order_id)


def without_places(words: str) -> str:
    """The words without those that point at a place in a list: "return the second one, it's faulty" -> "return , it's
    faulty". What chose an order by its place must not be read again as the place of a piece."""
    for pattern in (_LATIN, _LATIN_THING, _BARE, _CHINESE, *(pattern for pattern, _ in _CHINESE_ENDS)):
        words = pattern.sub(" ", words)
    return words


def pointed(words: str, listed: Sequence[str]) -> tuple[str, ...]:
    """The things that words point at by their place.

    Args:
        words: a message.
        listed: ids of what the last list held, in its order; nothing can be pointed at in less than two.
    """
    if len(listed) < 2:
        return ()
    places = [_ORDINALS[m.group(1).lower()] for p in (_LATIN, _LATIN_THING) for m in p.finditer(words)]
    places = [] if _LATEST.search(words) else places
    places += [_HAN[match.group(1)] for match in _CHINESE.finditer(words)]
    places += [place for pattern, place in _CHINESE_ENDS if pattern.search(words)]
    meant = [listed[place] for place in dict.fromkeys(places) if -1 <= place < len(listed)]
    return tuple(dict.fromkeys(meant))


def compares(words: str) -> bool:
    """Whether words set one thing beside another."""
    return _COMPARES.search(words) is not None
