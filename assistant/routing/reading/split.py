"""Two requests in one message are two: a message is cut where a new request may begin, and both sides are read.

Each possible cut is judged by how its sides are read: two that clearly ask for different things are two requests.
A side that only tells the story around a request ("I ordered a lamp last week") is read with little certainty, or
doesn't have the form of a request.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.routing.fusion.judge import Judge, Reading
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.boundary import Side, Signs, boundary, signs
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.in_message import SHARE, in_message, without
from assistant.routing.reading.pieces import Piece, pieces
from assistant.routing.reading.seams import with_seams
from assistant.routing.reading.slots import SlotFinder
from assistant.text.language import Language

PART = 0.3
"""Least probability of a part that counts as a request of its own."""
_CLEAR = 0.6
_SURE = 0.85
_MORE = 1.5
_MOST_REQUESTS = 4


class Request(NamedTuple):
    """A part of a message that asks for one thing."""

    words: str
    reading: Reading


class PossibleCut(NamedTuple):
    """Two sides of a place where a message may be cut, and what speaks for it; None where it can't be cut there."""

    left: Side
    right: Side
    signs: Signs | None


def requests(
    text: str, language: Language, whole: Reading, judge: Judge, catalogue: Catalogue, finder: SlotFinder
) -> list[Request]:
    """The requests of a message, in order; one where it can't be cut."""
    side, named = _asking(text, language, whole, judge, finder)
    if len(side.pieces) < 2 and not named:
        return [Request(text, whole)]
    cutter = _Cutter(text, side, language, judge, catalogue)
    sides = cutter.apart(side, _MOST_REQUESTS)
    if len(sides) > 1:
        return _with_context(text, sides)
    if named:
        clearer = not side.reading.is_outside and side.reading.probability >= max(_SURE, whole.probability)
        return [Request(text, side.reading if clearer else whole)]
    heard = [side for side in cutter.seen if not side.reading.is_outside and not _gives_way(side.reading, catalogue)]
    best = max(heard, key=lambda side: (side.asks, side.reading.probability), default=None)
    if best is not None and _rather(best.reading, whole, catalogue):
        return [Request(text, best.reading)]
    return [Request(text, whole)]


def possible_cuts(
    text: str, language: Language, whole: Reading, judge: Judge, catalogue: Catalogue, finder: SlotFinder
) -> list[PossibleCut]:
    """All places where the whole message may be cut, for learning which of them are cuts."""
    side, _ = _asking(text, language, whole, judge, finder)
    return _Cutter(text, side, language, judge, catalogue).possible(side) if len(side.pieces) > 1 else []


def _asking(text: str, language: Language, whole: Reading, judge: Judge, finder: SlotFinder) -> tuple[Side, bool]:
    """What of a message may ask, and whether a thing is named before it ("the white earbuds, can I return those?")."""
    marked = pieces(text, language)
    cut = tuple(marked if whole.is_outside else with_seams(text, marked, language, judge))
    if len(cut) < 2:
        return Side(cut, whole), False
    first = text[cut[0].start : cut[0].end]
    topic = not cut[0].asks and not load_cues().language[language].predicate.search(first)
    if not topic or not finder.only_values(first, language):
        return Side(cut, whole), False
    asking = cut[1:]
    return Side(asking, judge.read([text[asking[0].start : asking[-1].end]], language)[0]), True


def _rather(part: Reading, whole: Reading, catalogue: Catalogue) -> bool:
    """Whether a part says better than the whole message what is asked for."""
    if whole.is_outside:
        return not whole.is_far_outside and part.probability >= _SURE and part.outside <= part.limit / 2
    if _gives_way(whole, catalogue):
        return part.probability >= _CLEAR
    return whole.probability < min(part.probability, _CLEAR)


def _gives_way(reading: Reading, catalogue: Catalogue) -> bool:
    return bool(catalogue.get(reading.intent).social)


