"""Codes as they are spelled out loud: "whiskey one double zero three, oh oh one" is `#W1003001`.

A code is a sign, a letter and digits, each optional but the digits: at least four, spoken one by one or in pairs.
Words that mean something else elsewhere ("to", "oh", "ten", 洞, 拐) are digits only between other digits, so "two
lamps" and "one of the three" stay as they were said.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_DIGITS = {
    **{word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine".split())},
    **{"oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "null": "0", "won": "1", "to": "2", "too": "2"},
    **{"tree": "3", "free": "3", "for": "4", "fore": "4", "fife": "5", "i've": "5", "ate": "8", "niner": "9"},
    **{word: str(value) for value, word in enumerate("零一二三四五六七八九")},
    **{"〇": "0", "洞": "0", "幺": "1", "妖": "1", "两": "2", "俩": "2", "拐": "7", "勾": "9"},
}
_UNSURE_ZH = frozenset("洞妖俩拐勾")
_UNSURE = frozenset("o nil null won to too tree free for fore fife i've ate".split()) | _UNSURE_ZH
"""Words that are digits only between digits; a few also before them."""
_BEGIN = frozenset({"won", *_UNSURE_ZH})
TEENS = {word: value for value, word in enumerate(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 10)}  # fmt: skip
TENS = {word: value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_TIMES_ZH = {"两": 2, "俩": 2, "三": 3, "四": 4}
_SIGNS = frozenset({"#", "hash", "hashtag", "pound", "井"})
_ALPHABET = {
    word[0].upper(): frozenset(words)
    for words in (line.split() for line in (
        "alpha alfa adam", "bravo bob", "charlie", "delta david", "echo edward", "foxtrot frank", "golf george",
        "hotel henry", "india", "juliet juliett", "kilo king", "lima lincoln", "mike mary", "november nancy",
        "oscar", "papa peter", "quebec queen", "romeo robert", "sierra sam", "tango thomas tom", "uniform union",
        "victor victoria", "whiskey whisky william wendy", "xray", "yankee yellow", "zulu zebra",
    )) for word in words[:1]
}  # fmt: skip
"""The words by which letters are spelled (NATO and the usual first names)."""
_SPELLED = {word: letter for letter, words in _ALPHABET.items() for word in words}
_AS_IN = re.compile(r"\b([a-z])[\s,.-]*(?:as\s+in|like\s+in|for|like)\s+([a-z]+)\b", re.IGNORECASE)
_W = re.compile(r"\b(?:double|dub(?:ble|le)?)[\s,;.?!-]*(?:you|u|ya)(?![a-z])", re.IGNORECASE)
_SIGN = re.compile(r"\b(?:number|pound|hash)[\s-]+sign\b|\bhash[\s-]*tag\b|井号", re.IGNORECASE)
_JOINT = re.compile(r"(?<=[\s,])(?:dash|hyphen|minus|slash|space)(?=[\s,])|横杠|短横", re.IGNORECASE)
_COUNTED = frozenset("十百千万亿")
"""What follows one of these is the rest of a number, not of a code."""
_FILLER = frozenset({"um", "uh", "er", "erm", "uhm", "hmm", "嗯", "呃", "额", "啊"})
_TOKEN = re.compile(
    r"[$¥€£]\s?\d[\d,]*(?:\.\d+)?|\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d+\.\d{1,2}(?!\d)|[A-Za-z]*\d[A-Za-z\d]*|[Ii]'ve\b|[A-Za-z]+"
    r"|[零〇一二三四五六七八九幺妖两俩洞拐勾个嗯呃额啊井]|[#\-.,、]|\S",
    re.ASCII,
)
"""Amounts and dates are pieces of their own; nothing joins them to a code."""
_LEAST = 4
_LEAST_IN_PAIRS = 6
"""Digits that a code without sign or letter has where some were said as "twenty two": else it may be a year."""
_CODE = re.compile(r"(?:[A-Za-z]{1,3})?\d+")
_MARKS = frozenset({"#", "-", ",", ".", "、"})
_BREATHS = frozenset({"?", ";", ":"})
"""Marks that a model puts where somebody took a breath; in a number that is still short they end nothing."""
_SHORT = 6


class _Piece(NamedTuple):
    start: int
    end: int
    word: str


class _Digits(NamedTuple):
    """Digits that pieces say: the place after them, the digits, whether they were spoken, and whether in pairs."""

    after: int
    digits: str
    spoken: bool
    pairs: bool = False


def with_codes(text: str) -> str:
    """The text with each code as it is typed."""
    text = text.replace("_", "-").replace("’", "'")
    text = _JOINT.sub("-", _SIGN.sub("#", _AS_IN.sub(_letter, _W.sub("W", text))))
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


def _letter(match: re.Match[str]) -> str:
    """The letter of "W as in whiskey"; what isn't spelled that way stays."""
    letter, word = match[1].upper(), match[2].lower()
    return letter if word[0].upper() == letter and len(word) > 2 else match[0]


