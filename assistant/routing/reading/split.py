"""Two requests in one message are two: a message is cut where a new request may begin, and both sides are read.

Each possible cut is judged by how its sides are read: two that clearly ask for different things are two requests.
A side that only tells the story around a request ("I ordered a lamp last week") is read with little certainty, or
doesn't have the form of a request.
"""

import math
import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from assistant.routing.fusion.judge import Judge, Reading
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.wording import ORDER_ID, length
from assistant.text.language import Language

PART = 0.3
"""Least probability of a part that counts as a request of its own."""
_ENOUGH = 0.75
_CLEAR = 0.6
_SURE = 0.85
_MORE = 1.5
_MOST_PIECES = 6
_MOST_REQUESTS = 4
_LEAST = 0.01


class Cut(IntEnum):
    """How a piece is set off from the one before; a higher one speaks louder for a new request."""

    WEAK = 0
    SENTENCE = 1
    ADDITIVE = 2


class Piece(NamedTuple):
    """A stretch of a message; `asks` when it has the form of a request."""

    start: int
    end: int
    cut: Cut
    asks: bool


class Request(NamedTuple):
    """A part of a message that asks for one thing."""

    words: str
    reading: Reading


class Side(NamedTuple):
    """A run of pieces on one side of a cut, and how it is read."""

    pieces: tuple[Piece, ...]
    reading: Reading

    @property
    def orders(self) -> frozenset[str]:
        """Order numbers that it names."""
        return frozenset(re.sub(r"\D", "", number) for number in ORDER_ID.findall(self.reading.text))

    @property
    def asks(self) -> bool:
        """Whether any piece has the form of a request."""
        return any(piece.asks for piece in self.pieces)


WEIGHTS: Mapping[str, float] = {
    "always": -0.01,
    "lower": 3.56,
    "upper": 0.43,
    "outside": 0.11,
    "additive": 3.40,
    "sentence": 2.97,
    "left_asks": 1.38,
    "right_asks": 0.49,
    "left_states": -0.65,
    "right_states": 0.25,
    "neighbours": -1.15,
    "chinese": 0.42,
    "two_orders": 2.00,
    "half_asked": -1.50,
}
"""Of a logistic regression on cuts in single requests of the catalogue and the development sets, and on pairs of the
latter joined at random; the threshold is set so that about one single request in forty is cut. `two_orders` and
`half_asked` (a sentence that asks beside one that tells) are set by hand. Above 0 it is a cut."""


def pieces(text: str, language: Language) -> list[Piece]:
    """The stretches of `text` that may each be a request, in order; too short ones are left out."""
    cues = load_cues().language[language]
    cuts: list[tuple[int, int, Cut]] = []
    for cut, pattern in ((Cut.ADDITIVE, cues.additive), (Cut.SENTENCE, cues.sentence), (Cut.WEAK, cues.weak)):
        for match in pattern.finditer(text):
            inside = any(start < match.end() and match.start() < end for start, end, _ in cuts)
            if not inside and (cut is not Cut.WEAK or cues.begins.match(text, match.end())):
                cuts.append((match.start(), match.end(), cut))
    found: list[Piece] = []
    start, before = 0, Cut.SENTENCE
    for cut_start, cut_end, cut in [*sorted(cuts), (len(text), len(text), Cut.SENTENCE)]:
        kept = text[start:cut_start]
        if length(kept, language) >= cues.min_length:
            # the mark that ends the piece belongs to it: a question mark makes it a question
            asks = bool(cues.asks.search(text[start : cut_start + 1].strip()))
            found.append(Piece(start, cut_start, before, asks))
            start, before = cut_end, cut
        elif not kept.strip():
            start, before = cut_end, max(before, cut)
        elif found:  # a few words more belong to what was said before them
            last = found[-1]
            asks = last.asks or bool(cues.asks.search(kept.strip()))
            found[-1] = last._replace(end=cut_start, asks=asks)
            start, before = cut_end, cut
    return _few(found)


def requests(text: str, language: Language, whole: Reading, judge: Judge, catalogue: Catalogue) -> list[Request]:
    """The requests of a message, in order; one where it can't be cut."""
    cut = tuple(pieces(text, language))
    if len(cut) < 2:
        return [Request(text, whole)]
    cutter = _Cutter(text, Side(cut, whole), language, judge, catalogue)
    sides = cutter.apart(Side(cut, whole), _MOST_REQUESTS)
    if len(sides) > 1:
        return _with_context(text, sides)
    heard = [side for side in cutter.seen if not side.reading.is_outside and not _gives_way(side.reading, catalogue)]
    best = max(heard, key=lambda side: (side.asks, side.reading.probability), default=None)
    if best is not None and _rather(best.reading, whole, catalogue):
        return [Request(text, best.reading)]
    return [Request(text, whole)]


