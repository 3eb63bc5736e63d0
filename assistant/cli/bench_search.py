"""`assistant bench search`: how long a search takes among many passages."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.progress import ProgressLine


def search(
    ctx: typer.Context,
    passages: Annotated[int, typer.Option(min=0, help="Passages to search among, in both languages.")] = 10_000,
    questions: Annotated[
        list[Path] | None, typer.Option(help="JSONL of questions; those of evals/retrieval by default.")
    ] = None,
    sample: Annotated[int, typer.Option(min=0, help="Ask only so many of them, drawn at random; 0: all.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the made-up pages and of the drawing.")] = 7,
) -> None:
    """Search the shop's pages among made-up ones; print the time of a search and of the embedding in it."""
    import random

    from assistant.evaluation.search_bench import measure, table
    from assistant.knowledge.evaluate import read_questions
    from assistant.knowledge.pages import load_pages
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    files = questions or sorted((PROJECT_DIR / "evals" / "retrieval").glob("pages_*.jsonl"))
    asked = [one for file in files for one in read_questions(file)]
    if sample:
        asked = random.Random(seed).sample(asked, min(sample, len(asked)))
    line = ProgressLine("passages")
    try:
        figures = measure(
            load_pages(parts.settings.knowledge_dir), asked, parts.embeddings, passages=passages, seed=seed,
            progress=lambda done, total: line.show("embedding", done, total),
        )  # fmt: skip
    finally:
        line.end()
    typer.echo(table(figures))
