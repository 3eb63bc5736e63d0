"""Whether a message asks for two things on the two sides of a possible cut: what speaks for it, and how loud.

Weights are of a logistic regression for each language. Positives: two examples of the catalogue that a router had not
learned, joined as people join requests (commas, stops, line breaks, nothing at all, "and", "also", "btw"). Negatives:
single examples that it had not learned, at every place where they might be cut.
"""

import math
import re
from collections.abc import Mapping
from typing import NamedTuple

from assistant.routing.fusion.judge import Reading
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.pieces import Cut, Piece
from assistant.routing.reading.wording import ORDER_ID
from assistant.text.language import Language

_LEAST = 1e-4


class Side(NamedTuple):
    """A run of pieces on one side of a cut, how it is read, the products that it names, and how it sounds.

    `request` is the log-odds that it asks for something rather than tells the story around a request.
    """

    pieces: tuple[Piece, ...]
    reading: Reading
    products: frozenset[str] = frozenset()
    request: float = 0.0

    @property
    def orders(self) -> frozenset[str]:
        """Order numbers that it names."""
        return frozenset(re.sub(r"\D", "", number) for number in ORDER_ID.findall(self.reading.text))

    @property
    def asks(self) -> bool:
        """Whether any piece has the form of a request."""
        return any(piece.asks for piece in self.pieces)


WEIGHTS: Mapping[Language, Mapping[str, float]] = {
    "en": {
        "always": -5.88,
        "lower": 2.32,
        "upper": 3.99,
        "additive": 2.84,
        "sentence": 0.73,
        "left_asks": 1.03,
        "right_asks": -0.01,
        "half_asked": -0.23,
        "both_ask": 0.75,
        "left_states": 0.11,
        "right_states": -0.1,
        "neighbours": -0.68,
        "other_products": 0.98,
        "refers_back": -1.31,
        "adds": 1.82,
        "other_agent": 0.43,
        "follows_from": -1.5,
        "left_in_whole": 0.1,
        "right_in_whole": 0.23,
        "right_in_left": -0.47,
        "left_in_right": -0.46,
        "two_orders": 2.0,
    },
    "zh": {
        "always": -4.92,
        "lower": 2.64,
        "upper": 3.33,
        "additive": 3.49,
        "sentence": 2.08,
        "left_asks": 0.6,
        "right_asks": 0.67,
        "half_asked": 0.17,
        "both_ask": 0.93,
        "left_states": -0.15,
        "right_states": 0.47,
        "neighbours": -1.2,
        "other_products": 0.89,
        "refers_back": 1.21,
        "adds": 0.3,
        "other_agent": 0.54,
        "left_in_whole": 0.2,
        "right_in_whole": 0.27,
        "right_in_left": -0.44,
        "left_in_right": -0.34,
        "follows_from": 0.0,
        "two_orders": 2.0,
    },
}
"""Above 0 it is a cut. `two_orders` and `follows_from` are set by hand: two examples joined at random neither name
orders nor follow from each other."""

