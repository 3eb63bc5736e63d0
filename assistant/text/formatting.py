"""Dates as people write them in each language of the shop."""

from datetime import date, datetime

from assistant.text.language import Language

_MONTHS = "January February March April May June July August September October November December".split()


def say_date(day: date | datetime, language: Language, *, today: date | None = None) -> str:
    """A date such as "20 November" or "11月20日", with the year when it isn't `today`'s."""
    with_year = today is None or day.year != today.year
    if language == "zh":
        return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")


def say_short_date(day: date | datetime, language: Language) -> str:
    """A date for where there is little room, such as "20 Nov" or "11月20日"."""
    if language == "zh":
        return f"{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def say_moment(moment: datetime, language: Language, *, today: date | None = None) -> str:
    """A date with the time of day, such as "20 November, 14:05" (UTC)."""
    separator = " " if language == "zh" else ", "
    return f"{say_date(moment, language, today=today)}{separator}{moment:%H:%M}"
