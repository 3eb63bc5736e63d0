"""The stretches of a message that may each be a request of their own."""

import re
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.wording import length
from assistant.text.language import Language

_MOST_PIECES = 6
_NUMBERED = re.compile(r"(?:^|(?<=[\s:：,，;；。.!?！？]))[(（]?([1-6])\s?[)）.、:：](?!\d)\s*|([①-⑥])\s*")


class Cut(IntEnum):
    """How a piece is set off from the one before; a higher one speaks louder for a new request."""

    SEAM = -1
    WEAK = 0
    SENTENCE = 1
    ADDITIVE = 2


class Piece(NamedTuple):
    """A stretch of a message; `asks` when it has the form of a request."""

    start: int
    end: int
    cut: Cut
    asks: bool


def pieces(text: str, language: Language) -> list[Piece]:
    """The stretches of `text` that may each be a request, in order; too short ones are left out."""
    cues, text = load_cues().language[language], _without_numbers(text)
    cuts: list[tuple[int, int, Cut]] = []
    for cut, pattern in ((Cut.ADDITIVE, cues.additive), (Cut.SENTENCE, cues.sentence), (Cut.WEAK, cues.weak)):
        at = 0
        while match := pattern.search(text, at):
            inside = any(start < match.end() and match.start() < end for start, end, _ in cuts)
            taken = not inside and (cut is not Cut.WEAK or cues.begins.match(text, match.end()) is not None)
            if taken:
                cuts.append((match.start(), match.end(), cut))
            # in "by then and do you", what "then" does not cut "and" may
            at = max(match.end(), at + 1) if taken else match.start() + 1
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
        elif found and text[cut_start:cut_end].isalnum():  # nothing but a word follows: it is one clause with the next
            continue
        elif found:  # a few words more belong to what was said before them
            last = found[-1]
            asks = last.asks or bool(cues.asks.search(kept.strip()))
            found[-1] = last._replace(end=cut_start, asks=asks)
            start, before = cut_end, cut
    return _few(found)


def _without_numbers(text: str) -> str:
    """The text, as long as before, with line ends for the numbers of a list ("1) where is it 2) can I return it")."""
    found = list(_NUMBERED.finditer(text))
    numbers = [int(match[1]) if match[1] else "①②③④⑤⑥".index(match[2]) + 1 for match in found]
    if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
        return text
    return _NUMBERED.sub(lambda match: "\n" * len(match[0]), text)


def _few(found: list[Piece]) -> list[Piece]:
    """At most a handful of pieces: those that are set off least are put together."""
    while len(found) > _MOST_PIECES:
        joints = list(pairwise(found))
        at = min(range(len(joints)), key=lambda i: (joints[i][1].cut, joints[i][1].end - joints[i][0].start))
        one, other = joints[at]
        found[at : at + 2] = [Piece(one.start, other.end, one.cut, one.asks or other.asks)]
    return found
