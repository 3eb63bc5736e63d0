"""`assistant router refit`: the corrections become examples, if no intent is read less well for it."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.progress import ProgressLine
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.cli.parts import Parts
    from assistant.routing.learning.refit import Refit
    from assistant.routing.refitting import Refitting

_SHOWN = 5


def refit(
    ctx: typer.Context,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the training before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare only; change nothing.")] = False,
) -> None:
    """Train anew with the corrections as examples; the old training stays if an intent would lose more than a point.

    Both are compared on the catalogue's examples, each read by classifiers that had not seen it. The training before
    is kept for --undo. Running servers take up the new one by themselves.
    """
    parts: Parts = ctx.obj
    refitting = refitting_of(parts)
    if undo:
        show_undone(refitting)
        return
    waiting = refitting.taught.corrections.all()
    if not waiting:
        raise OperatorError("there are no corrections to learn from", fix='assistant router learn "TEXT" INTENT')
    line = ProgressLine()
    try:
        found, taken = refitting.compare(waiting, embedding_told(line))
    finally:
        line.end()
    show(found)
    if not found.passes:
        typer.echo("refused: the old training stays, and the corrections work as they did")
        raise typer.Exit(1)
    if dry_run:
        typer.echo("nothing was changed")
        return
    name = refitting.accept(found, taken, waiting, parts.clock.now())
    typer.echo(
        f"refit {name} is in force; {len(refitting.taught.corrections.all())} corrections are still remembered one by "
        "one\ntake it back with: assistant router refit --undo"
    )


def refitting_of(parts: "Parts") -> "Refitting":
    """What refits the shop's router."""
    from assistant.routing.learning.refits import taught
    from assistant.routing.refitting import Refitting

    settings = parts.settings
    known = taught(settings.data_dir, settings.cache_dir)
    return Refitting(parts.catalogue, parts.embeddings.encoders(), settings.cache_dir, known)


def embedding_told(line: ProgressLine) -> "Callable[[str, int, int], None]":
    """Tells on a line how many examples are embedded."""
    return lambda key, done, total: line.show(f"embedding examples for {key.partition('-')[0]}", done, total)


def show(found: "Refit") -> None:
    """Print a comparison."""
    typer.echo(f"{len(found.taken)} corrections as examples; held-back examples of the catalogue read rightly:")
    typer.echo(f"  before {found.before:.2%}, after {found.after:.2%}")
    for loss in found.lost[:_SHOWN]:
        name = loss.intent or "out_of_scope"
        typer.echo(f"  {name}: {loss.before:.1%} to {loss.after:.1%} of {loss.messages}")
    if not found.lost:
        typer.echo("  no intent lost")


def show_undone(refitting: "Refitting") -> None:
    """Take the refit in force back, and say so."""
    gone = refitting.undo()
    now = f"refit {refitting.taught.refits.current}" if refitting.taught.refits.current else "the catalogue alone"
    typer.echo(f"{now} is in force again; {len(gone)} corrections are remembered one by one")
