"""`assistant knowledge ask`: a question to the pages, answered with its sources."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.conversation.pages.answers import PageAnswer


def ask(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="A question, as a customer asks it.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what was found, how sure the search is, and what rests on what.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Answer a question from the pages alone, as a customer would be answered, with its sources.

    No customer is asked for, nothing is kept. Where no page answers it says so; the exit code is 0 all the same.
    """
    from assistant.text.language import detect_language

    parts: Parts = ctx.obj
    answer = parts.page_answers.ask(question, detect_language(question))
    if as_json:
        import json

        typer.echo(json.dumps(_plain(answer), ensure_ascii=False, indent=2))
        return
    typer.echo(answer.text)
    for citation in answer.citations:
        where = f"{citation.title} › {citation.heading}" if citation.heading else citation.title
        typer.echo(f"  [{citation.number}] {where} ({citation.page})")
    if explain:
        _explain(answer)


def _explain(answer: "PageAnswer") -> None:
    typer.echo(f"\nworded as  {', '.join(answer.wordings)}")
    for passage in answer.passages:
        sure = "confident" if passage.confident else "not confident"
        typer.echo(f"found      {passage.score:.2f} {sure}: {passage.page} > {passage.heading} ({passage.language})")
    for span in answer.spans:
        resting = [*(f"[{number}]" for number in span.citations), *span.tools]
        typer.echo(f"rests on   {', '.join(resting) or 'words of our own'}: {answer.text[span.start : span.end]!r}")
    for words in answer.failed_checks:
        typer.echo(f"refused    {words}")


def _plain(answer: "PageAnswer") -> dict[str, object]:
    return {
        "answer": answer.text,
        "wordings": answer.wordings,
        "citations": [citation.model_dump(mode="json") for citation in answer.citations],
        "spans": [span.model_dump(mode="json") for span in answer.spans],
        "passages": [passage.model_dump(mode="json") for passage in answer.passages],
        "refused": answer.failed_checks,
    }
