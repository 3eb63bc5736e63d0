"""`assistant bench dialogues`: whole conversations with the sample shop, and how many of them are right."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.practice import Model, practice_house


def dialogues(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder of dialogues; the project's own.")] = None,
    model: Annotated[Model, typer.Option(help="Which model may be asked.")] = Model.NONE,
    only: Annotated[str, typer.Option(help="Only dialogues whose file or name holds these words.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold whole dialogues with the sample shop: how many are right, by turn number, and what it costs."""
    from assistant.clock import FixedClock
    from assistant.evaluation.dialogues.cases import read_dialogues
    from assistant.evaluation.dialogues.report import report
    from assistant.evaluation.dialogues.run import NOW, DialogueRunner
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    chosen = [d for d in read_dialogues(folder or PROJECT_DIR / "evals" / "dialogues") if only in d.title]
    clock = FixedClock(NOW)
    with practice_house(parts, clock, model) as house:
        runner = DialogueRunner(house, clock)
        runner.reset()
        house.knowledge.sync(house.settings.knowledge_dir)
        figures = report([runner.run(dialogue) for dialogue in chosen])
    if json_:
        typer.echo(figures.model_dump_json(indent=2))
        return
    for failing in figures.failing:
        typer.echo(f"{failing}\n")
    typer.echo(f"dialogues right      {figures.dialogues}")
    for share in (*figures.languages, *figures.files):
        typer.echo(f"  {share.name:18} {share}")
    typer.echo(f"turns right          {figures.turns}")
    for share in figures.by_turn:
        typer.echo(f"  turn {share.name:13} {share}")
    typer.echo(f"router asked a model {figures.router_asked} % of the turns; anything did {figures.model_asked} %")
    typer.echo(f"milliseconds a turn  p50 {figures.ms_p50}, p95 {figures.ms_p95}")
