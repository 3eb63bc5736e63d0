"""Numbers, money, durations, dates, times, percentages, measures and ids in English and Chinese, normalised.

"30 days", "thirty days" and "三十天" are the same quantity; so are "Nov 20", "20 November" and "11月20日", and
"two weeks" and "14 days". Business days aren't calendar days. The check of replies compares what a reply says with
what its sources say by these values.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from assistant.text.quantity_patterns import (
    AS_WRITTEN,
    COUNTED,
    CURRENCIES,
    DAY_OF_MONTH,
    EN_COUNTED,
    EN_DATE,
    HALF,
    HAN_DATE,
    HAN_DIGITS,
    ID,
    ISO,
    MEASURE,
    MEASURES,
    MONEY,
    MONTH,
    MONTHS,
    NIGHT,
    PERCENT,
    PLAIN,
    SHARE,
    SHARES,
    SOON,
    SOON_NAMES,
    SPAN,
    TIME,
    TWICE,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    WORDS,
)


class Quantity(NamedTuple):
    """A normalised value, and the words that it came from.

    `kind` is money, percent, duration (in `value` as "30 day", see `same_duration`), date ("11-20", "2026-11-20",
    "11" for a month, "mon" for a weekday), time ("14:00"), measure ("5 kg"), id, or number.
    """

    kind: str
    value: str
    words: str


def quantities(text: str) -> list[Quantity]:
    """All quantities of `text`, in no particular order; each stretch of text is read once."""
    found: list[Quantity] = []
    text = text.translate(AS_WRITTEN)
    for finder in (_ids, _dates, _days, _moneys, _percents, _times, _spans, _measures, _plains, _counts):
        kept: list[tuple[int, int]] = []
        for quantity, start, end in finder(text):
            found.append(quantity)
            kept.append((start, end))
        for start, end in kept:
            text = text[:start] + " " * (end - start) + text[end:]
    return found


_Found = Iterator[tuple[Quantity, int, int]]


def _ids(text: str) -> _Found:
    for match in ID.finditer(text):
        value = match.group().rstrip(".,")
        yield Quantity("id", value.lower().lstrip("#"), value), match.start(), match.start() + len(value)


def _dates(text: str) -> _Found:
    for match in ISO.finditer(text):
        yield _date(match[1], int(match[2]), int(match[3]), match)
    for match in HAN_DATE.finditer(text):
        yield _date(match[1], int(_number(match[2])), int(_number(match[3])), match)
    for match in EN_DATE.finditer(text):
        yield _date(match[5], MONTHS[(match[1] or match[4])[:3].lower()], int(match[2] or match[3]), match)


def _days(text: str) -> _Found:
    for match in MONTH.finditer(text):
        month = MONTHS[match[1][:3].lower()] if match[1] else int(_number(match[2]))
        start = match.start(1) if match[1] else match.start(2)
        yield Quantity("date", f"{month:02d}", text[start : match.end()]), start, match.end()
    for match in WEEKDAY.finditer(text):
        yield Quantity("date", WEEKDAYS[(match[1] or match[2]).lower()], match[0]), match.start(), match.end()
    for match in DAY_OF_MONTH.finditer(text):
        day = int(_number(match[1] or match[2]))
        yield Quantity("date", f"day {day}", match[0]), match.start(), match.end()
    for match in SOON.finditer(text):
        value = match[0].lower()
        yield Quantity("date", SOON_NAMES.get(value, value), match[0]), match.start(), match.end()


def _times(text: str) -> _Found:
    for match in TIME.finditer(text):
        half = match[8] or match[12]
        hour = int(_number(match[1] or match[4] or match[7] or match[11]))
        minute = 30 if half else int(match[2] or match[9] or 0)
        part = (match[3] or match[5] or match[6] or match[10] or "").lower()
        if part in ("p", "下午", "晚上", "傍晚", "中午") and hour < 12 and not (part == "中午" and hour == 11):
            hour += 12
        if part in ("a", "凌晨") and hour == 12:
            hour = 0
        yield Quantity("time", f"{hour:02d}:{minute:02d}", match[0].strip()), match.start(), match.end()


def _date(year: str | None, month: int, day: int, match: re.Match[str]) -> tuple[Quantity, int, int]:
    value = f"{month:02d}-{day:02d}" if year is None else f"{year}-{month:02d}-{day:02d}"
    return Quantity("date", value, match.group().rstrip(".")), match.start(), match.end()


def _moneys(text: str) -> _Found:
    for match in MONEY.finditer(text):
        for amount in filter(None, match.groups()):
            value = _number(amount) + _currency(match[0])
            yield Quantity("money", value, match.group()), match.start(), match.end()


def _currency(words: str) -> str:
    """What stands behind an amount that isn't in dollars."""
    for name, pattern in CURRENCIES.items():
        if pattern.search(words):
            return f" {name}"
    return ""


