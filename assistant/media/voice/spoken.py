"""Spoken numbers as they would be typed: "W one double zero three" is `W1003`, "thirty two dollars" is `$32`.

Only runs that can be a code (see `codes`) and amounts with their currency are changed; "two lamps" and "one of them"
stay as they were said.
"""

import re
import unicodedata
from collections.abc import Iterator

from assistant.media.voice.codes import TEENS, TENS, with_codes

_UNITS = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())}
_NUMBER_WORDS = "|".join([*_UNITS, *TEENS, *(word for word in TENS), "hundred", "thousand", "and", "a"])
_EN_AMOUNT = re.compile(
    rf"(?<![\w.$])((?:\d[\d,]*(?:\.\d+)?)|(?:(?:{_NUMBER_WORDS})(?:[\s-]+(?:{_NUMBER_WORDS}))*))[\s-]+"
    rf"(?:dollars?|bucks)\b(?:[\s,]+(?:and[\s]+)?((?:\d{{1,2}})|(?:(?:{_NUMBER_WORDS})(?:[\s-]+(?:{_NUMBER_WORDS}))*))"
    r"[\s-]+cents?\b)?",
    re.IGNORECASE,
)


def as_typed(heard: str) -> str:
    """The words of a transcript with ids and amounts as people type them."""
    return with_codes(_EN_AMOUNT.sub(_amount, unicodedata.normalize("NFKC", heard)))


def _amount(match: re.Match[str]) -> str:
    whole, cents = _value(match[1]), _value(match[2]) if match[2] else None
    if whole is None or (match[2] and cents is None):
        return match[0]
    if cents is None:
        return f"${whole:,.2f}".removesuffix(".00") if isinstance(whole, float) else f"${whole}"
    return f"${int(whole)}.{int(cents):02d}"


def _value(words: str) -> float | int | None:
    """A number in digits or in English words."""
    plain = words.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain) if "." in plain else int(plain)
    total = part = 0
    known = False
    for word in _words(words):
        if word in _UNITS:
            part += _UNITS[word]
        elif word in TEENS:
            part += TEENS[word]
        elif word in TENS:
            part += 10 * TENS[word]
        elif word == "a":
            part += 1
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word == "thousand":
            total, part = total + max(part, 1) * 1000, 0
        elif word != "and":
            return None
        known = known or word not in ("and", "a")
    return total + part if known else None


def _words(text: str) -> Iterator[str]:
    yield from re.split(r"[\s-]+", text.lower().strip())
