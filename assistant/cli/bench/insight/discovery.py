"""`assistant bench insight discovery`: intents that were left out, found again among what the router can't serve."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.routing.fusion.judge import Judge


def discovery(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder of a labelled set: train.jsonl, valid.jsonl, ...")],
    withheld: Annotated[int, typer.Option(min=1, help="Intents that the router isn't told.")] = 10,
    shots: Annotated[int, typer.Option(min=1, help="Examples that it learns of each other intent.")] = 20,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of withheld intents, from --seed on.")] = 3,
    seed: Annotated[int, typer.Option(help="The first draw.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Figures of each draw as JSON.")] = False,
) -> None:
    """Withhold intents, let the router read messages of all, group what it can't serve, count who is proposed."""
    from assistant.evaluation.router.bench import RouterBench
    from assistant.evaluation.router.intent_sets import Labelled, catalogue_of, read_set
    from assistant.insight.behaviour.discovery_bench import draw, measure
    from assistant.routing.detectors.nearest import familiarity

    parts: Parts = ctx.obj
    found = read_set(data)
    bench = RouterBench(
        found, parts.embeddings.encoders(), parts.settings.cache_dir, lambda line: typer.echo(line, err=True)
    )
    figures = []
    for number in range(seed, seed + seeds):
        split = draw(found.train, found.held, withheld, shots, number)
        catalogue, _ = catalogue_of([Labelled(text, intent) for text, intent in split.learned])
        judge = bench.judge(catalogue)

        def familiar(texts: Sequence[str], judge: "Judge" = judge) -> list[float]:
            readings = judge.read(list(texts), bench.language)
            return [reading.probability * familiarity(reading.nearest) for reading in readings]

        figures.append(measure(split, familiar, bench.embedders(), number))
        last = figures[-1]
        typer.echo(f"seed {number}: {last.found} of {last.withheld} found, NMI {last.nmi:.3f}", err=True)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in figures], indent=2))
        return
    typer.echo(f"{found.name}, {withheld} of {len(found.intents)} intents withheld, {shots} examples of each other one")
    typer.echo(
        f"{'seed':>4}{'stream':>8}{'unserved':>10}{'withheld':>20}{'proposals':>11}{'right':>7}{'of first 10':>13}"
        f"{'found':>10}{'NMI':>8}{'all':>8}"
    )
    for one in figures:
        seen = f"{one.withheld_unserved} of {one.withheld_messages}"
        typer.echo(
            f"{one.seed:>4}{one.stream:>8}{one.unserved:>10}{seen:>20}{one.proposals:>11}{one.right:>7}{one.first:>13}"
            f"{f'{one.found} of {one.withheld}':>10}{one.nmi:>8.3f}{one.nmi_all:>8.3f}"
        )
    mean, nmi = fmean(one.found for one in figures), fmean(one.nmi for one in figures)
    first, right = fmean(one.first for one in figures), sum(one.right for one in figures)
    typer.echo(
        f"mean over {len(figures)} draws: {mean:.1f} of {withheld} proposed, {first:.1f} of the first 10 proposals and "
        f"{right / max(1, sum(one.proposals for one in figures)):.0%} of all right, NMI {nmi:.3f}"
    )
