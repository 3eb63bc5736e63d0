"""Two requests in one message are two: a message is cut where a new request may begin, and each part is read.

A cut counts only when the parts ask for different things, each clearly, and the whole is not better read as
one request. What tells a story around a request ("I ordered a lamp last week") stays with it.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from assistant.routing.catalogue import Catalogue
from assistant.routing.cues import load_cues
from assistant.routing.judge import Judge, Reading
from assistant.routing.wording import length
from assistant.text.language import Language

PART = 0.5
"""Least probability of a part that counts as a request of its own."""
_NEIGHBOUR = 0.7
_ENOUGH = 0.75
_MOST_PIECES = 8
_MOST_REQUESTS = 4


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
    return found[:_MOST_PIECES]


def requests(text: str, language: Language, whole: Reading, judge: Judge, catalogue: Catalogue) -> list[Request]:
    """The requests of a message, in order; one where it can't be cut."""
    cut = pieces(text, language)
    if len(cut) < 2:
        return [Request(text, whole)]
    readings = judge.read([text[piece.start : piece.end].strip() for piece in cut], language, enough=_ENOUGH)
    clear = [
        (piece, reading)
        for piece, reading in zip(cut, readings, strict=True)
        if reading.probability >= PART and not reading.is_outside and not catalogue.get(reading.intent).social
    ]
    apart = _apart(_merged(clear), catalogue)
    if len(apart) >= 2:
        return _with_context(text, apart[:_MOST_REQUESTS])
    best = max(clear, key=lambda entry: (entry[0].asks, entry[1].probability), default=None)
    if best is not None and (whole.is_outside or whole.probability < min(best[1].probability, 0.6)):
        return [Request(text, best[1])]
    return [Request(text, whole)]


_Clear = list[tuple[Piece, Reading]]


def _merged(clear: _Clear) -> _Clear:
    """One entry for each intent: where it is named first, read where it is clearest."""
    best: dict[str, tuple[Piece, Reading]] = {}
    for piece, reading in clear:
        known = best.get(reading.intent)
        if known is None:
            best[reading.intent] = (piece, reading)
        else:
            first = known[0]._replace(asks=known[0].asks or piece.asks)
            best[reading.intent] = (first, max(known[1], reading, key=lambda one: one.probability))
    return list(best.values())


def _apart(clear: _Clear, catalogue: Catalogue) -> _Clear:
    """The pieces that are requests beside each other; of the others, none."""
    kept: _Clear = []
    for piece, reading in clear:
        if kept and not _beside(kept[-1], (piece, reading), catalogue):
            if _rank(piece, reading) > _rank(*kept[-1]):
                kept[-1] = (piece, reading)
            continue
        kept.append((piece, reading))
    return kept


def _rank(piece: Piece, reading: Reading) -> tuple[bool, float]:
    return piece.asks, reading.probability


def _beside(one: tuple[Piece, Reading], other: tuple[Piece, Reading], catalogue: Catalogue) -> bool:
    """Whether two pieces are two requests, rather than one with its reason or one said twice."""
    (first, before), (second, after) = one, other
    if second.cut is Cut.ADDITIVE:
        return True
    intents = catalogue.get(before.intent), catalogue.get(after.intent)
    neighbours = intents[0].name in intents[1].confused_with or intents[1].name in intents[0].confused_with
    if neighbours and (min(before.probability, after.probability) < _NEIGHBOUR or not (first.asks and second.asks)):
        return False
    if second.cut is Cut.SENTENCE:
        return (first.asks or intents[0].stated) and (second.asks or intents[1].stated)
    return first.asks and second.asks


def _with_context(text: str, clear: Sequence[tuple[Piece, Reading]]) -> list[Request]:
    """Each request with the words up to the next one."""
    starts = [0, *(piece.start for piece, _ in clear[1:]), len(text)]
    stretches = zip(clear, starts[:-1], starts[1:], strict=True)
    return [Request(text[start:end].strip(" ,，;；"), reading) for (_, reading), start, end in stretches]