WEIGHTS_WITH_WORDS: Mapping[Language, Mapping[str, float]] = {
    "en": {
        "always": -1.94,
        "lower": 0.99,
        "upper": 1.81,
        "additive": 0.95,
        "sentence": 0.32,
        "left_asks": 0.44,
        "right_asks": 0.17,
        "half_asked": -0.15,
        "both_ask": 0.48,
        "left_states": -0.18,
        "right_states": 0.26,
        "neighbours": -0.55,
        "other_products": 1.23,
        "refers_back": -0.55,
        "adds": 0.45,
        "other_agent": 0.45,
        "follows_from": -0.42,
        "left_in_whole": 0.15,
        "right_in_whole": 0.15,
        "right_in_left": -0.24,
        "left_in_right": -0.19,
        "two_orders": 0.81,
        "wanted": 0.97,
        "wanted_more": -0.12,
        "both_request": 0.77,
    },
    "zh": {
        "always": -0.73,
        "lower": 1.26,
        "upper": 0.52,
        "additive": 0.81,
        "sentence": 0.68,
        "left_asks": 0.56,
        "right_asks": 0.38,
        "half_asked": 0.32,
        "both_ask": 0.5,
        "left_states": -0.09,
        "right_states": -0.09,
        "neighbours": -0.6,
        "other_products": 0.2,
        "refers_back": 0.4,
        "adds": 0.08,
        "other_agent": 0.0,
        "left_in_whole": 0.1,
        "right_in_whole": 0.1,
        "right_in_left": -0.18,
        "left_in_right": -0.06,
        "two_orders": 1.72,
        "wanted": 0.87,
        "wanted_more": 0.45,
        "both_request": 0.63,
        "follows_from": 0.0,
    },
}
"""The same where training learned what words tell (see `detectors.apart`). Positives: messages of two requests as
people write them, beside some joined ones; negatives: messages of one request that look like two. The threshold is
where fewest of both are decided wrongly."""


def boundary(
    left: Side, right: Side, whole: Reading, catalogue: Catalogue, language: Language, wanted: Mapping[str, float]
) -> float:
    """How surely two requests meet between `left` and `right`, as log-odds less the threshold.

    Args:
        wanted: how surely the words of the whole message ask for each intent, be it among others; empty where that
            wasn't learned.
    """
    weights = (WEIGHTS_WITH_WORDS if wanted else WEIGHTS)[language]
    found = signs(left, right, whole, catalogue, language)
    if wanted:
        found |= word_signs(left, right, wanted)
    return sum(weights[name] * value for name, value in found.items())


def word_signs(left: Side, right: Side, wanted: Mapping[str, float]) -> dict[str, float]:
    """What the words of the whole message, and the form of both sides, say of two requests."""
    mine = (left.reading.intent, right.reading.intent)
    return {
        "wanted": min(wanted[name] for name in mine),
        "wanted_more": max((value for name, value in wanted.items() if name not in mine), default=0.0),
        "both_request": min(left.request, right.request),
    }


def signs(left: Side, right: Side, whole: Reading, catalogue: Catalogue, language: Language) -> dict[str, float]:
    """What speaks for and against two requests, as `WEIGHTS` weighs it."""
    one, other = left.reading, right.reading
    first, second = catalogue.get(one.intent), catalogue.get(other.intent)
    cues = load_cues().language[language]
    cut = right.pieces[0].cut
    between = whole.text[left.pieces[-1].end : right.pieces[0].start].strip(" ,.;!?")
    lower, upper = sorted((one.probability, other.probability))
    return {
        "always": 1.0,
        "lower": _log(lower),
        "upper": _log(upper),
        "left_in_whole": _log(whole.of(one.intent)),
        "right_in_whole": _log(whole.of(other.intent)),
        "right_in_left": _log(one.of(other.intent)),
        "left_in_right": _log(other.of(one.intent)),
        "additive": float(cut is Cut.ADDITIVE),
        "sentence": float(cut is Cut.SENTENCE),
        "half_asked": float(cut is Cut.SENTENCE and not (left.asks and right.asks)),
        "left_asks": float(left.asks),
        "right_asks": float(right.asks),
        "both_ask": float(left.asks and right.asks),
        "left_states": float(not left.asks and first.stated),
        "right_states": float(not right.asks and second.stated),
        "neighbours": float(first.name in second.confused_with or second.name in first.confused_with),
        "other_agent": float(first.agent != second.agent),
        "other_products": float(bool(left.products and right.products and left.products.isdisjoint(right.products))),
        "two_orders": float(bool(left.orders and right.orders and left.orders.isdisjoint(right.orders))),
        "refers_back": float(bool(cues.refers.search(other.text))),
        "follows_from": float(bool(cues.hence.search(between))),
        "adds": float(bool(cues.adds.search(other.text) or cues.adds.search(between))),
    }


def _log(share: float) -> float:
    return math.log(max(share, _LEAST))
