"""Two runs, or two columns of one, case by case: what fails now, what passes now, and which figures moved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.evaluation.suites.diff.significance import paired_p
from assistant.evaluation.suites.figures.summary import Column, summarise
from assistant.evaluation.suites.running.results import Result, Run, Runs
from assistant.shop.records import Record

_SIGNIFICANT = 0.05
_MOVED = 0.10


class Side(Record):
    """One side of a comparison: a run's column."""

    run: str
    prompts: str
    prompts_hash: str
    model: str

    def __str__(self) -> str:
        return f"{self.run} ({self.prompts} {self.prompts_hash}, {self.model})"


class CaseMoved(Record):
    """A case, the share of its results that passed on each side, and what is wrong on the new one."""

    case: str
    behaviour: str
    base: float
    new: float
    problems: tuple[str, ...] = ()


class FigureMoved(Record):
    """A figure that moved."""

    figure: str
    base: float
    new: float


class Difference(Record):
    """What differs.

    Attributes:
        compared: cases that both sides have results of.
        failing: cases that always passed and never do now.
        passing: cases that never passed and always do now.
        flaky: cases that pass now and then, on the new side.
        missing: cases that the base has results of and the new side hasn't: of nobody knows what they would be.
        p: that both sides are alike, by a paired permutation test over the cases.
    """

    base: Side
    new: Side
    compared: int
    failing: tuple[CaseMoved, ...]
    passing: tuple[CaseMoved, ...]
    flaky: tuple[CaseMoved, ...]
    missing: tuple[str, ...]
    added: tuple[str, ...]
    base_rate: float
    new_rate: float
    p: float
    figures: tuple[FigureMoved, ...]

    @property
    def regression(self) -> bool:
        """Whether a case that always passed never does now, or the pass rate fell by more than chance."""
        return bool(self.failing) or (self.new_rate < self.base_rate and self.p < _SIGNIFICANT)


class _Case:
    def __init__(self) -> None:
        self.passed: list[bool] = []
        self.behaviour = ""
        self.problems: tuple[str, ...] = ()

    def add(self, result: Result) -> None:
        self.passed.append(result.status == "pass")
        self.behaviour = result.behaviour
        self.problems = self.problems or result.problems

    @property
    def rate(self) -> float:
        return sum(self.passed) / len(self.passed)


def selected(runs: Runs, written: str) -> tuple[Run, str, str]:
    """The run, prompts and model of `RUN`, `RUN@PROMPTS` or `RUN@PROMPTS@MODEL`; empty words stand for the only one."""
    name, _, rest = written.partition("@")
    prompts, _, model = rest.partition("@")
    return runs.get(name), prompts, model


def compare(base: tuple[Run, str, str], new: tuple[Run, str, str]) -> Difference:
    """Compare two sides.

    Raises:
        CaseError: a side has several columns and none was named, or there are no cases in common.
    """
    before, old_column, old_side = _read(*base)
    after, new_column, new_side = _read(*new)
    both = sorted(before.keys() & after.keys())
    if not both:
        raise CaseError("the two have no case in common", fix="compare runs of the same suites")
    moved = {name: _moved(name, before[name], after[name]) for name in both}
    return Difference(
        base=old_side,
        new=new_side,
        compared=len(both),
        failing=tuple(m for m in moved.values() if m.base == 1.0 and m.new == 0.0),
        passing=tuple(m for m in moved.values() if m.base == 0.0 and m.new == 1.0),
        flaky=tuple(m for m in moved.values() if 0.0 < m.new < 1.0),
        missing=tuple(sorted(before.keys() - after.keys())),
        added=tuple(sorted(after.keys() - before.keys())),
        base_rate=sum(m.base for m in moved.values()) / len(moved),
        new_rate=sum(m.new for m in moved.values()) / len(moved),
        p=paired_p([m.new - m.base for m in moved.values()]),
        figures=tuple(_figures(old_column, new_column)),
    )


def _read(run: Run, prompts: str, model: str) -> tuple[dict[str, _Case], Column, Side]:
    columns = {(r.prompts, r.prompts_hash, r.model) for r in run.results()}
    fits = sorted(c for c in columns if prompts in ("", c[0], c[1]) and model in ("", c[2]))
    if len(fits) != 1:
        told = ", ".join(f"{run.name}@{c[0]}@{c[2]}" for c in sorted(columns)) or "nothing"
        raise CaseError(f"run {run.name!r} has {told}", fix="name one of them: RUN@PROMPTS@MODEL")
    column = fits[0]
    cases: dict[str, _Case] = defaultdict(_Case)

    def own() -> Iterator[Result]:
        for result in run.results():
            if (result.prompts, result.prompts_hash, result.model) != column:
                continue
            if result.status in ("pass", "fail"):
                cases[result.case].add(result)
            yield result

    summary = summarise(run.name, own(), {})
    side = Side(run=run.name, prompts=column[0], prompts_hash=column[1], model=column[2])
    return dict(cases), summary.columns[0], side


def _moved(name: str, before: _Case, after: _Case) -> CaseMoved:
    return CaseMoved(case=name, behaviour=after.behaviour, base=before.rate, new=after.rate, problems=after.problems)


def _figures(base: Column, new: Column) -> Iterable[FigureMoved]:
    """Pass rates by suite, language and tag that differ at all; costs that differ by a tenth."""
    for kind in ("suites", "languages", "tags"):
        old, now = getattr(base, kind), getattr(new, kind)
        for name in old.keys() & now.keys():
            if abs(old[name].rate - now[name].rate) > 1e-9:
                yield FigureMoved(figure=f"pass rate, {name}", base=old[name].rate, new=now[name].rate)
    costs = {
        "milliseconds a turn, p50": (base.turn.p50, new.turn.p50),
        "milliseconds a turn, p95": (base.turn.p95, new.turn.p95),
        "tokens a turn": (base.tokens / max(1, base.turns), new.tokens / max(1, new.turns)),
        "model calls a turn": (base.model_calls / max(1, base.turns), new.model_calls / max(1, new.turns)),
    }
    for name, (old, now) in costs.items():
        if abs(now - old) > _MOVED * max(old, now):
            yield FigureMoved(figure=name, base=round(old, 3), new=round(now, 3))