def _run(pieces: Sequence[_Piece], start: int) -> tuple[int, str] | None:
    """The longest code that begins at a piece: where it ends, and how it is typed."""
    if start and pieces[start - 1].word in _COUNTED and pieces[start - 1].end == pieces[start].start:
        return None
    place, sign = _sign(pieces, start)
    place, letters = _first_letter(pieces, place)
    digits, spoken, pairs, end = "", False, False, 0
    while (found := _digits_at(pieces, place, digits, bool(digits or letters), spoken or bool(letters))) is not None:
        place, more = found.after, found.digits
        if _CODE.fullmatch(more) and not more.isdigit():
            if digits or letters:
                break
            letters, more = re.sub(r"\d", "", more).upper(), re.sub(r"\D", "", more)
        digits += more
        spoken, pairs, end = spoken or found.spoken, pairs or found.pairs, place
        place = _past_breath(pieces, place, digits, spoken)
    least = _LEAST_IN_PAIRS if pairs and not (letters or sign) else _LEAST
    if len(digits) < least or not (spoken or letters or sign or end - start > 1):
        return None
    return end, f"{sign or ('#' if letters == 'W' else '')}{letters}{digits}"


def _sign(pieces: Sequence[_Piece], place: int) -> tuple[int, str]:
    if pieces[place].word.lower() not in _SIGNS:
        return place, ""
    place += 1
    return place + (place < len(pieces) and pieces[place].word in _MARKS), "#"


def _first_letter(pieces: Sequence[_Piece], place: int) -> tuple[int, str]:
    """A letter, said alone or by a word of the spelling alphabet, and the place after it."""
    if place >= len(pieces):
        return place, ""
    word = pieces[place].word.lower()
    letter = _SPELLED.get(word) or (word.upper() if re.fullmatch(r"[a-z]", word) and word not in "aio" else "")
    if not letter:
        return place, ""
    place += 1
    while place < len(pieces) and (pieces[place].word in _MARKS or pieces[place].word.lower() in _FILLER):
        place += 1
    return place, letter


def _past_breath(pieces: Sequence[_Piece], place: int, digits: str, spoken: bool) -> int:
    """The place of the next digits where only a mark or a filler stands before them."""
    joints = _MARKS if len(digits) >= _SHORT else _MARKS | _BREATHS
    after = place
    while after < len(pieces) and (pieces[after].word in joints or pieces[after].word.lower() in _FILLER):
        after += 1
    return after if _digits_at(pieces, after, digits, True, spoken) is not None else place


def _digits_at(pieces: Sequence[_Piece], place: int, before: str, inside: bool, spelled: bool) -> _Digits | None:
    """Digits that a piece and those after it say.

    Args:
        before: the digits of the code so far.
        inside: whether a letter or digits stand before.
        spelled: whether they were said, so that pairs ("twenty two") may follow.
    """
    if place >= len(pieces):
        return None
    word = pieces[place].word.lower()
    if (many := _times(pieces, place, inside)) is not None:
        following = _digits_at(pieces, many[0], before, inside, spelled)
        one = following is not None and len(following.digits) == 1
        return _Digits(following.after, following.digits * many[1], True) if following and one else None
    if word in _DIGITS and (inside or word not in _UNSURE or word in _BEGIN):
        alone = _digits_at(pieces, _after_mark(pieces, place + 1), before, True, spelled) is None
        at_the_end = word in _UNSURE_ZH and len(before) >= _LEAST - 1
        return None if word in _UNSURE and alone and not at_the_end else _Digits(place + 1, _DIGITS[word], True)
    if (word in TENS or word in TEENS) and (spelled or _pairs_follow(pieces, place)):
        return _pair(pieces, place)
    if _CODE.fullmatch(word) and word.isascii():
        return _Digits(place + 1, word, False)
    return None


def _times(pieces: Sequence[_Piece], place: int, inside: bool) -> tuple[int, int] | None:
    """Where "double" or 两个 stands: the place after it, and how often the next digit counts."""
    word = pieces[place].word.lower()
    if word in _TIMES and place + 1 < len(pieces):
        return place + 1, _TIMES[word]
    if inside and word in _TIMES_ZH and place + 1 < len(pieces) and pieces[place + 1].word == "个":
        return place + 2, _TIMES_ZH[word]
    return None


def _pair(pieces: Sequence[_Piece], place: int) -> _Digits:
    """Two digits said as one number: "ten", "twenty", "twenty two"."""
    word = pieces[place].word.lower()
    if word in TEENS:
        return _Digits(place + 1, str(TEENS[word]), True, True)
    after = place + 1 + (place + 1 < len(pieces) and pieces[place + 1].word == "-")
    unit = pieces[after].word.lower() if after < len(pieces) else ""
    if _DIGITS.get(unit, "0") != "0" and unit.isascii() and unit not in _UNSURE:
        return _Digits(after + 1, f"{TENS[word]}{_DIGITS[unit]}", True, True)
    return _Digits(place + 1, f"{TENS[word]}0", True, True)


def _pairs_follow(pieces: Sequence[_Piece], place: int) -> bool:
    """Whether more spoken digits follow a pair that begins a code."""
    after = _after_mark(pieces, _pair(pieces, place).after)
    if after >= len(pieces):
        return False
    word = pieces[after].word.lower()
    return word in TENS or word in TEENS or word in _TIMES or (word in _DIGITS and word not in _UNSURE) or word == "o"


def _after_mark(pieces: Sequence[_Piece], place: int) -> int:
    return place + (place < len(pieces) and pieces[place].word in _MARKS)
