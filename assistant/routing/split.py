"""Two requests in one message are two: a message is cut where a new request may begin, and each part is read.

A cut counts only when the parts ask for different things, each clearly, and the whole is not better read as
one request. What tells a story around a request ("I ordered a lamp last week") stays with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.routing.catalogue import Catalogue
from assistant.routing.cues import load_cues
from assistant.routing.judge import Judge, Reading
from assistant.routing.wording import length
from assistant.text.language import Language

PART = 0.5
"""Least probability of a part that counts as a request of its own."""
_NEIGHBOUR = 0.7
_CLEAR_WHOLE = 0.95
_BESIDE_CLEAR_WHOLE = 0.75
_MOST_PIECES = 8
_MOST_REQUESTS = 4


class Piece(NamedTuple):
    """A stretch of a message; `strong` when a new sentence begins with it."""

    start: int
    end: int
    strong: bool


class Request(NamedTuple):
    """A part of a message that asks for one thing."""

    words: str
    reading: Reading


def pieces(text: str, language: Language) -> list[Piece]:
    """The stretches of `text` that may each be a request, in order; too short ones stay with the one before."""
    cues = load_cues().language[language]
    cuts = [(m.start(), m.end(), True) for m in cues.strong.finditer(text)]
    for match in cues.weak.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end, _ in cuts)
        if not inside and cues.begins.match(text, match.end()):
            cuts.append((match.start(), match.end(), False))
    found: list[Piece] = []
    start, strong = 0, True
    for cut_start, cut_end, is_strong in [*sorted(cuts), (len(text), len(text), True)]:
        kept = text[start:cut_start]
        if length(kept, language) >= cues.min_length:
            found.append(Piece(start, cut_start, strong))
            start, strong = cut_end, is_strong
        elif not kept.strip():
            start, strong = cut_end, strong or is_strong
    return found[:_MOST_PIECES]


def requests(text: str, language: Language, whole: Reading, judge: Judge, catalogue: Catalogue) -> list[Request]:
    """The requests of a message, in order; one where it can't be cut."""
    cut = pieces(text, language)
    if len(cut) < 2:
        return [Request(text, whole)]
    readings = judge.read([text[piece.start : piece.end].strip() for piece in cut], language)
    clear = [
        (piece, reading)
        for piece, reading in zip(cut, readings, strict=True)
        if reading.probability >= PART and not reading.is_outside and not catalogue.get(reading.intent).social
    ]
    clear = _without_doubtful(_merged(clear), whole, catalogue)
    if len(clear) >= 2:
        return _with_context(text, clear[:_MOST_REQUESTS])
    if len(clear) == 1 and (whole.is_outside or whole.probability < min(clear[0][1].probability, 0.6)):
        return [Request(text, clear[0][1])]
    return [Request(text, whole)]


_Clear = list[tuple[Piece, Reading]]


def _merged(clear: _Clear) -> _Clear:
    """One entry for each intent: where it is named first, read where it is clearest."""
    best: dict[str, tuple[Piece, Reading]] = {}
    for piece, reading in clear:
        known = best.get(reading.intent)
        if known is None or known[1].probability < reading.probability:
            best[reading.intent] = (known[0] if known else piece, reading)
    return list(best.values())


def _without_doubtful(clear: _Clear, whole: Reading, catalogue: Catalogue) -> _Clear:
    """Drop requests that are likely the same one said twice, or a stray reading beside a clear whole."""
    kept: _Clear = []
    for piece, reading in clear:
        beside = reading.intent != whole.intent and whole.probability >= _CLEAR_WHOLE
        if beside and reading.probability < _BESIDE_CLEAR_WHOLE:
            continue
        if kept and _neighbours(kept[-1][1].intent, reading.intent, catalogue):
            weaker = min(kept[-1][1].probability, reading.probability)
            if weaker < _NEIGHBOUR:
                if reading.probability > kept[-1][1].probability:
                    kept[-1] = (kept[-1][0], reading)
                continue
        kept.append((piece, reading))
    return kept


def _neighbours(one: str, other: str, catalogue: Catalogue) -> bool:
    return other in catalogue.get(one).confused_with or one in catalogue.get(other).confused_with


def _with_context(text: str, clear: Sequence[tuple[Piece, Reading]]) -> list[Request]:
    """Each request with the words up to the next one."""
    starts = [0, *(piece.start for piece, _ in clear[1:]), len(text)]
    stretches = zip(clear, starts[:-1], starts[1:], strict=True)
    return [Request(text[start:end].strip(" ,，;；"), reading) for (_, reading), start, end in stretches]