class _Cutter:
    """Cuts one message; remembers what was read.

    Args:
        text: the message.
        whole: its pieces, and how all of it is read.
    """

    def __init__(self, text: str, whole: Side, language: Language, judge: Judge, catalogue: Catalogue) -> None:
        self._text = text
        self._all, self._whole = whole.pieces, whole.reading
        self._language: Language = language
        self._judge = judge
        self._catalogue = catalogue
        self._words = judge.by_words(text, language) if language in SHARE else {}
        self._wanted = judge.asked_for(text, language)
        self._read: dict[tuple[int, int], Reading] = {}
        self.seen: list[Side] = []

    def apart(self, side: Side, most: int) -> list[Side]:
        """`side` as one request, or as the several that it holds."""
        if most < 2 or len(side.pieces) < 2:
            return [side]
        judged = [(self._score(cut), cut.left, cut.right) for cut in self.possible(side)]
        score, left, right = max(judged, key=lambda entry: entry[0])
        if score <= (0.0 if side.pieces == self._all else _MORE):
            return [side]
        before = self.apart(left, most - 1)
        return [*before, *self.apart(right, most - len(before))]

    def possible(self, side: Side) -> list[PossibleCut]:
        """All places where a side of several pieces may be cut."""
        pairs = self._pairs(side)
        self.seen += [half for pair in pairs for half in pair]
        within = [self._two(left, right) for left, right in pairs]
        return [PossibleCut(left, right, self._signs(left, right)) for left, right in within]

    def _pairs(self, side: Side) -> list[tuple[Side, Side]]:
        halves = [(side.pieces[:at], side.pieces[at:]) for at in range(1, len(side.pieces))]
        spans = dict.fromkeys((half[0].start, half[-1].end) for pair in halves for half in pair)
        unread = [span for span in spans if span not in self._read]
        texts = [self._said(start, end) for start, end in unread]
        self._read |= zip(unread, self._judge.read(texts, self._language), strict=True)
        return [(self._side(one), self._side(other)) for one, other in halves]

    def _said(self, start: int, end: int) -> str:
        """A stretch as it is read: "if so, make it two" asks what "make it two" asks."""
        words = self._text[start:end].strip(" ,，;；")
        return load_cues().language[self._language].condition.sub("", words) if start > 0 else words

    def _side(self, found: tuple[Piece, ...]) -> Side:
        reading = self._read[found[0].start, found[-1].end]
        request = self._judge.requests(reading.text, self._language)
        return Side(found, reading, self._judge.products(reading.text), request)

    def _two(self, left: Side, right: Side) -> tuple[Side, Side]:
        """Both sides as they are read within the message; two that are read alike are told apart by the less sure."""
        if not self._words:
            return left, right
        one, other = (in_message(side.reading, self._words, self._language) for side in (left, right))
        if one.intent == other.intent and len(one.probabilities) > 1:
            if one.probability < other.probability:
                one = without(one, other.intent)
            else:
                other = without(other, one.intent)
        return left._replace(reading=one), right._replace(reading=other)

    def _is_about(self, left: Side, right: Side) -> bool:
        """Whether the right side asks until when to tell of the left, or only how much or how long; not of a change."""
        said = self._text[right.pieces[0].start : right.pieces[-1].end]
        cues = load_cues().language[self._language]
        bare = cues.bare.match(said) is not None and not self._catalogue.get(left.reading.intent).changes_order
        return bare or cues.reports.match(said) is not None

    def _names(self, side: Side) -> bool:
        """Whether a side ends with which thing is meant, so that what is asked of it follows."""
        return load_cues().language[self._language].apposed.search(side.reading.text) is not None

    def _signs(self, left: Side, right: Side) -> Signs | None:
        one, other = left.reading, right.reading
        least = _SURE if self._whole.is_outside else PART
        unclear = min(one.probability, other.probability) < least or one.is_outside or other.is_outside
        courtesy = _gives_way(one, self._catalogue) != _gives_way(other, self._catalogue)
        if unclear or courtesy or one.intent == other.intent or self._is_about(left, right) or self._names(left):
            return None
        return signs(
            left, right, self._whole, self._catalogue, self._language, self._wanted, self._parting(left, right)
        )

    def _parting(self, left: Side, right: Side) -> float:
        """How surely a request begins with the right side, by the words on both."""
        begins, ends, goes_on = left.pieces[0].start, left.pieces[-1].end, right.pieces[0].start
        said = self._text[begins:ends], self._text[ends:goes_on], self._text[goes_on : right.pieces[-1].end]
        return self._judge.parts(*said, self._language)

    def _score(self, cut: PossibleCut) -> float:
        return -math.inf if cut.signs is None else boundary(cut.signs, self._language)


def _with_context(text: str, sides: Sequence[Side]) -> list[Request]:
    """Each request with the words up to the next one."""
    starts = [0, *(side.pieces[0].start for side in sides[1:]), len(text)]
    return [
        Request(text[start:end].strip(" ,，;；"), side.reading)
        for side, (start, end) in zip(sides, pairwise(starts), strict=True)
    ]
