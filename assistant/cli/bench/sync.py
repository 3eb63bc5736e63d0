"""`assistant bench sync`: pages change while customers ask, and syncs are killed."""

import json
from dataclasses import asdict
from typing import Annotated

import typer


def sync(
    pages: Annotated[int, typer.Option(min=100, help="Pages, all of which change.")] = 1_000,
    threads: Annotated[int, typer.Option(min=1, help="Threads that ask meanwhile.")] = 8,
    pause: Annotated[float, typer.Option(min=0, help="Seconds for which each waits between two questions.")] = 0.05,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Sync changed pages while threads ask, then kill syncs at their worst moments; no answer may fail or be mixed.

    10,000 pages take a quarter of an hour on two cores: all passages are embedded twice.
    """
    from assistant.evaluation.sync.bench import run, table

    figures = run(pages, threads, pause, lambda line: typer.echo(line, err=True))
    typer.echo(json.dumps(asdict(figures), indent=2) if as_json else table(figures))
    if not figures.sound:
        typer.echo("an answer failed or was mixed, or a killed sync left the index in pieces", err=True)
        raise typer.Exit(1)
