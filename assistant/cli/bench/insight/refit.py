"""`assistant bench insight refit`: wrong corrections never lower what is read rightly; a rollback restores answers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.insight.learning.bench import Poisoned
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.routing.intents.intent import Example


def refit(
    ctx: typer.Context,
    wrong: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of corrections that say a wrong intent.")] = 0.2,
    seeds: Annotated[int, typer.Option(min=1, help="How many runs; each takes some minutes.")] = 1,
    most: Annotated[int, typer.Option(min=0, help="Messages to measure on at most; 0: all.")] = 0,
    data: Annotated[Path | None, typer.Option(help="Instead, a folder of a labelled set: train.jsonl, ...")] = None,
    shots: Annotated[int, typer.Option(min=1, help="Of the set: examples of each intent in the catalogue.")] = 10,
    corrections: Annotated[int, typer.Option(min=1, help="Of the set: how many other messages are corrected.")] = 600,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Correct messages, a share of them wrongly; refit behind the gate; measure what is in service; take it back.

    Corrected are the messages of evals/routing/dev_*.jsonl, measured are those of evals/routing/exam_*.jsonl, which
    neither the catalogue nor the gate has seen. With --data a labelled set stands in for the shop: its catalogue has a
    few examples of each intent, other training messages are corrected. Everything happens in a temporary data folder.
    """
    import tempfile
    from dataclasses import asdict

    from assistant.insight.learning.bench import bench_refit
    from assistant.insight.learning.build import build_nightly

    parts: Parts = ctx.obj
    out: list[dict[str, Any]] = []
    for seed in range(7, 7 + seeds):
        pool, exam, catalogue = _messages(data, shots, corrections, seed)
        if most:
            exam = exam[:: max(1, len(exam) // most)][:most]
        with tempfile.TemporaryDirectory() as folder:
            beside = parts.with_settings(data_dir=Path(folder), database_url="")
            nightly = build_nightly(beside, catalogue=catalogue, measured_on=() if catalogue else None)
            found = bench_refit(
                nightly, pool, exam, share=wrong, seed=seed, progress=lambda step: typer.echo(f"  {step}", err=True)
            )
            beside.database.close()
        out.append({**asdict(found), "holds": found.holds, "lowered": found.lowered})
        if not as_json:
            _show(found)
    if as_json:
        typer.echo(json.dumps(out, ensure_ascii=False, indent=2))
    if not all(row["holds"] for row in out):
        raise typer.Exit(1)


def _messages(
    data: Path | None, shots: int, corrections: int, seed: int
) -> "tuple[list[Example], list[Example], Catalogue | None]":
    """Messages that are corrected, messages to measure on, and the catalogue, where it isn't the shop's."""
    import random

    from assistant.evaluation.router.intent_sets import catalogue_of, read_set
    from assistant.insight.learning.build import messages_of
    from assistant.routing.intents.intent import Example
    from assistant.text.language import detect_language

    if data is None:
        return messages_of("dev"), messages_of("exam"), None
    found = read_set(data)
    learned = found.sample(shots, seed)
    catalogue, names = catalogue_of(learned, found.intents)
    rest = sorted({one for one in found.train if one.intent} - set(learned))
    pool = random.Random(seed).sample(rest, min(corrections, len(rest)))
    made = [
        [Example(one.text, names[one.intent], detect_language(one.text)) for one in some if one.intent in names]
        for some in (pool, found.held)
    ]
    return made[0], made[1], catalogue


def _show(found: "Poisoned") -> None:
    typer.echo(
        f"seed {found.seed}: {found.corrections} corrections, {found.wrong} of them wrong; the nightly refit is "
        f"{found.step.outcome}: {found.step.words}\n"
        f"  {found.caught} of {found.wrong} wrong ones and {found.lost} of {found.corrections - found.wrong} right "
        "ones are no examples\n"
        f"  {found.answers} unseen messages read rightly: {found.untaught:.2%} without corrections, "
        f"{found.before:.2%} with corrections remembered, {found.after:.2%} after the refit\n"
        f"  without the gate: {found.judged:.2%} by the refit it judged, {found.ungated:.2%} if all were examples\n"
        f"  of these, {found.won} are read rightly only since, {found.given_up} only before: "
        f"{'LOWERED by more than chance' if found.lowered else 'not lowered by more than chance'}\n"
        f"  rollback: {'every' if found.restored else 'NOT every'} one of {found.answers} former answers came back "
        f"byte for byte; {'holds' if found.holds else 'FAILS'}"
    )
