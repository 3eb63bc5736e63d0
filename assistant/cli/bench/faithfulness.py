"""`assistant bench faithfulness`: is everything that is said supported, and is what isn't known declined?"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.evaluation.faithfulness.run import FaithfulnessReport


class Model(StrEnum):
    """Who words the answers."""

    NONE = "none"
    LOCAL = "local"
    INVENTING = "inventing"


def faithfulness(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder of questions; evals/faithfulness by default.")] = None,
    model: Annotated[
        Model,
        typer.Option(help="Who words: nobody (quotes), the local model, or one that adds inventions to every answer."),
    ] = Model.NONE,
    sample: Annotated[int, typer.Option(min=0, help="Ask only so many of them, drawn at random; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the drawing, and of the inventions.")] = 1,
    drafts: Annotated[int, typer.Option(min=1, help="How many answers a model drafts, the best of which is kept.")] = 1,
    held_out: Annotated[
        bool | None, typer.Option("--held-out/--no-held-out", help="Only (or without) the held-out third.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the answers that are wrong.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask questions with, without and against the pages; count what no source supports."""
    import random
    import tempfile

    from assistant.cli.progress import ProgressLine
    from assistant.clock import FixedClock
    from assistant.evaluation.dialogues.run import NOW
    from assistant.evaluation.faithfulness.cases import read_cases
    from assistant.evaluation.faithfulness.run import fill, report, run
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    cases = [
        case
        for case in read_cases(folder or PROJECT_DIR / "evals" / "faithfulness")
        if held_out is None or case.held_out == held_out
    ]
    if sample:
        cases = random.Random(seed).sample(cases, min(sample, len(cases)))
    with tempfile.TemporaryDirectory(prefix="faithfulness-") as data:
        changes: dict[str, object] = {
            "data_dir": Path(data),
            "database_url": "",
            "chroma_url": "",
            "reply_drafts": {"*": drafts},
        }
        if model is not Model.LOCAL:
            changes |= {"local_model": "none", "hosted_base_url": ""}
        ladder = None
        if model is Model.INVENTING:
            from assistant.models.inventing import inventing_ladder

            ladder = inventing_ladder(seed)
        house = parts.beside(FixedClock(NOW), (), ladder, **changes)
        fill(house)
        line = ProgressLine("questions")
        answers = list(run(house, cases, lambda done: line.show("asking", done, len(cases))))
        line.end()
        house.database.close()
    _print(report(answers), show=show, as_json=json_)


def _print(figures: "FaithfulnessReport", *, show: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(figures.model_dump_json(indent=2))
        return
    for answer in figures.wrong if show else ():
        case, verdict = answer.case, answer.judgement
        typer.echo(f"{case.id} {case.question}  {list(answer.intents)} {list(answer.wordings)}")
        typer.echo("".join(f"   | {line}\n" for line in answer.text.splitlines()), nl=False)
        typer.echo(
            f"   wanted {[' or '.join(group) for group in case.facts] or 'a refusal'} {list(verdict.unsupported)}"
        )
    typer.echo(f"questions                     {figures.questions}")
    typer.echo(f"unsupported                   {', '.join(f'{n} {kind}s' for kind, n in figures.unsupported.items())}")
    for title, shares in (
        ("unanswerable declined", figures.declined_unanswerable),
        ("  without showing a passage", figures.declined_outright),
        ("answerable right", figures.right_answerable),
        ("presumptions corrected", figures.corrected_presumptions),
    ):
        typer.echo(f"{title:29} {'; '.join(f'{name} {words}' for name, words in shares.items())}")
    typer.echo(f"presumptions confirmed        {figures.confirmed_presumptions}")
    typer.echo(f"worded                        {', '.join(f'{name} {n}' for name, n in figures.wordings.items())}")
    typer.echo(f"replies with refused words    {figures.replies_with_failed_checks}")
    typer.echo(f"milliseconds a reply, median  {figures.milliseconds_p50}")
