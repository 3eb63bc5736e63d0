"""The lead's pages: figures with plots, the conversations behind each, CSV, the drafts' usefulness, the audit."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from assistant.desk.figures import KINDS, Event, Period, by_day, mean, middle, of_kind, share, top, total
from assistant.desk.search import recent
from assistant.web.desk.guard import At, Guard
from assistant.web.desk.plots import Plot, over_days
from assistant.web.desk.render import DeskTexts

PERIODS = (7, 30, 90)
_SHOWN = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Figure:
    """A figure on the page: a plot over days, a list of keys, or both, each part with what opens behind it."""

    kind: str
    value: str
    plot: Plot | None
    rows: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class _Shape:
    """How a kind of event becomes a figure."""

    make: Callable[[list[Event]], float]
    say: Callable[[float, DeskTexts], str]
    listed: bool = False


def _count(events: list[Event]) -> float:
    return float(len(events))


def _number(value: float, t: DeskTexts) -> str:
    return f"{value:,.0f}"


def _percent(value: float, t: DeskTexts) -> str:
    return f"{100 * value:.0f} %"


def _stars(value: float, t: DeskTexts) -> str:
    return f"{value:.1f}" if value else "–"


def _money(value: float, t: DeskTexts) -> str:
    return f"{value:,.2f}"


def _time(value: float, t: DeskTexts) -> str:
    return t.since(value) if value else "–"


SHAPES: dict[str, _Shape] = {
    "volume": _Shape(_count, _number),
    "contained": _Shape(share, _percent),
    "handoff": _Shape(_count, _number, listed=True),
    "intent": _Shape(_count, _number, listed=True),
    "first_answer": _Shape(middle, _time),
    "solve": _Shape(middle, _time),
    "rating": _Shape(mean, _stars, listed=True),
    "caught": _Shape(total, _number, listed=True),
    "gap": _Shape(_count, _number, listed=True),
    "calls": _Shape(total, _number, listed=True),
    "cost": _Shape(total, _number, listed=True),
    "spent": _Shape(total, _money),
}


def lead_pages(guard: Guard) -> APIRouter:
    """`/desk/figures`, what is behind them, `/desk/drafts` and `/desk/audit`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    parts = guard.state.parts
    Figures = Annotated[At, Depends(guard.may("figures"))]  # noqa: N806  a type
    Audit = Annotated[At, Depends(guard.may("audit"))]  # noqa: N806
    Days = Annotated[int, Query(ge=1, le=366)]  # noqa: N806

    @router.get("/figures")
    def figures(at: Figures, days: Days = 30) -> Response:
        period = parts.desk.figures.period(days)
        events = parts.desk.figures.events(period)
        labels = {entry.name: entry.label(at.user.language) for entry in parts.catalogue}
        kinds = [kind for kind in SHAPES if kind != "spent" or parts.desk.prices]
        shown = [_figure(kind, events, period, days, at, labels) for kind in kinds]
        return at.page("figures.html", figures=shown, days=days, periods=PERIODS)

    @router.get("/figures/conversations")
    def behind(
        at: Figures,
        kind: Annotated[str, Query(max_length=32)],
        days: Days = 30,
        key: Annotated[str | None, Query(max_length=300)] = None,
        day: date | None = None,
    ) -> Response:
        events = of_kind(parts.desk.figures.events(parts.desk.figures.period(days)), kind, key, day)
        ids = list(dict.fromkeys(event.conversation_id for event in events))
        found = recent(parts.database, ids=ids[:_SHOWN], limit=_SHOWN)
        title = at.t.word("figures", kind) if kind in KINDS else at.t("figures.title")
        return at.page(
            "found.html", found=found, title=title, key=key or "", day=day, count=len(ids), days=days, kind=kind
        )

    @router.get("/figures.csv")
    def as_csv(at: Figures, days: Days = 30) -> Response:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["kind", "day", "key", "value", "conversation_id"])
        for event in parts.desk.figures.events(parts.desk.figures.period(days)):
            writer.writerow([event.kind, event.day.isoformat(), _safe(event.key), event.value, event.conversation_id])
        parts.desk.audit.note(at.user.user_id, "exported figures", detail=f"{days} days")
        headers = {"Content-Disposition": f'attachment; filename="figures-{days}-days.csv"'}
        return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get("/drafts")
    def drafts(at: Figures) -> Response:
        return at.page("drafts.html", figures=parts.desk.drafts.figures())

    @router.get("/audit")
    def audit(at: Audit) -> Response:
        return at.page("audit.html", entries=parts.desk.audit.entries())

    return router


def _figure(kind: str, events: tuple[Event, ...], period: Period, days: int, at: At, labels: dict[str, str]) -> Figure:
    shape, mine = SHAPES[kind], of_kind(events, kind)
    values = by_day(mine, period, shape.make)
    said = [shape.say(value, at.t) for value in values]
    link = f"/desk/figures/conversations?kind={kind}&days={days}"
    plot = over_days(
        values,
        [at.t.day(day, at.today) for day in period.days],
        [at.t.short_day(day) for day in period.days],
        said,
        [f"{link}&day={day}" for day in period.days],
    )
    listed = top(mine) if shape.listed and any(values) else []
    rows = tuple((_name(kind, key, at.t, labels), str(count), _link(link, key)) for key, count in listed)
    return Figure(kind, shape.say(shape.make(mine), at.t), plot, rows)


def _name(kind: str, key: str, t: DeskTexts, labels: dict[str, str]) -> str:
    if kind == "intent":
        return labels.get(key, key)
    if kind == "rating":
        return "★" * int(key)
    return t.word("reasons", key) if kind == "handoff" else key


def _link(link: str, key: str) -> str:
    return f"{link}&key={quote(key)}"


def _safe(text: str) -> str:
    """No cell that a spreadsheet would take for a formula: customers write these words."""
    return f"'{text}" if text.startswith(_FORMULA) else text
