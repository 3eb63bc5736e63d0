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
_PAST = re.compile(
    rf"\b(?:last|past|previous)\s+{_COUNT}\s*(day|week|month|year)s?\b"
    rf"|\bpast\s+(day|week|month|year)\b|(?:最近|近|过去)(?:的)?{_COUNT}\s*(?:个\s*)?(天|日|周|星期|礼拜|月|年)",
    re.I,
)
"""Time that ends today."""
_HOURS_AGO = re.compile(
    rf"(?:{_COUNT}|[二三四五]?十|几|half an|半个?)\s*(?:个\s*)?"
    r"(?:hour|minute|min|小时|钟头|分钟)s?\s*(?:ago|以?前|之前)",
    re.I,
)
_JUST = re.compile(r"\bjust (?:now )?(?=placed|ordered|bought)|刚刚?(?=下的?单|下了?单|拍|买|订)", re.I)
_SINCE_MONTH = re.compile(rf"\bsince\s+({_MONTH_NAMES})\b", re.I)
_YEAR = re.compile(r"\b(?:in|during|of)\s+(20\d\d)\b|(20\d\d)\s*年(?!\s*\d)", re.I)
_EN_IN_MONTH = re.compile(rf"\b(?:in|from|of|during|last)\s+({_MONTH_NAMES})\b", re.I)
_DAY = re.compile(
    rf"\b(?:on\s+)?(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH_NAMES})\b"
    rf"|\b(?:on\s+)?({_MONTH_NAMES})\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*,?\s*\d{{4}})"
    r"|(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]",
    re.I,
)
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
_SOON = 92
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
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
        count = _counted(match.group(1))
        unit = _UNITS.get(match.group(2), match.group(2).lower())
        return TimeWish(_cut(text, match), *_around(today, unit, count))
    if match := _HOURS_AGO.search(text):
        return TimeWish(_cut(text, match), today - timedelta(days=1), today)
    if match := _PAST.search(text):
        count, unit = _counted(match[1] or match[4] or "1"), match[2] or match[3] or match[5]
        days = _DAYS[_UNITS.get(unit, unit.lower())] * count
        return TimeWish(_cut(text, match), today - timedelta(days=days), today)
    for pattern, unit, back in _SPANS:
        if match := pattern.search(text):
            return TimeWish(_cut(text, match), *_span(today, unit, back))
    if (match := _DAY.search(text)) and (day := _latest_day(today, match)):
        return TimeWish(_cut(text, match), day, day)
    if match := _EN_IN_MONTH.search(text):
        return TimeWish(_cut(text, match), *_latest_month(today, _MONTHS[match.group(1)[:3].lower()]))
    if match := _SINCE_MONTH.search(text):
        return TimeWish(_cut(text, match), _latest_month(today, _MONTHS[match.group(1)[:3].lower()])[0], today)
    match = _HAN_MONTH.search(text)
    if match and 1 <= int(match.group(1)) <= 12:
        return TimeWish(_cut(text, match), *_latest_month(today, int(match.group(1))))
    if match := _YEAR.search(text):
        year = int(match[1] or match[2])
        return TimeWish(_cut(text, match), date(year, 1, 1), date(year, 12, 31))
    if match := _JUST.search(text):
        return TimeWish(_cut(text, match), today - timedelta(days=1), today)
    return TimeWish(text)


def _counted(number: str) -> int:
    said = number.lower().removeprefix("a couple").strip()
    return int(said) if said.isdigit() else _NUMBERS.get(said, 2)


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
    days = _DAYS[unit]
    slack = 1 if unit == "day" else days // 2
    middle = today - timedelta(days=days * count)
    return middle - timedelta(days=slack), min(middle + timedelta(days=slack), today)


def _latest_month(today: date, month: int) -> tuple[date, date]:
    return _month(today.year if month <= today.month else today.year - 1, month)


def _latest_day(today: date, match: re.Match[str]) -> date | None:
    name, number = match[2] or match[3], match[1] or match[4] or match[6]
    month = _MONTHS[name[:3].lower()] if name else int(match[5])
    for year in (today.year, today.year - 1):
        try:
            day = date(year, month, int(number))
        except ValueError:
            return None
        if day <= today:
            return day
        if day <= today + timedelta(days=_SOON):
            return None  # when something is to come, rather than a year ago
    return None


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)
