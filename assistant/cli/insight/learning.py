"""`assistant insight refit | drift | rollback`: what is learned every night, and how it is watched and taken back."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.insight.learning.drift import Change

STEPS = ("router", "review", "student", "satisfaction", "prior")


def add_to(app: typer.Typer) -> None:
    """Put the commands into `assistant insight`."""
    for command in (refit, drift, rollback):
        app.command()(command)


def refit(
    ctx: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=f"A step: {', '.join(STEPS)}; again for more.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Learn from what people corrected, every night.

    Meant for cron; running servers take it up by themselves.

    Corrections, and readings that an agent confirmed by sending the draft as it was, become examples of the router,
    if at least as many held-back examples are read rightly as before. Corrections that contradict all evidence are
    set aside. Messages that nobody could read are proposed with a label (`insight/proposed.jsonl` in the data
    folder), never taken. The router's small student is taught anew and exported to ONNX. Own ratings teach the model
    of satisfaction once there are enough. A prior from behaviour that was learned once (assistant insight prior) is
    trusted by what came in since. Each can be taken back: assistant insight rollback NAME.
    """
    from assistant.cli.progress import ProgressLine
    from assistant.cli.router_refit import embedding_told

    parts: Parts = ctx.obj
    if wrong := set(only or ()) - set(STEPS):
        raise OperatorError(f"there is no step {sorted(wrong)[0]!r}", fix=f"one of: {', '.join(STEPS)}")
    done: list[dict[str, Any]] = []
    for name in [name for name in STEPS if not only or name in only]:
        line = ProgressLine()
        try:
            step = parts.nightly.router(embedding_told(line)) if name == "router" else getattr(parts.nightly, name)()
        finally:
            line.end()
        done.append({"step": step.name, "outcome": step.outcome, "words": step.words, "figures": dict(step.figures)})
        if not as_json:
            typer.echo(f"{step.name}: {step.outcome}; {step.words}")
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False, indent=2))


def drift(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="The last days, that are looked at.")] = 7,
    reference: Annotated[int, typer.Option(min=1, help="Days before them, that they are compared with.")] = 28,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell whether what customers write has changed.

    Compared are languages, intents and the share out of scope; exit code 1 if one of them changed.

    A permutation test over whole conversations: if nothing changed, at most one look in a hundred raises an alarm.
    """
    from dataclasses import asdict

    from assistant.insight.learning.drift import FEWEST, lately

    parts: Parts = ctx.obj
    found = lately(parts.database, parts.clock, days=days, reference=reference)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "enough": found.enough, "alarm": found.alarm}, ensure_ascii=False))
    else:
        typer.echo(f"{found.now} conversations of the last {days} days, {found.before} of the {reference} days before")
        if not found.enough:
            typer.echo(f"too few to say anything: at least {FEWEST} are needed on either side")
        for change in found.changes:
            typer.echo(_told(change))
    if found.alarm:
        raise typer.Exit(1)


def rollback(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="router, student, satisfaction or prior.")]
) -> None:
    """Take back what was learned last.

    Former answers come back byte for byte, in running servers too.
    """
    parts: Parts = ctx.obj
    now = parts.nightly.rollback(name)
    typer.echo(f"{name}: {'version ' + now if now else 'what ships with the code'} is in force again")


def _told(change: "Change") -> str:
    moved = ", ".join(f"{name} {before:.0%} to {now:.0%}" for name, before, now in change.moved)
    verdict = "CHANGED" if change.alarm else "no change"
    text = f"  {change.aspect.replace('_', ' ')}: {verdict} (p = {change.p:.4f}, {change.distance:.1%} of messages)"
    return f"{text}: {moved}" if moved and change.alarm else text
