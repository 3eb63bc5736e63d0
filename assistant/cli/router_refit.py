"""`assistant router refit`: the corrections become examples, if no intent is read less well for it."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.progress import ProgressLine
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.cli.parts import Parts
    from assistant.routing.intents.intent import Example
    from assistant.routing.learning.corrections import Correction, CorrectionFile
    from assistant.routing.learning.refit import Refit
    from assistant.routing.learning.refits import Refits
    from assistant.routing.learning.trained import Trained

_SHOWN = 5


def refit(
    ctx: typer.Context,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the training before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compare only; change nothing.")] = False,
) -> None:
    """Train anew with the corrections as examples; the old training stays if an intent would lose more than a point.

    Both are compared on the catalogue's examples, each read by classifiers that had not seen it. The training before
    is kept for --undo. Running servers take up the new one when they are started again.
    """
    from assistant.routing.learning.refits import taught

    parts: Parts = ctx.obj
    known = taught(parts.settings.data_dir, parts.settings.cache_dir)
    memory, refits = known.corrections, known.refits
    if undo:
        _undo(memory, refits)
        return
    waiting = memory.all()
    if not waiting:
        raise OperatorError("there are no corrections to learn from", fix='assistant router learn "TEXT" INTENT')
    found, taken = _compared(parts, refits.taken(), waiting)
    _show(found)
    if not found.passes:
        typer.echo("refused: the old training stays, and the corrections work as they did")
        raise typer.Exit(1)
    if dry_run:
        typer.echo("nothing was changed")
        return
    needless = _put_in_force(parts, refits, found, taken, waiting)
    memory.drop(needless)
    typer.echo(
        f"refit {refits.current} is in force; {len(memory.all())} corrections are still remembered one by one\n"
        "take it back with: assistant router refit --undo"
    )


def _compared(
    parts: "Parts", before: "Sequence[Correction]", waiting: "Sequence[Correction]"
) -> "tuple[Refit, tuple[Correction, ...]]":
    """The new training beside the one in force, and the corrections that it learned."""
    from assistant.routing.build import learn
    from assistant.routing.learning.refit import refit as compare
    from assistant.routing.learning.refits import as_examples, latest

    line = ProgressLine()

    def told(key: str, done: int, total: int) -> None:
        line.show(f"embedding examples for {key.partition('-')[0]}", done, total)

    def train(taken: "Sequence[Example]") -> "Trained":
        return learn(parts.catalogue, parts.embeddings.encoders(), parts.settings.cache_dir, told, taken=taken)

    wanted = {example: one for one in latest((*before, *waiting)) for example in as_examples((one,))}
    try:
        found = compare(parts.catalogue, train(as_examples(before)), tuple(wanted), train)
    finally:
        line.end()
    return found, tuple(wanted[example] for example in found.taken)


def _show(found: "Refit") -> None:
    typer.echo(f"{len(found.taken)} corrections as examples; held-back examples of the catalogue read rightly:")
    typer.echo(f"  before {found.before:.2%}, after {found.after:.2%}")
    for loss in found.lost[:_SHOWN]:
        name = loss.intent or "out_of_scope"
        typer.echo(f"  {name}: {loss.before:.1%} to {loss.after:.1%} of {loss.messages}")
    if not found.lost:
        typer.echo("  no intent lost")


def _put_in_force(
    parts: "Parts", refits: "Refits", found: "Refit", taken: "Sequence[Correction]", waiting: "Sequence[Correction]"
) -> "list[Correction]":
    """Write the refit and put it into force; the corrections that need not be remembered any more."""
    from assistant.routing.build import build_judge
    from assistant.routing.learning.export import export

    encoders = parts.embeddings.encoders()
    judge = build_judge(parts.catalogue, encoders, cache_dir=parts.settings.cache_dir, taken=found.taken)
    folder = refits.begin(taken)
    export(folder, found.trained, parts.catalogue.with_examples(found.taken), encoders, figures=found.figures())
    refits.accept(folder)
    needless = []
    for correction in waiting:
        reading = judge.read([correction.text], correction.language)[0]
        if ("" if reading.is_outside else reading.intent) == correction.intent:
            needless.append(correction)
    return needless


def _undo(memory: "CorrectionFile", refits: "Refits") -> None:
    taken = refits.undo()
    known = {correction.text for correction in memory.all()}
    for correction in taken:
        if correction.text not in known:
            memory.add(correction)
    now = f"refit {refits.current}" if refits.current else "the catalogue alone"
    typer.echo(f"{now} is in force again; {len(taken)} corrections are remembered one by one")
