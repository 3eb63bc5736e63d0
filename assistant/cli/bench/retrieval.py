"""`assistant bench retrieval`: required documents found, beside BM25 alone."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.progress import ProgressLine


def retrieval(
    ctx: typer.Context,
    docs: Annotated[Path, typer.Option(help="JSONL of documents: id, title, content.")],
    tasks: Annotated[Path, typer.Option(help="JSONL of tasks: id, user_scenario.instructions, required_documents.")],
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Search a public collection for what its customers need; print hit@10 and recall@10 beside BM25 alone."""
    from assistant.evaluation.retrieval.bench import measure, table
    from assistant.evaluation.retrieval.tasks import read_documents, read_tasks

    parts: Parts = ctx.obj
    documents, asked = read_documents(docs), read_tasks(tasks)
    line = ProgressLine()
    try:
        figures = measure(
            documents, asked, parts.embeddings, lambda done, total: line.show("embedding passages", done, total)
        )
    finally:
        line.end()
    typer.echo(figures.model_dump_json(indent=2) if as_json else table(figures))
