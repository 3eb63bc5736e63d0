"""Numbers, money, durations, dates, percentages and ids in English and Chinese text, normalised.

"30 days", "thirty days" and "三十天" are the same quantity; so are "Nov 20", "20 November" and "11月20日".
The check of replies compares what a reply says with what its sources say by these values.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple


class Quantity(NamedTuple):
    """A normalised value, and the words that it came from.

    `kind` is money, percent, duration (in `value` as "30 day"), date ("11-20" or "2026-11-20"), id, or number.
    """

    kind: str
    value: str
    words: str


_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * (i + 2) for i, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
_WORDS |= {"a": 1, "an": 1}
_HAN_DIGITS = {digit: i for i, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "半": 0}
_MONTHS = {name: i + 1 for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_UNITS = {
    "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "分钟": "minute", "小时": "hour", "个小时": "hour", "天": "day", "日": "day", "个工作日": "day", "工作日": "day",
    "周": "week", "星期": "week", "个星期": "week", "礼拜": "week", "个月": "month", "月": "month", "年": "year",
}  # fmt: skip

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_EN_WORD = rf"(?:{_TENS})(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|" + "|".join(
    sorted((w for w in _WORDS if w not in ("a", "an")), key=len, reverse=True)
)
_HAN_NUMBER = "[零〇一二两三四五六七八九十百千]+"
_MONTH_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

_ID = re.compile(
    r"#\w{4,}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s)\]]+|\b(?=\w*\d)(?=\w*[A-Za-z])\w{8,}\b|\b\d{8,}\b",
    re.A,
)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b", re.A)
_HAN_DATE = re.compile(r"(?:(\d{4}) ?年 ?)?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]", re.A)
_EN_DATE = re.compile(
    rf"\b(?:({_MONTH_NAME}) (\d{{1,2}})(?:st|nd|rd|th)?|(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH_NAME}))"
    r"(?:,? (\d{4}))?\b",
    re.I | re.A,
)
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b", re.A)
_MONEY = re.compile(
    rf"(?:US)?\$ ?({_NUMBER})"
    rf"|(?:({_NUMBER}) ?(?:-|–|to|至|到|~) ?)?({_NUMBER}) ?(?:USD|(?:US )?dollars?|美元|美金)(?![A-Za-z])"
    rf"|[¥￥] ?({_NUMBER})|({_NUMBER}) ?(?:元|块|CNY|RMB)",
    re.I | re.A,
)
_PERCENT = re.compile(rf"({_NUMBER}) ?(?:%|％|percent\b)|百分之({_HAN_NUMBER})", re.I | re.A)
_SPAN = re.compile(
    rf"({_NUMBER}|\b(?:{_EN_WORD})|{_HAN_NUMBER})(?:\s*(?:-|–|to|至|到|~)\s*({_NUMBER}|(?:{_EN_WORD})|{_HAN_NUMBER}))?"
    r"(?:[ -]?(?:business|working|calendar|full)?[ -]?(minute|hour|day|week|month|year)s?\b"
    r"|\s*(分钟|个小时|小时|个工作日|工作日|天|日|个星期|星期|周|礼拜|个月|年))",
    re.I | re.A,
)
_PLAIN = re.compile(rf"(?<![\w.])({_NUMBER})(?![\w]*@)", re.A)


def quantities(text: str) -> list[Quantity]:
    """All quantities of `text`, in no particular order; each stretch of text is read once."""
    found: list[Quantity] = []
    for finder in (_ids, _dates, _moneys, _percents, _spans, _plains):
        kept: list[tuple[int, int]] = []
        for quantity, start, end in finder(text):
            found.append(quantity)
            kept.append((start, end))
        for start, end in kept:
            text = text[:start] + " " * (end - start) + text[end:]
    return found


_Found = Iterator[tuple[Quantity, int, int]]


def _ids(text: str) -> _Found:
    for match in _ID.finditer(text):
        value = match.group().rstrip(".,")
        yield Quantity("id", value.lower().lstrip("#"), value), match.start(), match.start() + len(value)


def _dates(text: str) -> _Found:
    for match in _ISO.finditer(text):
        yield _date(match.group(1), int(match.group(2)), int(match.group(3)), match)
    for match in _HAN_DATE.finditer(text):
        yield _date(match.group(1), int(match.group(2)), int(match.group(3)), match)
    for match in _EN_DATE.finditer(text):
        month = match.group(1) or match.group(4)
        day = match.group(2) or match.group(3)
        yield _date(match.group(5), _MONTHS[month[:3].lower()], int(day), match)
    for match in _TIME.finditer(text):
        yield Quantity("time", match.group().zfill(5), match.group()), match.start(), match.end()


def _date(year: str | None, month: int, day: int, match: re.Match[str]) -> tuple[Quantity, int, int]:
    value = f"{month:02d}-{day:02d}" if year is None else f"{year}-{month:02d}-{day:02d}"
    return Quantity("date", value, match.group()), match.start(), match.end()


def _moneys(text: str) -> _Found:
    for match in _MONEY.finditer(text):
        for amount in filter(None, match.groups()):
            yield Quantity("money", _decimal(amount), match.group()), match.start(), match.end()


def _percents(text: str) -> _Found:
    for match in _PERCENT.finditer(text):
        value = _decimal(match.group(1)) if match.group(1) else _number(match.group(2))
        yield Quantity("percent", value, match.group()), match.start(), match.end()


def _spans(text: str) -> _Found:
    for match in _SPAN.finditer(text):
        unit = _UNITS[(match.group(3) or match.group(4)).lower()]
        for number in filter(None, (match.group(1), match.group(2))):
            yield Quantity("duration", f"{_number(number)} {unit}", match.group()), match.start(), match.end()


def _plains(text: str) -> _Found:
    for match in _PLAIN.finditer(text):
        yield Quantity("number", _decimal(match.group(1)), match.group()), match.start(), match.end()


def _number(words: str) -> str:
    if words[0].isdigit():
        return _decimal(words)
    lowered = words.lower()
    if lowered[0].isascii():
        return str(sum(_WORDS[part] for part in re.split("[- ]", lowered)))
    return str(_han(words))


def _han(words: str) -> int:
    total, digit = 0, 0
    for character in words:
        if character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return total + digit


def _decimal(text: str) -> str:
    return format(Decimal(text.replace(",", "")).normalize(), "f")
