"""Times that customers put in words when they speak of an order: "last month", "yesterday", "上周", "10月"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name: i + 1 for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
_MONTH_NAMES = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple of": 2} | {
    digit: i for i, digit in enumerate("零一二三四五六七八九")
}
_NUMBERS["两"] = 2
_COUNT = r"(\d+|an?|one|two|three|four|five|six|a couple of|[一二两三四五六七八九])"
_AGO = re.compile(rf"{_COUNT}\s*(?:个\s*)?(day|week|month|year|天|日|周|星期|礼拜|月|年)s?\s*(?:ago|以?前|之前)", re.I)
_EN_IN_MONTH = re.compile(rf"\b(?:in|from|of|during|last)\s+({_MONTH_NAMES})\b", re.I)
_HAN_MONTH = re.compile(r"(\d{1,2})\s*月(?:份)?")
_SPANS = (
    (re.compile(r"\btoday\b|今天", re.I), "day", 0),
    (re.compile(r"\byesterday\b|昨天", re.I), "day", 1),
    (re.compile(r"前天"), "day", 2),
    (re.compile(r"\bthis week\b|这周|本周|这个?星期|这个?礼拜", re.I), "week", 0),
    (re.compile(r"\blast week\b|上周|上个?星期|上个?礼拜", re.I), "week", 1),
    (re.compile(r"\bthis month\b|这个月|本月", re.I), "month", 0),
    (re.compile(r"\blast month\b|上个?月", re.I), "month", 1),
    (re.compile(r"\bthis year\b|今年", re.I), "year", 0),
    (re.compile(r"\blast year\b|去年", re.I), "year", 1),
)
_UNITS = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}


@dataclass(frozen=True)
class TimeWish:
    """Days from `first` to `last`, both included; `rest` is the text without the words about time."""

    rest: str
    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` is in the span; every day is where nothing was said."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


def time_wish(text: str, today: date) -> TimeWish:
    """Take the words about a time in the past out of `text`."""
    if match := _AGO.search(text):
        number = match.group(1).lower().removeprefix("a couple").strip()
        count = int(number) if number.isdigit() else _NUMBERS.get(number, 2)
        unit = _UNITS.get(match.group(2), match.group(2).lower())
        return TimeWish(_cut(text, match), *_around(today, unit, count))
    for pattern, unit, back in _SPANS:
        if match := pattern.search(text):
            return TimeWish(_cut(text, match), *_span(today, unit, back))
    if match := _EN_IN_MONTH.search(text):
        return TimeWish(_cut(text, match), *_latest_month(today, _MONTHS[match.group(1)[:3].lower()]))
    match = _HAN_MONTH.search(text)
    if match and 1 <= int(match.group(1)) <= 12:
        return TimeWish(_cut(text, match), *_latest_month(today, int(match.group(1))))
    return TimeWish(text)


def _cut(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _span(today: date, unit: str, back: int) -> tuple[date, date]:
    if unit == "day":
        return today - timedelta(days=back), today - timedelta(days=back)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return _month(year, month + 1)


def _around(today: date, unit: str, count: int) -> tuple[date, date]:
    """People count roughly: "two weeks ago" is any day within half a unit of it (a day, for days)."""
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
    slack = 1 if unit == "day" else days // 2
    middle = today - timedelta(days=days * count)
    return middle - timedelta(days=slack), min(middle + timedelta(days=slack), today)


def _latest_month(today: date, month: int) -> tuple[date, date]:
    return _month(today.year if month <= today.month else today.year - 1, month)


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)
