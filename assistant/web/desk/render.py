"""Pages of the desk: Jinja2 templates with escaping on, and the texts of both languages from one file."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assistant.text.formatting import say_date, say_moment, say_short_date
from assistant.text.language import Language

HERE = Path(__file__).parent
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class DeskTexts:
    """The desk's own words in one language; a key that isn't there is an error.

    Args:
        language: of the agent.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, /, **variables: object) -> str:
        """The text under `group.key`, with its variables filled in."""
        group, _, name = key.partition(".")
        return str(_texts()[self.language][group][name]).format(**variables)

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        group, _, name = key.partition(".")
        return name in _texts()[self.language].get(group, {})

    def word(self, group: str, key: str) -> str:
        """The text under a group, or the key itself where it is not listed."""
        return str(_texts()[self.language][group].get(key, key))

    def group(self, group: str) -> dict[str, str]:
        """All texts of a group."""
        return {str(key): str(text) for key, text in _texts()[self.language][group].items()}

    def since(self, seconds: float) -> str:
        """A length of time, as people say it."""
        if seconds < _MINUTE:
            return self("time.seconds", n=int(seconds))
        if seconds < _HOUR:
            return self("time.minutes", n=int(seconds // _MINUTE))
        if seconds < _DAY:
            return self("time.hours", n=int(seconds // _HOUR), m=int(seconds % _HOUR // _MINUTE))
        return self("time.days", n=int(seconds // _DAY))

    def at(self, moment: datetime, today: date) -> str:
        """The time of day where it is today, else date and time."""
        local = moment.astimezone(UTC)
        return f"{local:%H:%M}" if local.date() == today else say_moment(local, self.language, today=today)

    def day(self, day: date, today: date) -> str:
        """A day."""
        return say_date(day, self.language, today=today)

    def short_day(self, day: date) -> str:
        """A day, where there is little room."""
        return say_short_date(day, self.language)


def render(
    template: str, /, status: int = 200, headers: dict[str, str] | None = None, **variables: Any
) -> HTMLResponse:
    """A page, or a piece of one."""
    return HTMLResponse(environment().get_template(template).render(**variables), status, headers)


def share(chance: float) -> int:
    """A foreseen chance in percent: never 0 or 100, for nothing that is foreseen is certain."""
    return min(99, max(1, round(100 * chance)))


def readable(text: str) -> str:
    """A record of the shop's, which is kept as JSON, as lines that people read; other texts as they are."""
    try:
        record = json.loads(text)
    except ValueError:
        return text
    return "\n".join(_lines(record)) if isinstance(record, dict | list) else text


def _lines(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    lead = "  " * max(0, depth - 1) + (f"{name.replace('_', ' ')}: " if name else "")
    if isinstance(value, dict):
        if name:
            yield lead.rstrip()
        for key, item in value.items():
            yield from _lines(item, str(key), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item, name, depth)
    else:
        yield f"{lead}{value}"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates; every value is escaped, and a missing one is an error."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["readable"] = readable
    found.filters["share"] = share
    return found


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
    return found
