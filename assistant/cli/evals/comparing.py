"""`assistant eval diff` and `bless`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.evaluation.suites.diff.compare import CaseMoved, Difference

_SIDE = "RUN, RUN@PROMPTS or RUN@PROMPTS@MODEL; RUN may be latest, latest~1 or blessed."
_SHOWN_PROBLEMS = 3


class FailOn(StrEnum):
    """What makes a comparison end with exit code 1."""

    NOTHING = "nothing"
    REGRESSION = "regression"


def diff(
    ctx: typer.Context,
    base: Annotated[str, typer.Argument(help=_SIDE)] = "blessed",
    new: Annotated[str, typer.Argument(help=_SIDE)] = "latest",
    fail_on: Annotated[FailOn, typer.Option(help="End with exit code 1 on this.")] = FailOn.NOTHING,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Compare two runs, or two columns of one: newly failing and passing cases, flaky ones, moved figures, chance."""
    from assistant.cli.evals.places import runs_of
    from assistant.evaluation.suites.diff.compare import compare, selected

    runs = runs_of(ctx.obj)
    found = compare(selected(runs, base), selected(runs, new))
    if json_:
        typer.echo(found.model_dump_json(indent=2))
    else:
        for line in lines_of(found):
            typer.echo(line)
    if fail_on is FailOn.REGRESSION and found.regression:
        raise typer.Exit(1)


def bless(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's name, or `latest`.")] = "latest",
) -> None:
    """Make a run the one that others are compared with: `blessed`."""
    from assistant.cli.evals.places import runs_of

    runs = runs_of(ctx.obj)
    runs.bless(run)
    typer.echo(f"{runs.blessed()} is blessed")


def lines_of(found: "Difference") -> list[str]:
    """A comparison as text."""
    out = [
        f"base {found.base}",
        f"new  {found.new}",
        f"{found.compared} cases: {found.base_rate:.1%} -> {found.new_rate:.1%}, p = {found.p:.3f}",
    ]
    for title, cases in (("newly failing", found.failing), ("newly passing", found.passing), ("flaky", found.flaky)):
        out += [f"{title}: {len(cases)}", *(line for case in cases for line in _case(case))]
    for title, names in (("only in the base", found.missing), ("only in the new run", found.added)):
        if names:
            out += [f"{title}: {len(names)}", *(f"  {name}" for name in names)]
    out += [f"moved: {moved.figure} {moved.base:.4g} -> {moved.new:.4g}" for moved in found.figures]
    out.append("this is a regression" if found.regression else "no regression")
    return out


def _case(case: "CaseMoved") -> list[str]:
    told = [f"  {case.case} ({case.base:.0%} -> {case.new:.0%}): {case.behaviour}"]
    return told + [f"      {problem}" for problem in case.problems[:_SHOWN_PROBLEMS]]
