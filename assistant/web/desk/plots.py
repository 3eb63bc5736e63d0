"""Plots as inline SVG, drawn by the server: bars over days, and bars by name."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 150.0
_LEFT, _BOTTOM, _TOP = 34.0, 20.0, 8.0
_MOST_LABELS = 7


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, and what is told of it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    link: str


@dataclass(frozen=True)
class Plot:
    """A plot ready to be drawn: bars, and labels of both axes."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]
    empty: bool
    width: float = WIDTH
    height: float = HEIGHT
    left: float = _LEFT
    base: float = HEIGHT - _BOTTOM


def over_days(
    values: Sequence[float], labels: Sequence[str], short: Sequence[str], said: Sequence[str], links: Sequence[str]
) -> Plot:
    """A bar for each day.

    Args:
        values: at least 0.
        labels: the days.
        short: the days as the axis says them.
        said: each value as it is told.
        links: what opens behind each.
    """
    top = _round_up(max(values, default=0.0))
    room = (WIDTH - _LEFT) / max(1, len(values))
    height = HEIGHT - _BOTTOM - _TOP
    bars = tuple(
        Bar(
            x=round(_LEFT + index * room + room * 0.15, 2),
            y=round(HEIGHT - _BOTTOM - height * value / top, 2),
            width=round(room * 0.7, 2),
            height=round(height * value / top, 2),
            label=label,
            value=words,
            link=link,
        )
        for index, (value, label, words, link) in enumerate(zip(values, labels, said, links, strict=True))
    )
    every = max(1, -(-len(labels) // _MOST_LABELS))
    days = tuple(
        (round(_LEFT + (index + 0.5) * room, 2), label) for index, label in enumerate(short) if index % every == 0
    )
    ticks = tuple((round(HEIGHT - _BOTTOM - height * share, 2), _tick(top * share, top)) for share in (0.0, 0.5, 1.0))
    return Plot(bars, ticks, days, empty=not any(values))


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 ... that isn't smaller; 1 where there is nothing."""
    if value <= 0:
        return 1.0
    step = 1.0
    while step < value:
        for factor in (1.0, 2.0, 5.0):
            if step * factor >= value:
                return step * factor
        step *= 10
    while step / 10 >= value:
        step /= 10
    for factor in (0.2, 0.5):
        if step * factor >= value:
            return step * factor
    return step


def _tick(value: float, top: float) -> str:
    """What an axis says at a height; nothing at a half among whole numbers, of which there may be none."""
    return "" if top > 1 and value % 1 else _short(value)


def _short(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:g}k"
    return f"{value:g}"
