"""The lead's page of satisfaction: what customers said, and beside it, never mixed with it, what a model foresees."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from assistant.insight.learning.drift import lately
from assistant.insight.satisfaction.leaving import leaving
from assistant.insight.satisfaction.survey import survey
from assistant.insight.satisfaction.trend import foreseen
from assistant.web.desk.guard import At, Guard
from assistant.web.desk.lead import PERIODS
from assistant.web.desk.plots import Plot, over_days

OWN = "own dialogues"


def satisfaction_pages(guard: Guard) -> APIRouter:
    """`/desk/satisfaction`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    parts = guard.state.parts
    Figures = Annotated[At, Depends(guard.may("figures"))]  # noqa: N806  a type

    @router.get("/satisfaction")
    def satisfaction(at: Figures, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Response:
        period = parts.desk.figures.period(days)
        said, seen = survey(parts.database, period), foreseen(parts.database, parts.foresight, period)
        return at.page(
            "satisfaction.html",
            days=days,
            periods=PERIODS,
            said=said,
            seen=seen,
            own=seen.model == OWN,
            surveyed=_plot(at, days, "rating", said.days, "{:.1f}"),
            predicted=_plot(at, days, "volume", [(day, 100 * share, n) for day, share, n in seen.days], "{:.0f} %"),
            drift=lately(parts.database, parts.clock),
            leaving=leaving(parts.database, parts.clock.now()),
        )

    return router


def _plot(at: At, days: int, kind: str, rows: Sequence[tuple[date, float, int]], form: str) -> Plot:
    """A bar for each day, that opens the conversations of that day."""
    link = f"/desk/figures/conversations?kind={kind}&days={days}"
    return over_days(
        [value for _, value, _ in rows],
        [at.t.day(day, at.today) for day, _, _ in rows],
        [at.t.short_day(day) for day, _, _ in rows],
        [form.format(value) for _, value, _ in rows],
        [f"{link}&day={day}" for day, _, _ in rows],
    )
