"""`assistant knowledge`: index and search the shop's pages."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.knowledge_ask import ask
from assistant.cli.knowledge_gaps import gaps
from assistant.cli.parts import Parts
from assistant.cli.progress import ProgressLine

if TYPE_CHECKING:
    from assistant.knowledge.evaluate import RetrievalScores
    from assistant.knowledge.passages import Hit
    from assistant.knowledge.web.kept import KeptPages

app = typer.Typer(help="Index and search the shop's pages.", no_args_is_help=True, rich_markup_mode=None)

app.command()(ask)
app.command()(gaps)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def sync(
    ctx: typer.Context,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR|URL-LIST]",
            help="Folder of pages (by default the one in the settings), or a text file with an address on each line.",
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from addresses that are not public too, such as localhost.")
    ] = False,
) -> None:
    """Bring the index up to date with the pages; unchanged ones cost nothing, and what was lost is built again.

    A folder replaces the pages that came from folders, a list of addresses those that came from the web. After an
    address on a line, facts that the page doesn't say itself: topic=returns audience=agent valid_until=2026-12-31.
    A page that can't be fetched stays as it was.
    """
    parts: Parts = ctx.obj
    line = ProgressLine()
    failed: tuple[tuple[str, str], ...] = ()
    try:
        if source is not None and source.is_file():
            from assistant.knowledge.web.kept import read_list

            kept = _kept_pages(parts, allow_private=allow_private)
            failed = kept.refresh(
                read_list(source), lambda done, total: line.show("fetching pages", done, total)
            ).failed
            report = parts.knowledge.sync_pages(
                kept.pages(), "web", lambda done, total: line.show("embedding passages", done, total)
            )
        else:
            report = parts.knowledge.sync(
                source or parts.settings.knowledge_dir,
                lambda done, total: line.show("embedding passages", done, total),
            )
    finally:
        line.end()
    for url, why in failed:
        typer.echo(f"not fetched: {url}: {why}", err=True)
    typer.echo(
        f"{report.added} pages added, {report.changed} changed, {report.deleted} deleted, "
        f"{report.unchanged} unchanged; {report.passages} passages, {report.embedded} of them embedded now"
    )
    if failed:
        raise typer.Exit(1)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(help="A question, as a customer asks it.")],
    count: Annotated[int, typer.Option("--count", "-k", min=1, max=50, help="Passages to show.")] = 4,
    agent: Annotated[bool, typer.Option("--agent", help="Also search pages that only agents may see.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the signals behind each score.")] = False,
    as_json: _Json = False,
) -> None:
    """Show the passages that the assistant would find for a question, best first."""
    from assistant.text.language import detect_language

    parts: Parts = ctx.obj
    hits = parts.knowledge.search(query, detect_language(query), count, "agent" if agent else "customer")
    if as_json:
        import json

        typer.echo(json.dumps([hit.model_dump(mode="json") for hit in hits], ensure_ascii=False, indent=2))
        return
    if not hits:
        typer.echo("nothing found; is the index filled? assistant knowledge sync")
    for number, hit in enumerate(hits, 1):
        _show(number, hit, explain=explain)


@app.command()
def check(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Folder of pages; by default the one in the settings.")] = None,
    as_json: _Json = False,
) -> None:
    """List pages to look at: those that contradict each other, differ between languages, or are out of date."""
    from assistant.knowledge.pages import load_pages
    from assistant.knowledge.review import review

    parts: Parts = ctx.obj
    pages = load_pages(folder or parts.settings.knowledge_dir)
    if folder is None and parts.settings.web_pages_dir.is_dir():
        pages += _kept_pages(parts).pages()
    findings = review(pages, parts.clock.now().date())
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
        return
    for finding in findings:
        typer.echo(f"{finding.kind}: {' and '.join(finding.pages)}")
        for said in finding.said:
            typer.echo(f"  {said}")
    typer.echo(f"to look at: {len(findings) or 'nothing'}")


@app.command()
def evaluate(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="JSONL files of questions, such as those in evals/retrieval/.")],
    across: Annotated[bool, typer.Option("--across", help="Search pages in the other language only.")] = False,
    as_json: _Json = False,
) -> None:
    """Measure the search on questions with known pages, and on questions without an answer.

    One JSON object a line: {"question": "...", "language": "en", "page": "policies/returns", "heading": "..."};
    no page means that the pages have no answer.
    """
    from assistant.knowledge.evaluate import evaluate as measure
    from assistant.knowledge.evaluate import read_questions

    parts: Parts = ctx.obj
    scores = measure(parts.knowledge, [question for path in files for question in read_questions(path)], across=across)
    typer.echo(scores.model_dump_json(indent=2) if as_json else _table(scores))


def _kept_pages(parts: Parts, *, allow_private: bool = False) -> "KeptPages":
    from assistant.knowledge.web.fetch import Bounds
    from assistant.knowledge.web.kept import KeptPages

    return KeptPages(parts.settings.web_pages_dir, Bounds(allow_private=allow_private))


def _show(number: int, hit: "Hit", *, explain: bool) -> None:
    passage = hit.passage
    typer.echo(f"{number}. {passage.title_path}  [{passage.page}, {passage.language}]")
    typer.echo(f"   {hit.score:.2f} {'confident' if hit.confident else 'not confident'}")
    if explain:
        typer.echo(f"   {', '.join(f'{name} {value}' for name, value in hit.why.items())}")
    typer.echo("".join(f"   {line}\n" for line in passage.text.splitlines()))


def _table(scores: "RetrievalScores") -> str:
    return "\n".join(f"{name.replace('_', ' '):<20}{value:>8}" for name, value in scores.model_dump().items())
