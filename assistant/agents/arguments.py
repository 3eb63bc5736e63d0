"""Ids in tool arguments must come from somewhere: small models invent order numbers and item ids."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_LETTERS = re.compile(r"^#?[a-z]{0,3}(?=\d+$)")
_ID = re.compile(r"#?[A-Za-z]{0,3}\d{5,}|[a-z]+(?:_[a-z]+)*_\d{4,}")


def unfounded_ids(arguments: dict[str, Any], sources: Sequence[str]) -> list[str]:
    """Ids among `arguments` that stand in none of `sources`.

    Args:
        arguments: a tool call's arguments, nested as they come.
        sources: the customer's messages and earlier tool results.

    Returns:
        The invented ids, as they stand in the arguments; empty when every id is founded.
    """
    known = "\n".join(sources).lower()
    ids = (match.group() for text in _strings(arguments) for match in _ID.finditer(text))
    return [found for found in dict.fromkeys(ids) if not _stands_in(found.lower(), known)]


def _stands_in(found: str, known: str) -> bool:
    """Whether an id stands there whole; an order number counts without its letter too ("order 1234567")."""
    forms = "|".join(map(re.escape, {found.lstrip("#"), _LETTERS.sub("", found)}))
    return re.search(rf"(?<![a-z0-9_])(?:{forms})(?![a-z0-9_])", known) is not None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
