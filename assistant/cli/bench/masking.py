"""`assistant bench masking`: how much personal data is masked, and how much that is none."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import PROJECT_DIR


def masking(
    items: Annotated[int, typer.Option(min=1, help="Personal items, and as many harmless ones, per language.")] = 500,
    seed: Annotated[int, typer.Option(help="Decides which items; the same seed gives the same ones.")] = 7,
    folder: Annotated[Path, typer.Option(help="Items and sentences.")] = PROJECT_DIR / "evals" / "masking",
    show: Annotated[bool, typer.Option("--show", help="List what was missed and what was masked falsely.")] = False,
) -> None:
    """Plant personal data in sentences and count what the masker leaves, and what it takes that is none."""
    from assistant.evaluation.masking.measure import measure
    from assistant.text.language import Language

    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        figures = measure(folder, language, items=items, seed=seed)
        planted, harmless = sum(figures.planted.values()), sum(figures.harmless.values())
        typer.echo(
            f"{language}: masked {figures.masked_share:.1%} of {planted} planted items, "
            f"falsely {len(figures.false)} in {harmless} harmless messages and {planted} planted ones "
            f"({figures.false_share:.1%})"
        )
        for kind, count in sorted(figures.planted.items()):
            missed = sum(entry[0] == kind for entry in figures.missed)
            typer.echo(f"    {kind:8} {count - missed:4} of {count:4}")
        for name, entries in (("missed", figures.missed), ("false", figures.false)):
            for kind, message, words in entries if show else ():
                typer.echo(f"    {name} {kind}: {words!r} in {message!r}")
