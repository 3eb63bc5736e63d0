"""`assistant models`: the files that models need."""

import functools
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.progress import ProgressLine
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.models.store.partial import Progress

app = typer.Typer(help="Models: what is here, fetch what is missing.", no_args_is_help=True, rich_markup_mode=None)

Names = Annotated[list[str] | None, typer.Argument(help="Names of `models list`; none: all that the settings need.")]


@app.command("list")
def list_models(ctx: typer.Context) -> None:
    """Show every known model: what for, how large, whether it is here (* needed by the settings)."""
    parts: Parts = ctx.obj
    for file in parts.store.list():
        mark = "*" if file.needed else " "
        entry = file.entry
        typer.echo(f"{mark} {entry.name:<20}{file.state:<11}{entry.size / 1e6:>8,.1f} MB  {entry.licence}")
        typer.echo(f"  {entry.purpose}")


@app.command()
def pull(ctx: typer.Context, names: Names = None) -> None:
    """Fetch models and check them against the hash that their makers publish; a cut pull goes on."""
    parts: Parts = ctx.obj
    for name in names or parts.store.needed():
        line = ProgressLine("MB", digits=1)
        try:
            path = parts.store.pull(name, functools.partial(_show, line))
        except OperatorError as error:
            line.end()
            if names or not parts.store.optional(name):
                raise
            typer.echo(f"{name}: left out, things work without it. {error.message}", err=True)
            continue
        line.end()
        typer.echo(f"{name}: {path}")


@app.command()
def verify(
    ctx: typer.Context,
    names: Names = None,
    again: Annotated[bool, typer.Option(help="Read every byte, even of files that have not changed.")] = False,
) -> None:
    """Check models against the hash that their makers publish; fails where a needed one isn't right."""
    parts: Parts = ctx.obj
    wrong = []
    for name in names or parts.store.needed():
        state = parts.store.verify(name, again=again)
        typer.echo(f"{name}: {state}")
        if state != "ready" and (names or not parts.store.optional(name)):
            wrong.append(name)
    if wrong:
        raise OperatorError(f"not right: {', '.join(wrong)}", fix=f"assistant models pull {' '.join(wrong)}")


@app.command()
def path(ctx: typer.Context, name: Annotated[str, typer.Argument(help="A name of `models list`.")]) -> None:
    """Print where a model's file lies."""
    parts: Parts = ctx.obj
    typer.echo(str(parts.store.path(name)))


def _show(line: ProgressLine, step: "Progress") -> None:
    line.show(f"{step.name} {step.source}", step.done / 1e6, step.total / 1e6)
