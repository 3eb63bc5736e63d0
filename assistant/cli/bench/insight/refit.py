"""`assistant bench insight refit`: wrong corrections never lower what is read rightly; a rollback restores answers."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts


def refit(
    ctx: typer.Context,
    wrong: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of corrections that say a wrong intent.")] = 0.2,
    seeds: Annotated[int, typer.Option(min=1, help="How many runs; each takes some minutes.")] = 1,
    most: Annotated[int, typer.Option(min=0, help="Messages to measure on at most; 0: all.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Correct messages, a share of them wrongly; refit behind the gate; measure what is in service; take it back.

    Corrected are the messages of evals/routing/dev_*.jsonl, measured are those of evals/routing/exam_*.jsonl, which
    neither the catalogue nor the gate has seen. Everything happens in a temporary data folder.
    """
    import tempfile
    from dataclasses import asdict
    from pathlib import Path

    from assistant.insight.learning.bench import bench_refit
    from assistant.insight.learning.build import build_nightly, messages_of

    parts: Parts = ctx.obj
    pool, exam = messages_of("dev"), messages_of("exam")
    if most:
        exam = exam[:: max(1, len(exam) // most)][:most]
    out: list[dict[str, Any]] = []
    for seed in range(7, 7 + seeds):
        with tempfile.TemporaryDirectory() as folder:
            beside = parts.with_settings(data_dir=Path(folder), database_url="")
            nightly = build_nightly(beside)
            found = bench_refit(
                nightly, pool, exam, share=wrong, seed=seed, progress=lambda step: typer.echo(f"  {step}", err=True)
            )
            beside.database.close()
        out.append({**asdict(found), "holds": found.holds})
        if as_json:
            continue
        typer.echo(
            f"seed {seed}: {found.corrections} corrections, {found.wrong} of them wrong; the nightly refit is "
            f"{found.step.outcome}: {found.step.words}\n"
            f"  {found.caught} of {found.wrong} wrong ones and {found.lost} of {found.corrections - found.wrong} right "
            "ones are no examples\n"
            f"  {found.answers} unseen messages read rightly: {found.untaught:.2%} without corrections, "
            f"{found.before:.2%} with corrections remembered, {found.after:.2%} after the refit "
            f"({found.ungated:.2%} by the first reading alone, asked back or not, if all were examples)\n"
            f"  rollback: {'every' if found.restored else 'NOT every'} one of {found.answers} former answers came back "
            f"byte for byte; {'holds' if found.holds else 'FAILS'}"
        )
    if as_json:
        typer.echo(json.dumps(out, ensure_ascii=False, indent=2))
    if not all(row["holds"] for row in out):
        raise typer.Exit(1)
