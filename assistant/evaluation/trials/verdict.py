"""Whether a trial is decided, and for whom.

Each outcome is held at a quarter of the error that the whole trial may make, so that all of them together are wrongly
decided in at most 5 of 100 trials in which nothing differs, however often anybody looks.
"""

import math
from collections.abc import Sequence
from typing import Literal

from assistant.evaluation.trials.outcomes import OUTCOMES, Observation, Outcome
from assistant.evaluation.trials.sequential import Difference, difference
from assistant.shop.records import Record

ALPHA = 0.05
Decision = Literal["better", "worse", "the same", "open"]


class _Measure(Record):
    """How an outcome is judged: `matters` is the least difference that matters; less of it may be better."""

    matters: float
    bounds: tuple[float, float] | None = None
    less_is_better: bool = False


_MEASURES: dict[Outcome, _Measure] = {
    "contained": _Measure(matters=0.03, bounds=(0, 1)),
    "rating": _Measure(matters=0.2, bounds=(1, 5)),
    "supported": _Measure(matters=0.03, bounds=(0, 1)),
    "latency": _Measure(matters=math.log(1.15), less_is_better=True),
}


class Compared(Record):
    """One outcome of the trial.

    Attributes:
        base, candidate: means; of latency the geometric mean, in seconds.
        base_count, candidate_count: customers of whom it is known.
        low, high: where the difference lies (candidate less base; of latency the ratio), valid at every look.
        decision: of the candidate against the base; "the same" where no difference that matters is left.
    """

    outcome: Outcome
    base: float
    candidate: float
    base_count: int
    candidate_count: int
    low: float
    high: float
    p: float
    decision: Decision


class TrialStatus(Record):
    """What a trial has shown so far.

    Attributes:
        verdict: "better" where some outcome is better and none is worse, "worse" where any is, "the same" where
            all that is measured is the same; else "open".
    """

    customers: int
    outcomes: tuple[Compared, ...]
    verdict: Decision

    @property
    def decided(self) -> bool:
        """Whether more conversations are no longer needed."""
        return self.verdict != "open"


def status_of(found: Sequence[Observation]) -> TrialStatus:
    """Hold the two arms of a trial against each other."""
    outcomes = tuple(_compared(outcome, found) for outcome in OUTCOMES)
    decisions = [each.decision for each in outcomes if each.base_count or each.candidate_count]
    verdict: Decision = "open"
    if "worse" in decisions:
        verdict = "worse"
    elif "better" in decisions:
        verdict = "better"
    elif decisions and all(decision == "the same" for decision in decisions):
        verdict = "the same"
    return TrialStatus(customers=len(found), outcomes=outcomes, verdict=verdict)


def _compared(outcome: Outcome, found: Sequence[Observation]) -> Compared:
    measure = _MEASURES[outcome]
    arms: dict[str, list[float]] = {"base": [], "candidate": []}
    for each in found:
        value = each.value(outcome)
        if value is not None:
            arms[each.arm].append(value)
    apart = difference(
        arms["base"],
        arms["candidate"],
        alpha=ALPHA / len(OUTCOMES),
        scale=measure.matters,
        bounds=measure.bounds,
    )
    shown = math.exp if outcome == "latency" else float
    return Compared(
        outcome=outcome,
        base=shown(apart.base_mean) if apart.base else 0.0,
        candidate=shown(apart.candidate_mean) if apart.candidate else 0.0,
        base_count=apart.base,
        candidate_count=apart.candidate,
        low=_finite(shown, apart.low),
        high=_finite(shown, apart.high),
        p=apart.p,
        decision=_decision(apart, measure),
    )


def _decision(apart: Difference, measure: _Measure) -> Decision:
    if apart.low > 0:
        return "worse" if measure.less_is_better else "better"
    if apart.high < 0:
        return "better" if measure.less_is_better else "worse"
    return "the same" if -measure.matters < apart.low and apart.high < measure.matters else "open"


def _finite(shown: object, value: float) -> float:
    if math.isinf(value):
        return value
    return shown(value)  # type: ignore[operator, no-any-return]
