"""`assistant eval list`, `runs`, `schema`, `show`, `figures`, `table`, `report`, `rescore`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.suites.figures.summary import Summary
    from assistant.evaluation.suites.running.results import Run

Name = Annotated[str, typer.Argument(help="A run's name, `latest`, `latest~1`, or `blessed`.")]
Cases = Annotated[Path | None, typer.Option(help="Folder of suites; the project's own.")]


def list_suites(ctx: typer.Context, cases: Cases = None) -> None:
    """Show the suites: cases, the share that must pass, and what they show."""
    from assistant.cli.evals.places import cases_root
    from assistant.evaluation.suites.cases.reading import read_suites, suite_entries

    root = cases_root(cases)
    for suite in read_suites(root, tuple(suite_entries(root))):
        mark = "of others" if suite.entry.of else ""
        typer.echo(
            f"{suite.name:<14}{len(suite.cases):>6} cases {mark:<10}{suite.entry.threshold:>7.0%}  {suite.entry.about}"
        )


def schema(ctx: typer.Context) -> None:
    """Print the JSON schema of a file of cases."""
    from assistant.evaluation.suites.cases.forms import case_schema

    typer.echo(json.dumps(case_schema(), indent=2, ensure_ascii=False))


def list_runs(ctx: typer.Context) -> None:
    """Show all runs, oldest first."""
    from assistant.cli.evals.places import runs_of

    runs = runs_of(ctx.obj)
    for name in runs.names():
        run = runs.get(name)
        manifest = run.manifest
        done = len(run.done())
        total = manifest.count * len(manifest.prompts) * len(manifest.models) * manifest.repeat
        typer.echo(
            f"{name:<24}{done:>6} of {total:<6} {','.join(manifest.suites)}; "
            f"prompts {','.join(manifest.prompts)}; models {','.join(manifest.models)}"
        )


def show(
    ctx: typer.Context,
    run: Name,
    case: Annotated[str, typer.Argument(help="A case's name, or a part of it.")],
    prompts: Annotated[bool, typer.Option("--prompts", help="Show what models were asked, as it was sent.")] = False,
) -> None:
    """Show what was said in a case: transcript, decisions, tool calls, and what is not as expected."""
    from assistant.cli.evals.places import runs_of
    from assistant.evaluation.suites.cases.yaml_lines import CaseError
    from assistant.evaluation.suites.report.transcript import transcript

    found = [result for result in runs_of(ctx.obj).get(run).results() if case in result.case]
    if not found:
        raise CaseError(f"run {run!r} has no case {case!r}", fix=f"assistant eval figures {run}")
    for result in found:
        for line in transcript(result, prompts=prompts):
            typer.echo(line)


def figures(
    ctx: typer.Context,
    run: Name = "latest",
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
) -> None:
    """Show a run's figures again."""
    from assistant.cli.evals.outputs import write_outputs

    found, summary = _summary(ctx.obj, run)
    write_outputs(found, summary, as_json=json_, junit=str(junit) if junit else None, html=None)


def table(
    ctx: typer.Context,
    runs: Annotated[list[str] | None, typer.Argument(help="Runs; the last one.")] = None,
    cases: Cases = None,
) -> None:
    """Print pass rates by suite as a Markdown table; columns of several runs stand side by side."""
    from assistant.cli.evals.places import cases_root
    from assistant.evaluation.suites.cases.reading import suite_entries
    from assistant.evaluation.suites.report.table import markdown_table

    about = {name: entry.about for name, entry in suite_entries(cases_root(cases)).items()}
    typer.echo(markdown_table([_summary(ctx.obj, run)[1] for run in runs or ["latest"]], about))


def report(
    ctx: typer.Context,
    run: Name = "latest",
    to: Annotated[Path, typer.Option(help="The file.")] = Path("report.html"),
) -> None:
    """Write a run as one HTML file: filter, search, side by side, transcripts, plots."""
    from assistant.evaluation.suites.report.page import report_page

    found, summary = _summary(ctx.obj, run)
    page = report_page(found, summary)
    to.write_text(page, encoding="utf-8")
    typer.echo(f"{to} ({len(page.encode()) / 1e3:.0f} kB)")


def rescore(ctx: typer.Context, run: Name = "latest", cases: Cases = None) -> None:
    """Hold what was seen in a run against what the cases expect now; nothing is run."""
    from assistant.cli.evals.places import cases_root, runs_of
    from assistant.evaluation.suites.cases.reading import read_suites
    from assistant.evaluation.suites.running.rescoring import rescored

    found = runs_of(ctx.obj).get(run)
    manifest = found.manifest
    known = {case.name: case for suite in read_suites(cases_root(cases), manifest.suites) for case in suite.cases}
    told = rescored(found, known)
    typer.echo(f"{told.changed} of {told.results} results changed, {told.gone} are of cases that are no more")
    figures(ctx, run)


def _summary(parts: "Parts", name: str) -> "tuple[Run, Summary]":
    from assistant.cli.evals.places import runs_of
    from assistant.evaluation.suites.figures.summary import summarise

    run = runs_of(parts).get(name)
    manifest = run.manifest
    prices = (manifest.arguments.get("price_in", 0.0), manifest.arguments.get("price_out", 0.0))
    return run, summarise(run.name, run.results(), manifest.thresholds, prices)
