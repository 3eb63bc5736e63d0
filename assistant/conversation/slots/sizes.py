"""Sizes that are only compared: "the bigger one", "no, smaller", "最大的"."""

import re
from collections.abc import Mapping, Sequence

from assistant.conversation.reading.signals import plain

_MOST = re.compile(
    r"\b(?:bigg?est|largest|longest|widest|heaviest|max(?:imum)?"
    r"|the (?:big|large|long) one)\b|最大|最长|最重|大号的?|大的"
)
_LEAST = re.compile(
    r"\b(?:smallest|shortest|lightest|min(?:imum)?|the (?:small"
    r"|little|short) one)\b|最小|最短|最轻|小号的?|小的"
)
_MORE = re.compile(
    r"\b(?:bigger|larger|longer|wider|size up|one up|next size|too (?:small|tight|short|narrow))\b"
    r"|大一?(?:点|些|号|码)|更大|再大|太小"
)
_LESS = re.compile(
    r"\b(?:smaller|shorter|size down|one down|too (?:big|large|loose|long|wide))\b|小一?(?:点|些|号|码)|更小|再小|太大"
)
_UNITS = {
    "ml": 0.001,
    "l": 1.0,
    "liter": 1.0,
    "liters": 1.0,
    "litre": 1.0,
    "litres": 1.0,
    "lbs": 1.0,
    "ft": 0.3,
    "cm": 0.01,
    "mm": 0.001,
    "m": 1.0,
    "inch": 0.0254,
    "g": 0.001,
    "kg": 1.0,
    "gb": 1.0,
    "tb": 1000.0,
}
_SCALES = (
    ("xs", "s", "m", "l", "xl", "xxl"),
    ("portable", "small", "medium", "large"),
    ("single", "double", "queen", "king"),
)
_NAMED = {name: place for names in _SCALES for place, name in enumerate(names)}


def size_said(text: str, choices: Sequence[Mapping[str, str]], now: Mapping[str, str]) -> dict[str, str]:
    """The value of the one option that says how big something is, where a message only compares.

    Args:
        text: the message.
        choices: options of the variants that there are.
        now: the options that it is compared with.

    Returns:
        Option name to value; empty where nothing is compared, or there is no such size.
    """
    said = plain(text)
    for name in now:
        ranked = {
            value: place for options in choices if (value := options.get(name)) and (place := rank(value)) is not None
        }
        here = rank(now[name])
        if len(ranked) < 2 or here is None:
            continue
        in_order = sorted(ranked, key=lambda value: ranked[value])
        if _MORE.search(said):
            more = [value for value in in_order if ranked[value] > here]
            return {name: more[0]} if more else {}
        if _LESS.search(said):
            less = [value for value in in_order if ranked[value] < here]
            return {name: less[-1]} if less else {}
        if _MOST.search(said):
            return {name: in_order[-1]}
        if _LEAST.search(said):
            return {name: in_order[0]}
    return {}


def compares_sizes(text: str, now: Mapping[str, str]) -> bool:
    """Whether a message wants a thing with these options bigger or smaller than it is."""
    said = plain(text)
    sized = any(rank(value) is not None for value in now.values())
    return sized and (_MORE.search(said) is not None or _LESS.search(said) is not None)


def wants_more(text: str) -> bool:
    """Whether it shall be bigger, rather than smaller."""
    return _MORE.search(plain(text)) is not None


def biggest(text: str, choices: Sequence[Mapping[str, str]]) -> int | None:
    """Place of the biggest or smallest of some things of any product, where words only compare ("the bigger one").

    Args:
        text: the message.
        choices: the things' options.

    Returns:
        The place; None where nothing is compared, or it is not one of them.
    """
    said = plain(text)
    most = _MORE.search(said) or _MOST.search(said)
    if not most and not (_LESS.search(said) or _LEAST.search(said)):
        return None
    ranks = [next((place for value in one.values() if (place := rank(value)) is not None), None) for one in choices]
    known = [place for place in ranks if place is not None]
    if len(known) < len(ranks):
        return None
    end = max(known, default=0.0) if most else min(known, default=0.0)
    return known.index(end) if known.count(end) == 1 and len(known) > 1 else None


def rank(value: str) -> float | None:
    """How big a value is among its like ("24 inch", "king"); None of values that say no size."""
    said = plain(value)
    if said in _NAMED:
        return float(_NAMED[said])
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return float(said)
    match = re.match(r"^([\d.]+) ?([a-z]+)", said)
    return float(match[1]) * _UNITS[match[2]] if match and match[2] in _UNITS else None
