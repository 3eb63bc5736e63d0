"""Whether a message asks for two things on the two sides of a possible cut: what speaks for it, and how loud.

Weights are of a logistic regression for each language and lie in `boundary.json`. English ones are learned by
`assistant bench boundary --write en` from messages of one and of two requests, `evals/routing/requests_*.jsonl` and
`dev_*.jsonl`: positives are cuts whose sides are read as the two requests of the message, negatives all other places
where one might cut. Most of the Chinese ones are older, of joined examples and a few written messages: those that the
command learns find a few more long messages, but miss as many short ones. What the words on both sides tell (`parting`)
and the threshold were learned beside them, by `--write zh --only parting`; in English it made no difference.
"""

import json
import math
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from assistant.routing.fusion.judge import Reading
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.pieces import Cut, Piece
from assistant.routing.reading.wording import ORDER_ID, length
from assistant.text.language import Language

KEPT = Path(__file__).with_suffix(".json")
"""Where the weights lie: by language, with what words tell (see `detectors.apart`) and without it."""
WITH_WORDS, WITHOUT_WORDS = "with_words", "without_words"
ALWAYS = "always"
BY_WORDS = ("wanted", "wanted_more", "both_request", "right_request", "parting")
"""Signs that are known only where training learned what words tell."""
SET = {"two_orders": 2.0}
"""Signs too rare to learn a weight for, with the weight set for them."""
_LEAST = 1e-4

Signs = Mapping[str, float]


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


def boundary(found: Signs, language: Language) -> float:
    """How surely two requests meet at a cut, as log-odds less the threshold; above 0 it is one.

    Args:
        found: what `signs` told.
    """
    weights = kept_weights()[language][WITH_WORDS if BY_WORDS[0] in found else WITHOUT_WORDS]
    return sum(weight * found[name] for name, weight in weights.items())


def signs(
    left: Side,
    right: Side,
    whole: Reading,
    catalogue: Catalogue,
    language: Language,
    wanted: Mapping[str, float],
    parting: float = 0.0,
) -> dict[str, float]:
    """What speaks for and against two requests.

    Args:
        wanted: how surely the words of the whole message ask for each intent, be it among others; empty where that
            wasn't learned.
        parting: how surely a request begins with the right side by the words on both, as log-odds.
    """
    found = _of_readings(left, right, whole) | _of_form(left, right, whole, language)
    found |= _of_intents(left, right, catalogue) | {ALWAYS: 1.0}
    if wanted:
        mine = (left.reading.intent, right.reading.intent)
        others = max((value for name, value in wanted.items() if name not in mine), default=0.0)
        told = (min(wanted[name] for name in mine), others, min(left.request, right.request), right.request, parting)
        found |= zip(BY_WORDS, told, strict=True)
    return found


def _of_readings(left: Side, right: Side, whole: Reading) -> dict[str, float]:
    """How surely both sides are read, and how by the other one and by the whole message."""
    one, other = left.reading, right.reading
    lower, upper = sorted((one.probability, other.probability))
    return {
        "lower": _log(lower),
        "upper": _log(upper),
        "whole": _log(whole.probability),
        "left_in_whole": _log(whole.of(one.intent)),
        "right_in_whole": _log(whole.of(other.intent)),
        "neither_is_whole": float(whole.intent not in (one.intent, other.intent)),
        "right_in_left": _log(one.of(other.intent)),
        "left_in_right": _log(other.of(one.intent)),
    }


def _of_form(left: Side, right: Side, whole: Reading, language: Language) -> dict[str, float]:
    """How they are set off, how they sound, and how long they are."""
    other = right.reading
    cues = load_cues().language[language]
    cut = right.pieces[0].cut
    between = whole.text[left.pieces[-1].end : right.pieces[0].start].strip(" ,.;!?")
    shorter, longer = sorted(length(side.reading.text, language) for side in (left, right))
    return {
        "seam": float(cut is Cut.SEAM),
        "additive": float(cut is Cut.ADDITIVE),
        "sentence": float(cut is Cut.SENTENCE),
        "half_asked": float(cut is Cut.SENTENCE and not (left.asks and right.asks)),
        "left_asks": float(left.asks),
        "right_asks": float(right.asks),
        "both_ask": float(left.asks and right.asks),
        "refers_back": float(bool(cues.refers.search(other.text))),
        "follows_from": float(bool(cues.hence.search(between))),
        "adds": float(bool(cues.adds.search(other.text) or cues.adds.search(between))),
        "shorter": _log(shorter),
        "longer": _log(longer),
        "pieces": _log(len(left.pieces) + len(right.pieces)),
    }


def _of_intents(left: Side, right: Side, catalogue: Catalogue) -> dict[str, float]:
    """What is asked for, and of what."""
    first, second = catalogue.get(left.reading.intent), catalogue.get(right.reading.intent)
    return {
        "left_states": float(not left.asks and first.stated),
        "right_states": float(not right.asks and second.stated),
        "neighbours": float(first.name in second.confused_with or second.name in first.confused_with),
        "other_agent": float(first.agent != second.agent),
        "other_products": float(bool(left.products and right.products and left.products.isdisjoint(right.products))),
        "two_orders": float(bool(left.orders and right.orders and left.orders.isdisjoint(right.orders))),
    }


@lru_cache(maxsize=1)
def kept_weights() -> dict[Language, dict[str, dict[str, float]]]:
    """By language, with and without what words tell: the weight of each sign."""
    read: dict[Language, dict[str, dict[str, float]]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return read


def _log(share: float) -> float:
    return math.log(max(share, _LEAST))
