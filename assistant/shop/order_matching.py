"""Which order a customer means by what they say of it."""

import re
from collections.abc import Callable
from datetime import date, datetime

from assistant.shop.analysis import Terms, analyse
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.records import Order, OrderItem, OrderStatus
from assistant.shop.time_words import time_wish
from assistant.shop.vocabulary import vocabulary

_NUMBER = re.compile(r"#\s*[A-Za-z]?\s?\d{4,}|\b[Ww]\s?\d{4,}\b|(?<![\d.$])\d{7}(?![\d.])")
_WORD = re.compile(r"[a-z]{3,}")
_LATEST = re.compile(
    r"\b(?:latest|most recent|newest|last)\b(?!\s+(?:week|month|year))|最近(?:的|一)|最新|上一个|刚刚?(?:买|下)", re.I
)
_NOT_YET = re.compile(
    r"(?:n't|\bnot|\bnever) (?:yet |been |even |really )*(?:delivered"
    r"|arrived|received)\b|没有?(?:收到|送到|送达)|还没到",
    re.I,
)
"""Says nothing of an order's state: what hasn't arrived may be under way, cancelled or lost."""
_STATES: tuple[tuple[re.Pattern[str], frozenset[OrderStatus]], ...] = (
    (
        re.compile(
            r"\b(?:open|outstanding) orders?\b|\borders?\b.{0,16}\bopen\b"
            r"|\b(?:pending|not (?:yet )?(?:shipped|sent)|unshipped|(?:haven't|hasn't|have not"
            r"|has not) (?:yet )?(?:been )?(?:shipped|sent|left|gone out))\b|未发货|待发货|没发货|没有发货|还没发",
            re.I,
        ),
        frozenset({OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED}),
    ),
    (
        re.compile(r"\b(?:shipped|on (?:its|the) way|in transit|out for delivery)\b|已发货|在路上|运输中|派送中", re.I),
        frozenset({OrderStatus.PROCESSED}),
    ),
    (re.compile(r"\b(?:cancell?ed)\b|已取消|取消了的", re.I), frozenset({OrderStatus.CANCELLED})),
    (
        re.compile(r"\b(?:delivered|arrived|received)\b|已送达|已签收|收到的|到货的|送到的", re.I),
        frozenset({OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED}),
    ),
    (
        re.compile(r"\b(?:returned|returning|sent back)\b|退货|退回", re.I),
        frozenset({OrderStatus.RETURN_REQUESTED, OrderStatus.RETURNED}),
    ),
    (re.compile(r"\b(?:exchanged|exchanging)\b|换货", re.I), frozenset({OrderStatus.EXCHANGE_REQUESTED})),
)


class OrderMatcher:
    """Finds orders by words.

    Args:
        knows: the terms of a text that the shop's catalogue has; others say nothing about an order.
    """

    def __init__(self, knows: Callable[[str], Terms]) -> None:
        self._knows = knows

    def match(self, orders: tuple[Order, ...], words: str, now: datetime) -> tuple[Order, ...]:
        """Orders that fit all that was understood of `words`, best first (see `Shop.orders_matching`)."""
        numbers = {normalise_order_number(found) for found in _NUMBER.findall(words)}
        if numbers:
            return tuple(order for order in orders if order.order_id in numbers)
        when = time_wish(_NOT_YET.sub(" ", words), now.date())
        latest = _LATEST.search(when.rest) is not None
        rest = _LATEST.sub(" ", when.rest)
        states: frozenset[OrderStatus] = frozenset()
        for pattern, meant in _STATES:
            if pattern.search(rest):
                states, rest = meant, pattern.sub(" ", rest)
                break
        kept = [
            order
            for order in orders
            if (not states or order.status in states) and (when.first is None or any(map(when.covers, _days(order))))
        ]
        terms = self._knows(rest)
        if (states or when.first is not None) and not kept and terms.kinds(vocabulary()):
            kept = list(orders)  # "is the fan still on its way?" of a fan that hasn't been sent
        asked = {*terms.concepts, *terms.unexplained}
        if asked:
            scored = [(max((_fit(item, terms, asked) for item in order.items), default=0.0), order) for order in kept]
            best = max((score for score, _ in scored), default=0.0)
            least = best if best == 1.0 else best / 2  # all that was said of one: half of it of another is not meant
            kept = [order for score, order in sorted(scored, key=lambda pair: -pair[0]) if score > 0 and score >= least]
            kept = _by_name(kept, rest) or kept
        return tuple(kept[:1] if latest else kept)


def _by_name(orders: list[Order], words: str) -> list[Order]:
    """The orders with a piece that is called as words call it: the espresso machine, where another has a coffee maker.

    Empty where no piece is called so by two words at least.
    """
    said = set(_WORD.findall(words.lower()))
    shared = [max((len(said & set(_WORD.findall(i.name.lower()))) for i in order.items), default=0) for order in orders]
    most = max(shared, default=0)
    return [order for order, count in zip(orders, shared, strict=True) if count == most] if most > 1 else []


def _days(order: Order) -> list[date]:
    """The days that customers remember of an order: when they placed it, and when its parcels came."""
    moments = (order.placed_at, *(shipment.delivered_at for shipment in order.shipments))
    return [moment.date() for moment in moments if moment is not None]


def _fit(item: OrderItem, terms: Terms, asked: set[str]) -> float:
    """The share of what was asked for that this piece has; 0 when it is another kind of product."""
    words = vocabulary()
    name = analyse(item.name, words, document=True)
    told = analyse(f"{item.name} | {item.name_zh or ''} | {' | '.join(item.options.values())}", words, document=True)
    kinds = words.kinds.intersection(terms.concepts)
    own = words.kinds.intersection(name.concepts)
    if kinds and not kinds & own:
        return 0.0
    has = asked & {*told.concepts, *told.words}
    if len(asked) > 1 and all(len(term) == 1 and term not in terms.concepts for term in has):
        return 0.0  # single Chinese characters of longer words: 人 and 工 of "a person" stand in 人体工学 as well
    missing = len(asked) - len(has) - len(kinds - own)
    return len(has) / (len(has) + missing) if has else 0.0
