"""`/desk/trial`: what the trial of a version of the prompts has shown so far, for leads and engineers."""

import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assistant.evaluation.trials.outcomes import observations
from assistant.evaluation.trials.verdict import Compared, status_of
from assistant.web.desk.guard import At, Guard


@dataclass(frozen=True)
class TrialRow:
    """An outcome as the page shows it."""

    outcome: str
    base: str
    candidate: str
    apart: str
    decision: str


def trial_page(guard: Guard) -> APIRouter:
    """The page of the trial."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    parts = guard.state.parts
    Figures = Annotated[At, Depends(guard.may("figures"))]  # noqa: N806  a type

    @router.get("/trial")
    def trial(at: Figures) -> Response:
        last = parts.prompt_versions.trials.last()
        if last is None:
            return at.page("trial.html", trial=None)
        status = status_of(observations(parts.database, last, parts.clock.now()))
        rows = [_row(outcome) for outcome in status.outcomes]
        verdict = status.verdict.replace(" ", "_")
        return at.page("trial.html", trial=last, rows=rows, customers=status.customers, verdict=verdict)

    return router


def _row(found: Compared) -> TrialRow:
    return TrialRow(
        outcome=found.outcome,
        base=_side(found.outcome, found.base, found.base_count),
        candidate=_side(found.outcome, found.candidate, found.candidate_count),
        apart="" if math.isinf(found.low) else _apart(found),
        decision=found.decision.replace(" ", "_"),
    )


def _apart(found: Compared) -> str:
    if found.outcome == "latency":
        return f"× {found.low:.2f} … {found.high:.2f}"
    if found.outcome == "rating":
        return f"{found.low:+.2f} … {found.high:+.2f}"
    return f"{100 * found.low:+.1f} … {100 * found.high:+.1f} %"


def _side(outcome: str, mean: float, count: int) -> str:
    return f"{_said(outcome, mean)} ({count})" if count else "–"


def _said(outcome: str, mean: float) -> str:
    if outcome == "latency":
        return f"{mean:.2f} s"
    return f"{mean:.2f}" if outcome == "rating" else f"{100 * mean:.1f} %"
