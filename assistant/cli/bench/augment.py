"""`assistant bench augment`: the router with a language model's paraphrases, and without."""

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.progress import ProgressLine
from assistant.cli.router_augment import writing_ladder


def augment(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder of a data set: train.jsonl, valid.jsonl, ...")],
    out: Annotated[Path, typer.Option(help="Folder for what the model writes; a second run asks nothing twice.")],
    shots: Annotated[int, typer.Option(min=1, help="Examples an intent.")] = 1,
    intents: Annotated[int, typer.Option(min=2, help="Intents drawn for each seed.")] = 20,
    each: Annotated[int, typer.Option(min=1, help="Messages to be written for an intent.")] = 10,
    seeds: Annotated[int, typer.Option(min=1, help="Draws that are averaged.")] = 3,
    sure: Annotated[float, typer.Option(min=0, max=1, help="How sure the router must be of a message.")] = 0.4,
    model: Annotated[str, typer.Option(help="Who writes: local or hosted.")] = "local",
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure what paraphrases add where examples are few: none, all of them, those that the router agrees with."""
    from dataclasses import asdict

    from assistant.evaluation.router.augmenting import AugmentBench, augment_table
    from assistant.evaluation.router.intent_sets import read_set

    parts: Parts = ctx.obj
    line = ProgressLine()
    bench = AugmentBench(
        read_set(data),
        parts.embeddings.encoders(),
        parts.settings.cache_dir,
        parts.prompts,
        writing_ladder(parts, model),
        out,
        lambda told: typer.echo(told, err=True),
        lambda done, total: line.show("writing messages", done, total),
    )
    outcome = bench.run(shots, intents=intents, each=each, seeds=seeds, sure=sure)
    line.end()
    typer.echo(json.dumps(asdict(outcome), indent=2) if as_json else augment_table(outcome))
