"""`assistant bench answering`: how well what answers is told from what lies near, and the weights for it."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts


def answering(
    ctx: typer.Context,
    write: Annotated[bool, typer.Option("--write", help="Keep the weights learned, for the assistant to use.")] = False,
    sample: Annotated[int, typer.Option(min=0, help="Ask only so many questions, drawn at random; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the drawing.")] = 1,
) -> None:
    """Learn on labelled questions how likely a passage answers; print how well it does on pages it wasn't fitted on."""
    import json
    import random
    import tempfile
    from dataclasses import asdict
    from pathlib import Path

    from assistant.cli.progress import ProgressLine
    from assistant.clock import FixedClock
    from assistant.conversation.pages.answerable import ANSWERS, FITS, MAY_ANSWER
    from assistant.errors import OperatorError
    from assistant.evaluation.answering.collect import Example, collect
    from assistant.evaluation.answering.fit import fit, leave_page_out
    from assistant.evaluation.answering.labelled import read_labelled
    from assistant.evaluation.dialogues.run import NOW
    from assistant.evaluation.faithfulness.run import fill
    from assistant.routing.intents.catalogue import LANGUAGES
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    if write and sample:
        raise OperatorError("weights are learned on all questions", fix="leave out --sample, or --write")
    with tempfile.TemporaryDirectory(prefix="answering-") as data:
        changes: dict[str, object] = {"data_dir": Path(data), "database_url": "", "chroma_url": ""}
        house = parts.beside(FixedClock(NOW), (), None, **changes, local_model="none", hosted_base_url="")
        fill(house)
        asked = list(read_labelled(PROJECT_DIR / "evals", house.catalogue))
        if sample:
            asked = random.Random(seed).sample(asked, min(sample, len(asked)))
        line = ProgressLine("questions")
        examples: list[Example] = []
        for number, one in enumerate(asked, start=1):
            examples += collect(house, [one])
            line.show("asking", number, len(asked))
        line.end()
        house.database.close()
    fits = {}
    for language in LANGUAGES:
        own = [example for example in examples if example.language == language]
        figures = leave_page_out(own, (MAY_ANSWER, ANSWERS))
        fits[language] = asdict(fit(own))
        typer.echo(
            f"{language}  {figures.examples} questions, {figures.answering} answered by the passage found first; "
            f"AUROC {figures.auroc:.3f} (the search's score alone {figures.auroc_of_score:.3f})"
        )
        for probability, (right, wrong) in figures.kept.items():
            typer.echo(f"    at {probability} kept {100 * right:.0f} % of these and {100 * wrong:.0f} % of the others")
    if write:
        FITS.write_text(json.dumps(fits, indent=1) + "\n", encoding="utf-8")
        typer.echo(f"wrote {FITS.name}")
