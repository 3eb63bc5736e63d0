"""Which of the variants just shown is meant without naming one: "the cheapest", "whatever is closest", a yes to one."""

import re
from collections.abc import Callable, Sequence

from assistant.conversation.reading.signals import brief, plain, signals
from assistant.shop.records import OrderItem, Variant

_CHEAP = re.compile(r"\b(?:cheap(?:er|est)?|least expensive|less expensive)\b|便宜")
_DEAR = re.compile(r"\b(?:most expensive|dearest|priciest)\b|最贵")
_CLOSE = re.compile(r"\b(?:closest|nearest|most similar|most like)\b|最接近|最像|差不多的?(?:就行|那)")


def by_wish(text: str, shown: Sequence[Variant], piece: OrderItem) -> Variant | None:
    """The one variant that words wish for; None where they wish for none, or two are as good.

    Args:
        text: the message.
        shown: what was just offered.
        piece: what it comes instead of.
    """
    said = plain(text)
    if not brief(text) or signals().asks(text):
        return None
    if len(shown) == 1 and signals().affirms(text, ""):
        return shown[0]
    if _CHEAP.search(said):
        return _first(sorted(shown, key=lambda one: one.price.cents), lambda one: one.price.cents)
    if _DEAR.search(said):
        return _first(sorted(shown, key=lambda one: -one.price.cents), lambda one: one.price.cents)
    if _CLOSE.search(said):
        return _first(sorted(shown, key=lambda one: -_alike(one, piece)), lambda one: _alike(one, piece))
    return None


def _alike(variant: Variant, piece: OrderItem) -> int:
    return len(variant.options.items() & piece.options.items())


def _first(ordered: Sequence[Variant], worth: Callable[[Variant], int]) -> Variant | None:
    alone = len(ordered) == 1 or (len(ordered) > 1 and worth(ordered[0]) != worth(ordered[1]))
    return ordered[0] if alone else None