def _percents(text: str) -> _Found:
    for match in PERCENT.finditer(text):
        share = match[1] or match[2] or match[3]
        if share:
            value = _number(share)
        elif match[4]:
            paid = match[4] if match[4][0].isdigit() else "".join(str(HAN_DIGITS[digit]) for digit in match[4])
            value = _decimal(str(100 - Decimal(paid) * (1 if len(paid) == 2 and "." not in paid else 10)))
        elif match[7]:
            value = str(10 * HAN_DIGITS[match[7]])
        else:
            value = "50"
        yield Quantity("percent", value, match.group()), match.start(), match.end()
    for match in SHARE.finditer(text):
        if match[1]:
            parts, whole = Decimal(_number(match[1])), Decimal(SHARES[match[2].lower()])
        elif match[4]:
            whole, parts = Decimal(_han(match[4])), Decimal(_han(match[5]))
        else:
            parts, whole = Decimal(1), Decimal(2)
        if whole:
            value = _decimal(str(round(100 * parts / whole, 1)))
            yield Quantity("percent", value, match.group()), match.start(), match.end()


def _spans(text: str) -> _Found:
    for match in HALF.finditer(text):
        yield Quantity("duration", f"0.5 {match[1].lower()}", match[0]), match.start(), match.end()
    for match in NIGHT.finditer(text):
        value = "2 week" if match[1] else "0.5 month"
        yield Quantity("duration", value, match[0]), match.start(), match.end()
    for match in SPAN.finditer(text):
        if HALF.search(text, max(0, match.start() - 5), match.end()) or NIGHT.search(match[0]):
            continue
        unit = UNITS[(match[4] or match[5]).lower()]
        if match[3] and match[3].lower() in ("business", "working"):
            unit = "business day"
        for number in filter(None, (match[1], match[2])):
            value = "0.5" if number == "半" else _number(number)
            value = _decimal(str(Decimal(value) + Decimal("0.5"))) if match[6] else value
            yield Quantity("duration", f"{value} {unit}", match.group()), match.start(), match.end()


def _measures(text: str) -> _Found:
    for match in MEASURE.finditer(text):
        value = f"{_decimal(match[1])} {MEASURES[match[2].lower()]}"
        yield Quantity("measure", value, match[0]), match.start(), match.end()


def _plains(text: str) -> _Found:
    for match in PLAIN.finditer(text):
        yield Quantity("number", _decimal(match.group(1)), match.group()), match.start(), match.end()


def _counts(text: str) -> _Found:
    for match in COUNTED.finditer(text):
        yield Quantity("number", _number(match[1]), match[0]), match.start(), match.end()
    for match in EN_COUNTED.finditer(text):
        words = (match[1] or match[2]).lower()
        yield Quantity("number", TWICE.get(words) or _number(words), match[0]), match.start(), match.end()


_IN_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_IN_MONTHS = {"month": Decimal(1), "year": Decimal(12)}


def same_duration(one: str, other: str) -> bool:
    """Whether two durations ("14 day", "2 week") are equally long; people call 30 days a month, too.

    Args:
        one: the value of a duration.
        other: the value of another one.
    """
    if one == other:
        return True
    (length, unit), (other_length, other_unit) = one.split(" ", 1), other.split(" ", 1)
    if unit in _IN_SECONDS and other_unit in _IN_SECONDS:
        return Decimal(length) * _IN_SECONDS[unit] == Decimal(other_length) * _IN_SECONDS[other_unit]
    if unit in _IN_MONTHS and other_unit in _IN_MONTHS:
        return Decimal(length) * _IN_MONTHS[unit] == Decimal(other_length) * _IN_MONTHS[other_unit]
    return {one, other} in ({"1 month", "30 day"}, {"0.5 month", "15 day"})


def _number(words: str) -> str:
    if words[0].isdigit():
        return _decimal(words)
    lowered = words.lower()
    if lowered.endswith("couple of"):
        return "2"
    if lowered[0].isascii():
        head, hundred, rest = lowered.partition(" hundred")
        if hundred:
            tail = rest.removeprefix(" and ").strip()
            return str(100 * WORDS[head] + sum(WORDS.get(part, 0) for part in re.split("[- ]", tail) if part))
        return str(sum(WORDS[part] for part in re.split("[- ]", lowered)))
    return str(_han(words))


def _han(words: str) -> int:
    total, digit = 0, 0
    for character in words:
        if character in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
        elif character in "廿卅":
            total += 20 if character == "廿" else 30
        else:
            digit = HAN_DIGITS[character]
    return total + digit


def _decimal(text: str) -> str:
    return format(Decimal(text.replace(",", "")).normalize(), "f")
