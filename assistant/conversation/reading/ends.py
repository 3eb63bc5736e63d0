"""Ends of a scale among a product's versions: "the thickest one", "fewest pieces", "something smaller", "大一点的"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.conversation.reading.signals import plain
from assistant.conversation.slots.sizes import rank
from assistant.shop.asked import asks_for
from assistant.shop.records import Variant

_NUMBER = re.compile(r"^\d+(?:\.\d+)?")


@dataclass(frozen=True)
class _Scale:
    """Words for more or less of something, and the options that they may be said of; all, where none is named."""

    names: tuple[str, ...]
    most: re.Pattern[str]
    least: re.Pattern[str]
    more: re.Pattern[str]
    less: re.Pattern[str]


def end_said(words: str, variants: Sequence[Variant], now: Mapping[str, str]) -> dict[str, str]:
    """The value at the end of a scale that words ask for, or the next one from where it is now.

    Args:
        words: the message.
        variants: among which it is looked for; those that can be bought.
        now: the options of the version that was talked about; it is compared with them.

    Returns:
        Option name to value; empty where words ask for no end, or no option of the versions has such a scale.
    """
    said = plain(words)
    names = dict.fromkeys(name for variant in variants for name in variant.options)
    for scale in _scales():
        found = next((kind for kind in ("most", "least", "more", "less") if getattr(scale, kind).search(said)), None)
        if found is None:
            continue
        meant = [name for name in scale.names if name in names] or [name for name in names if asks_for(name, said)]
        named = [name for name in meant if asks_for(name, said)]
        for name in named or (meant if scale.names else ()):
            placed = {value: place for v in variants if (place := _place(value := v.options[name])) is not None}
            if len(placed) > 1 and (value := _at(found, placed, now.get(name, ""))):
                return {name: value}
    return {}


def _at(kind: str, placed: Mapping[str, float], now: str) -> str:
    """The value at an end, or beside `now`; empty where there is none beyond it."""
    in_order = sorted(placed, key=lambda value: placed[value])
    here = _place(now) if now else None
    if here is not None and kind == "more":
        return next((value for value in in_order if placed[value] > here), "")
    if here is not None and kind == "less":
        return next((value for value in reversed(in_order) if placed[value] < here), "")
    return in_order[-1] if kind in ("most", "more") else in_order[0]


def _place(value: str) -> float | None:
    place = rank(value.replace("-", " "))
    number = _NUMBER.match(value)
    return place if place is not None or number is None else float(number[0])


@lru_cache(maxsize=1)
def _scales() -> tuple[_Scale, ...]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    kinds = ("most", "least", "more", "less")
    return tuple(_Scale(tuple(one["names"]), *(re.compile(one[kind], re.I) for kind in kinds)) for one in data)
