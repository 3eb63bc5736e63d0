"""`assistant bench insight events`: what a log of many events costs, and whether killing loses any."""

import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer


def events(
    count: Annotated[int, typer.Option(min=1000, help="Events of visitors, about.")] = 20_000_000,
    seed: Annotated[int, typer.Option(help="Of the events and of the moments of the kills.")] = 7,
    kills: Annotated[int, typer.Option(min=0, help="How often the import is killed with SIGKILL.")] = 0,
    format_: Annotated[Literal["jsonl", "csv"], typer.Option("--format", help="Of the log files.")] = "jsonl",
    folder: Annotated[Path | None, typer.Option(help="Keep files and log here; none: a temporary folder.")] = None,
) -> None:
    """Import, clean, find sessions and features of seeded events, compared to the row with what was planted."""
    from assistant.insight.events.bench import run

    with tempfile.TemporaryDirectory() as temporary:
        found = run(
            folder or Path(temporary), count=count, seed=seed, kills=kills, format_=format_,
            tell=lambda line: typer.echo(line, err=True),
        )  # fmt: skip
    typer.echo(f"{found.count:,} events\n{'':12} {'wall s':>8} {'CPU s':>8} {'peak MB':>9}")
    for step in found.steps:
        typer.echo(f"{step.name:12} {step.wall_s:8.1f} {step.cpu_s:8.1f} {step.peak_mb:9,.0f}")
    three = [step for step in found.steps if step.name != "events make"]
    typer.echo(
        f"{'the last 3':12} {sum(s.wall_s for s in three):8.1f} {sum(s.cpu_s for s in three):8.1f} "
        f"{max(s.peak_mb for s in three):9,.0f}"
    )
    if found.kills:
        typer.echo(f"the import was killed {found.kills} times")
    for line in found.wrong:
        typer.echo(f"WRONG {line}")
    if found.wrong:
        raise typer.Exit(1)
    typer.echo("events, rejected lines, dropped rows by rule, sessions, orders and visitors are those planted")
