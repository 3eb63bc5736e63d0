"""Where the sentences of a text begin and end, in English and Chinese.

A line is never joined with the next one. A full stop inside a number, an address or an abbreviation ends no
sentence, and neither does a Latin one before a small letter; a citation mark or a closing quotation mark stays
with the sentence that it follows.
"""

import re

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"[ \t]*(?:[•–-]|\*(?!\*)|\d{1,2}[.)、](?!\d))[ \t]*")
_AFTER = r"[”’\"'」』）)]*(?:\s?\[\d+\])*"
_END = re.compile(rf"(?:[。！？]+{_AFTER}|[.!?]+{_AFTER}(?=\s|$|[\u3400-\u9fff]))")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|incl|excl|vs|mr|mrs|ms|dr|a\.m|p\.m)|\b(?:[A-Za-z]\.)+[A-Za-z])\.$", re.IGNORECASE
)


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence of `text`, in characters, without the space and the bullets around it."""
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        bullet = _BULLET.match(line[0])
        start = line.start() + (bullet.end() if bullet else 0)
        for mark in _END.finditer(text, start, line.end()):
            if _goes_on(text, start, mark, line.end()):
                continue
            found.append((start, mark.end()))
            start = mark.end()
        found.append((start, line.end()))
    trimmed = (_trimmed(text, start, end) for start, end in found)
    return [(start, end) for start, end in trimmed if any(character.isalnum() for character in text[start:end])]


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, without the bullets of lists."""
    return [text[start:end] for start, end in sentence_bounds(text)]


def _goes_on(text: str, start: int, mark: re.Match[str], line_end: int) -> bool:
    """Whether a mark is no end: an abbreviation's stop, or one that a small letter follows."""
    if not mark[0].startswith(".") or mark[0].startswith("..."):
        return False
    rest = text[mark.end() : line_end].lstrip()
    if not rest or "[" in mark[0]:
        return False
    return rest[0].islower() or _ABBREVIATION.search(text[start : mark.start() + 1]) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