def _rather(part: Reading, whole: Reading, catalogue: Catalogue) -> bool:
    """Whether a part says better than the whole message what is asked for."""
    if whole.is_outside:
        return part.probability >= _SURE and part.outside <= part.limit / 2
    if _gives_way(whole, catalogue):
        return part.probability >= _CLEAR
    return whole.probability < min(part.probability, _CLEAR)


def _gives_way(reading: Reading, catalogue: Catalogue) -> bool:
    return bool(catalogue.get(reading.intent).social)


def signs(left: Side, right: Side, catalogue: Catalogue, language: Language) -> dict[str, float]:
    """What speaks for and against two requests, as `WEIGHTS` weighs it."""
    one, other = left.reading, right.reading
    first, second = catalogue.get(one.intent), catalogue.get(other.intent)
    neighbours = first.name in second.confused_with or second.name in first.confused_with
    cut = right.pieces[0].cut
    lower, upper = sorted((one.probability, other.probability))
    return {
        "always": 1.0,
        "lower": math.log(max(lower, _LEAST)),
        "upper": math.log(max(upper, _LEAST)),
        "outside": max(one.outside, other.outside),
        "additive": float(cut is Cut.ADDITIVE),
        "sentence": float(cut is Cut.SENTENCE),
        "half_asked": float(cut is Cut.SENTENCE and not (left.asks and right.asks)),
        "left_asks": float(left.asks),
        "right_asks": float(right.asks),
        "left_states": float(not left.asks and first.stated),
        "right_states": float(not right.asks and second.stated),
        "two_orders": float(bool(left.orders and right.orders and left.orders.isdisjoint(right.orders))),
        "neighbours": float(neighbours),
        "chinese": float(language == "zh"),
    }


class _Cutter:
    """Cuts one message; remembers what was read.

    Args:
        text: the message.
        whole: its pieces, and how all of it is read.
    """

    def __init__(self, text: str, whole: Side, language: Language, judge: Judge, catalogue: Catalogue) -> None:
        self._text = text
        self._all, self._whole = whole
        self._language: Language = language
        self._judge = judge
        self._catalogue = catalogue
        self._read: dict[tuple[int, int], Reading] = {}
        self.seen: list[Side] = []

    def apart(self, side: Side, most: int) -> list[Side]:
        """`side` as one request, or as the several that it holds."""
        if most < 2 or len(side.pieces) < 2:
            return [side]
        pairs = self._pairs(side)
        self.seen += [half for pair in pairs for half in pair]
        judged = [(self._score(left, right), left, right) for left, right in pairs]
        score, left, right = max(judged, key=lambda entry: entry[0])
        if score <= (0.0 if side.pieces == self._all else _MORE):
            return [side]
        before = self.apart(left, most - 1)
        return [*before, *self.apart(right, most - len(before))]

    def _pairs(self, side: Side) -> list[tuple[Side, Side]]:
        halves = [(side.pieces[:at], side.pieces[at:]) for at in range(1, len(side.pieces))]
        spans = dict.fromkeys((half[0].start, half[-1].end) for pair in halves for half in pair)
        unread = [span for span in spans if span not in self._read]
        texts = [self._text[start:end].strip(" ,，;；") for start, end in unread]
        self._read |= zip(unread, self._judge.read(texts, self._language, enough=_ENOUGH), strict=True)
        read = self._read
        return [
            (Side(one, read[one[0].start, one[-1].end]), Side(other, read[other[0].start, other[-1].end]))
            for one, other in halves
        ]

    def _score(self, left: Side, right: Side) -> float:
        one, other = left.reading, right.reading
        least = _SURE if self._whole.is_outside else PART
        unclear = min(one.probability, other.probability) < least or one.is_outside or other.is_outside
        courtesy = _gives_way(one, self._catalogue) != _gives_way(other, self._catalogue)
        if unclear or courtesy or one.intent == other.intent:
            return -math.inf
        found = signs(left, right, self._catalogue, self._language)
        return sum(WEIGHTS[name] * value for name, value in found.items())


def _few(found: list[Piece]) -> list[Piece]:
    """At most a handful of pieces: those that are set off least are put together."""
    while len(found) > _MOST_PIECES:
        joints = list(pairwise(found))
        at = min(range(len(joints)), key=lambda i: (joints[i][1].cut, joints[i][1].end - joints[i][0].start))
        one, other = joints[at]
        found[at : at + 2] = [Piece(one.start, other.end, one.cut, one.asks or other.asks)]
    return found


def _with_context(text: str, sides: Sequence[Side]) -> list[Request]:
    """Each request with the words up to the next one."""
    starts = [0, *(side.pieces[0].start for side in sides[1:]), len(text)]
    return [
        Request(text[start:end].strip(" ,，;；"), side.reading)
        for side, (start, end) in zip(sides, pairwise(starts), strict=True)
    ]
