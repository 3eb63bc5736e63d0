"""Spoken numbers as they would be typed: "W one double zero three" is `W1003`, "thirty two dollars" is `$32`.

Only runs that can be an id (four digits or more, spoken one by one) and amounts with their currency are changed; "two
lamps" and "one of them" stay as they were said.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_DIGITS = {
    **{word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine".split())},
    **{"oh": "0", "o": "0", "nought": "0", "naught": "0", "won": "1", "to": "2", "too": "2", "for": "4", "ate": "8"},
    **{word: str(value) for value, word in enumerate("零一二三四五六七八九")},
    **{"〇": "0", "幺": "1", "两": "2"},
}
_UNSURE = frozenset({"o", "won", "to", "too", "for", "ate"})
"""Words that are digits only between digits; `won` also before them."""
_TEENS = {word: value for value, word in enumerate(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 10)}  # fmt: skip
_TENS = {word: value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_UNITS = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())}
_TIMES = {"double": 2, "triple": 3}
_W = re.compile(r"\b(?:double|dub(?:ble|le)?)[\s,;.?!-]*(?:you|u|ya)(?![a-z])", re.IGNORECASE)
_TOKEN = re.compile(
    r"[$¥€£]\s?\d[\d,]*(?:\.\d+)?|\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d+\.\d{1,2}(?!\d)|[A-Za-z]*\d[A-Za-z\d]*|[A-Za-z]+|[零〇一二三四五六七八九幺两]|[#\-.,]|\S",
    re.ASCII,
)
"""Amounts and dates are pieces of their own; nothing joins them to a code."""
_LEAST = 4
_CODE = re.compile(r"(?:[A-Za-z]{1,3})?\d+")
_MARKS = frozenset({"#", "-", ",", "."})
_BREATHS = frozenset({"?", ";", ":"})
"""Marks that a model puts where somebody took a breath; in a number that is still short they end nothing."""
_SHORT = 6

_NUMBER_WORDS = "|".join([*_UNITS, *_TEENS, *(word for word in _TENS), "hundred", "thousand", "and", "a"])
_EN_AMOUNT = re.compile(
    rf"(?<![\w.$])((?:\d[\d,]*(?:\.\d+)?)|(?:(?:{_NUMBER_WORDS})(?:[\s-]+(?:{_NUMBER_WORDS}))*))[\s-]+"
    rf"(?:dollars?|bucks)\b(?:[\s,]+(?:and[\s]+)?((?:\d{{1,2}})|(?:(?:{_NUMBER_WORDS})(?:[\s-]+(?:{_NUMBER_WORDS}))*))"
    r"[\s-]+cents?\b)?",
    re.IGNORECASE,
)


def as_typed(heard: str) -> str:
    """The words of a transcript with ids and amounts as people type them."""
    text = _W.sub("W", unicodedata.normalize("NFKC", heard))
    text = _EN_AMOUNT.sub(_amount, text)
    return _with_codes(text)


class _Piece(NamedTuple):
    start: int
    end: int
    word: str


def _with_codes(text: str) -> str:
    pieces = [_Piece(match.start(), match.end(), match[0]) for match in _TOKEN.finditer(text)]
    out, at, place = "", 0, 0
    while place < len(pieces):
        run = _run(pieces, place)
        if run is None:
            place += 1
            continue
        end, code = run
        out += text[at : pieces[place].start] + code
        at, place = pieces[end - 1].end, end
    return out + text[at:]


def _run(pieces: list[_Piece], start: int) -> tuple[int, str] | None:
    """The longest code that begins at a piece: where it ends, and how it is typed."""
    sign, letters, digits = "", "", ""
    place = start
    if pieces[place].word == "#" or pieces[place].word.lower() in ("hash", "hashtag"):
        sign, place = "#", place + 1
        if place < len(pieces) and pieces[place].word == "-":
            place += 1
    if (
        place < len(pieces)
        and re.fullmatch(r"[A-Za-z]", pieces[place].word)
        and pieces[place].word.lower() not in "aio"
    ):
        letters, place = pieces[place].word.upper(), place + 1
        if place < len(pieces) and pieces[place].word in ("-", ".", ","):
            place += 1
    spoken = end = 0
    while place < len(pieces):
        found = _digits_at(pieces, place, bool(digits or letters))
        if found is None:
            break
        place, more, is_spoken = found
        if _CODE.fullmatch(more) and not more.isdigit():
            if digits or letters:
                break
            letters, more = re.sub(r"\d", "", more).upper(), re.sub(r"\D", "", more)
        digits += more
        spoken += is_spoken
        end = place
        joints = _MARKS if len(digits) >= _SHORT else _MARKS | _BREATHS
        if place < len(pieces) and pieces[place].word in joints and _digits_at(pieces, place + 1, True) is not None:
            place += 1
    if len(digits) < _LEAST or not (spoken or letters or sign or end - start > 1):
        return None
    return end, f"{sign or ('#' if letters == 'W' else '')}{letters}{digits}"


def _digits_at(pieces: list[_Piece], place: int, inside: bool) -> tuple[int, str, int] | None:
    """Digits that a piece says: the place after it, the digits, whether they were spoken."""
    if place >= len(pieces):
        return None
    word = pieces[place].word.lower()
    if word in _TIMES and place + 1 < len(pieces):
        following = _digits_at(pieces, place + 1, inside)
        if following is not None and len(following[1]) == 1:
            return following[0], following[1] * _TIMES[word], 1
        return None
    if word in _DIGITS and (inside or word not in _UNSURE or word == "won"):
        after = place + 1 + (place + 1 < len(pieces) and pieces[place + 1].word in _MARKS)
        if word in _UNSURE and _digits_at(pieces, after, True) is None:
            return None
        return place + 1, _DIGITS[word], 1
    if _CODE.fullmatch(word) and word.isascii():
        return place + 1, word, 0
    return None


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
        elif word in _TEENS:
            part += _TEENS[word]
        elif word in _TENS:
            part += 10 * _TENS[word]
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
