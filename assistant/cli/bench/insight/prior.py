"""`assistant bench insight prior`: the router with what customers did just before they wrote, and without."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.insight.behaviour.prior_bench import Compared

_EXAM = Path("evals/routing/exam_en.jsonl")
_BATCH = 64


def prior(
    ctx: typer.Context,
    exam: Annotated[Path, typer.Option(help="Messages with their intents, a JSON object on each line.")] = _EXAM,
    seeds: Annotated[int, typer.Option(min=1, help="Simulations that are averaged.")] = 5,
    informative: Annotated[float, typer.Option(min=0.0, max=1.0, help="How often the last act fits the wish.")] = 0.7,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure the prior from behaviour on a seeded simulation: its gain, and what it costs when behaviour misleads.

    Messages of an exam, whole and with a third of their words, are read by the router without a language model.
    Simulated customers did something before: in five worlds it is helpful, means nothing, misleads, turns from the
    one to the other, or was already learned from noise.
    """
    from assistant.insight.behaviour.prior_bench import measure
    from assistant.routing.learning.evaluate import read_cases

    parts: Parts = ctx.obj
    cases = [(c.text, c.intents[0]) for c in read_cases(exam, parts.catalogue) if len(c.intents) == 1]
    known: dict[str, tuple[tuple[str, float], ...]] = {}

    def read(texts: Sequence[str]) -> list[tuple[tuple[str, float], ...]]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        for start in range(0, len(new), _BATCH):
            typer.echo(f"reading {start} of {len(new)} messages", err=True)
            batch = new[start : start + _BATCH]
            known.update(zip(batch, parts.router.read(batch, "en"), strict=True))
        return [known[text] for text in texts]

    figures = measure(cases, read, seeds, informative)
    if as_json:
        typer.echo(json.dumps([asdict(world) for world in figures], indent=2))
        return
    typer.echo("share read rightly, without the prior and with it; how many messages in brackets, over all seeds")
    typer.echo(
        f"{'behaviour':18}{'words leave it open':>28}{'few words':>28}{'whole messages':>28}{'worst loss':>12}  trust"
    )
    for world in figures:
        cells = "".join(f"{_cell(part):>28}" for part in (world.open, world.vague, world.whole))
        typer.echo(f"{world.world:18}{cells}{world.lost:12.1%}{world.trust:7.2f}")


def _cell(part: "Compared") -> str:
    return f"{part.without:.1%} -> {part.with_prior:.1%} ({part.messages})"
