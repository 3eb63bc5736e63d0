"""Where a stretch without any mark may hold two requests: "wheres my pan can i pay monthly".

Every place between two words is tried. The words on its two sides are read by the classifier over words alone, which
takes no sentence encoder: a place is proposed where both sides clearly ask for something, and for different things.
Whether it is a cut, decide the same signs as where people put a comma (see `boundary`). In English every fifth message
of two requests is written so; in Chinese people leave a space or a comma, and such cuts part single requests as often.
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from assistant.routing.reading.cues import LanguageCues, load_cues
from assistant.routing.reading.pieces import Cut, Piece
from assistant.routing.reading.wording import length
from assistant.text.language import Language

_MOST_SEAMS = 2
_LEAST = -2.5
_APART = 2
_LEAST_SIDE: Mapping[Language, int] = {"en": 4}
"""Least words of a side, in the languages whose messages are cut so."""
_SPACE = re.compile(r"\s+")


class Words(NamedTuple):
    """What the words of a stretch ask for: the likeliest intent, its log-probability, and the log-odds of asking."""

    intent: str
    log_probability: float
    request: float


class ReadsWords(Protocol):
    """Reads stretches by their words alone."""

    def wordings(self, texts: Sequence[str], language: Language) -> list[Words]:
        """One for each text; none where words weren't learned."""
        ...


class _Seam(NamedTuple):
    score: float
    at: int


def with_seams(text: str, found: Sequence[Piece], language: Language, reader: ReadsWords) -> list[Piece]:
    """The pieces, those that seem to hold two requests cut there.

    Args:
        text: that was cut into `found`.
        reader: of stretches.
    """
    if language not in _LEAST_SIDE:
        return list(found)
    cues = load_cues().language[language]
    seams = [seam for piece in found for seam in _seams(text, piece, language, cues, reader)]
    kept: list[int] = []
    for seam in sorted(seams, reverse=True):
        if all(length(text[min(at, seam.at) : max(at, seam.at)], language) > _APART for at in kept):
            kept.append(seam.at)
        if len(kept) == _MOST_SEAMS:
            break
    return [part for piece in found for part in _cut(text, piece, sorted(kept), cues)]


def _seams(text: str, piece: Piece, language: Language, cues: LanguageCues, reader: ReadsWords) -> list[_Seam]:
    """The places within a piece where both sides ask for different things by their words."""
    words = text[piece.start : piece.end]
    places = [match.end() for match in _SPACE.finditer(words)]
    places = [at for at in places if _may_part(words, at, language, cues)]
    if not places:
        return []
    sides = reader.wordings([words[:at].strip() for at in places] + [words[at:].strip() for at in places], language)
    pairs = zip(places, sides[: len(places)], sides[len(places) :], strict=True) if sides else ()
    scored = [_Seam(_score(left, right), piece.start + at) for at, left, right in pairs if left.intent != right.intent]
    return [seam for seam in scored if seam.score > _LEAST]


def _may_part(words: str, at: int, language: Language, cues: LanguageCues) -> bool:
    """Whether both sides are long enough, and the place isn't in the midst of a phrase."""
    left, right = words[:at], words[at:]
    least = _LEAST_SIDE[language]
    whole = not cues.unfinished.search(left.rstrip()) and not cues.leaning.match(right)
    return whole and min(length(left, language), length(right, language)) >= least


def _score(left: Words, right: Words) -> float:
    asking = math.log(_share(left.request) * _share(right.request))
    return left.log_probability + right.log_probability + asking


def _share(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


def _cut(text: str, piece: Piece, seams: Sequence[int], cues: LanguageCues) -> list[Piece]:
    """The parts of a piece between the seams in it."""
    at = [piece.start, *(seam for seam in seams if piece.start < seam < piece.end), piece.end]
    if len(at) == 2:
        return [piece]
    parts = []
    for number, (start, end) in enumerate(pairwise(at)):
        cut = piece.cut if number == 0 else Cut.SEAM
        after = end + 1 if end == piece.end else end
        parts.append(Piece(start, end, cut, bool(cues.asks.search(text[start:after].strip()))))
    return parts
