"""`assistant bench copilot`: situations at the desk, and how many briefs, drafts and next steps are right."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.practice import Model, practice_house


def copilot(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder of situations; the project's own.")] = None,
    model: Annotated[Model, typer.Option(help="Which model may be asked.")] = Model.NONE,
    only: Annotated[str, typer.Option(help="Only situations whose file or name holds these words.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put the copilot into situations at the desk: true and whole briefs, supported drafts, right next steps."""
    from assistant.clock import FixedClock
    from assistant.copilot.bench import NOW, DeskBench, desk_report
    from assistant.copilot.bench_cases import read_desk_cases
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    every = read_desk_cases(folder or PROJECT_DIR / "evals" / "copilot")
    chosen = [case for case in every if only in f"{case.file}: {case.name}"]
    clock = FixedClock(NOW)
    with practice_house(parts, clock, model) as house:
        bench = DeskBench(house, clock)
        bench.reset()
        house.knowledge.sync(house.settings.knowledge_dir)
        figures = desk_report([bench.run(case) for case in chosen])
    if json_:
        typer.echo(figures.model_dump_json(indent=2))
        return
    for failing in figures.failing:
        typer.echo(f"{failing}\n")
    total = figures.situations
    for name, right in (
        ("brief holds the facts", figures.brief_whole),
        ("nothing unverified", figures.brief_true),
        ("draft is supported", figures.draft_supported),
        ("draft says it", figures.draft_says),
        ("next step is right", figures.step_right),
    ):
        typer.echo(f"{name:24} {right} of {total} ({100 * right / max(1, total):.1f} %)")
    for language, share in figures.languages.items():
        typer.echo(f"all right in {language:11} {share}")
    typer.echo(f"milliseconds a draft     p50 {figures.ms_p50}, p95 {figures.ms_p95}")
    typer.echo(f"worded with              {', '.join(f'{rung}: {count}' for rung, count in figures.rungs.items())}")
