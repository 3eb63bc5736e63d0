"""Price limits and orderings that a customer puts in words."""

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.spoken_amounts import amounts_in_digits

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNIT = r"(?:\s*(?:dollars?|usd|bucks|美元|美金|美刀|刀|元|块钱|块))"
_ROUGHLY = (
    r"(?:(?: like| about| around| roughly| maybe| perhaps| max| only| just| up to|大概|大约|差不多|只有|就|是|在)*)"
)
_MAX = re.compile(
    r"(?:under|below|less than|up to|cheaper than|at most|no more than|not (?:more than|over|above)|within|"
    r"max(?:imum)?(?: of)?|"
    rf"budget(?:'s| is| of| would be|:)?{_ROUGHLY}|(?:spend|burn|blow|splash)(?: out)?{_ROUGHLY}|"
    rf"不超过|低于|少于|小于|最多|不到|预算{_ROUGHLY})\s*(?:us)?[$¥￥]?\s*{_NUMBER}{_UNIT}?(?:\s*以内|\s*以下)?"
    rf"|(?:us)?[$¥￥]?\s*{_NUMBER}{_UNIT}?\s*(?:or less|or under|or below|max\b|tops\b|to spend\b|以内|以下|之内)",
    re.I,
)
_MIN = re.compile(
    rf"(?:over|above|more than|at least|高于|大于|超过|至少)\s*(?:us)?[$¥￥]?\s*{_NUMBER}{_UNIT}?"
    rf"|(?:us)?[$¥￥]?\s*{_NUMBER}{_UNIT}?\s*(?:or more|and up|以上)",
    re.I,
)
_RANGE = re.compile(
    rf"(?:between\s+)?(?:us)?[$¥￥]?\s*{_NUMBER}\s*(?:-|–|~|to|and|到|至)\s*(?:us)?[$¥￥]?\s*{_NUMBER}{_UNIT}", re.I
)
_BETWEEN = re.compile(
    rf"between\s+(?:us)?\$?\s*{_NUMBER}\s+and\s+(?:(?:us)?\$\s*{_NUMBER}|{_NUMBER}{_UNIT}|(\d{{2,}}))(?<!\b1\d)", re.I
)
_ABOUT = re.compile(
    rf"\b(?:about|around|roughly|approximately|circa|some)\s+(?:us)?\$\s*{_NUMBER}|\b(?:about|around|roughly|approximately|circa|some)\s+{_NUMBER}(?:\s*(?:dollars?|usd|bucks))"
    rf"|{_NUMBER}{_UNIT}?\s*(?:左右|上下)",
    re.I,
)
_LEEWAY = 1.25
"""How much more than "about 100" something may cost."""
_CHEAPEST = re.compile(
    r"\b(?:cheap(?:est)?|lowest[- ]price[ds]?|least expensive|(?:most )?affordable|budget)\b|最便宜|便宜|最低价|实惠",
    re.I,
)
_DEAREST = re.compile(r"\b(?:most expensive|priciest|top of the line)\b|最贵", re.I)
_ANYTHING = re.compile(
    r"(?:\W|\b(?:what|which|s|is|are|was|show|tell|give|find|me|the|a|an|one|ones|thing|things|item|items|product|products"
    r"|stuff|you|u|we|sell|sold|have|got|offer|in|of|at|your|our|this|shop|store|here|do|does|it|please|pls|anything"
    r"|something|overall|all|whole|there|i|can|could|would|buy|get|know|for|on|under|with|any|some|nice|good|ok|okay|so)\b"
    r"|[店里你们家的有是哪个款什么啥东西商产品那一给我看卖请问想知道吗呢吧了买能全整中话])*",
    re.I,
)


@dataclass(frozen=True)
class PriceWish:
    """What was said about the price; `rest` is the text without it. Amounts are in the shop's currency."""

    rest: str
    min_cents: int | None = None
    max_cents: int | None = None
    cheapest_first: bool = False
    dearest_first: bool = False

    @property
    def limited(self) -> bool:
        """Whether a lowest or a highest price was said."""
        return self.min_cents is not None or self.max_cents is not None

    @property
    def of_anything(self) -> bool:
        """Whether nothing is said but the price ("the cheapest thing in your shop")."""
        return _ANYTHING.fullmatch(self.rest) is not None

    @property
    def ordered(self) -> bool:
        """Whether the cheapest or the dearest is wanted."""
        return self.cheapest_first or self.dearest_first


def price_wish(text: str) -> PriceWish:
    """Take the words about the price out of `text`."""
    low: int | None = None
    high: int | None = None
    text = amounts_in_digits(text)
    if match := _BETWEEN.search(text) or _RANGE.search(text):
        low, high = sorted(map(_cents, list(filter(None, match.groups()))[:2]))
        text = _without(text, match)
    if match := _MAX.search(text):
        high = _cents(match.group(1) or match.group(2))
        text = _without(text, match)
    if match := _MIN.search(text):
        low = _cents(match.group(1) or match.group(2))
        text = _without(text, match)
    if match := _ABOUT.search(text):
        about = _cents(next(filter(None, match.groups())))
        high = round(about * _LEEWAY) if high is None else high
        text = _without(text, match)
    cheapest, dearest = bool(_CHEAPEST.search(text)), bool(_DEAREST.search(text))
    return PriceWish(_DEAREST.sub(" ", _CHEAPEST.sub(" ", text)), low, high, cheapest and not dearest, dearest)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _cents(number: str) -> int:
    return int(Decimal(number.replace(",", "")) * 100)
