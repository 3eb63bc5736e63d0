"""`assistant eval check`."""

from typing import Annotated

import typer

from assistant.cli.evals.looking import Cases


def check(
    ctx: typer.Context,
    suites: Annotated[list[str] | None, typer.Argument(help="Suites; all if none.")] = None,
    cases: Cases = None,
) -> None:
    """Check the cases themselves, without a model: ids, customers, tools, pages, reference actions, duplicates."""
    from assistant.cli.evals.benches import PartsBenches
    from assistant.cli.evals.models import chosen
    from assistant.cli.evals.places import cases_root
    from assistant.evaluation.suites.cases.reading import read_suites
    from assistant.evaluation.suites.running.checking import CaseChecker
    from assistant.evaluation.suites.running.matrix import Prompts

    parts = ctx.obj
    read = read_suites(cases_root(cases), suites or ())
    every = {case.name: case for suite in read for case in suite.cases}
    none = chosen(parts, "none")
    version = parts.prompt_versions.get("current")
    with (
        PartsBenches(parts, {"none": none}) as benches,
        benches.open(none.model, Prompts(version.name, version.hash), 1) as opened,
    ):
        findings = CaseChecker(opened[0]).findings(tuple(every.values()))
    for finding in findings:
        typer.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    typer.echo(f"{len(every)} cases: {errors} errors, {len(findings) - errors} warnings")
    if errors:
        raise typer.Exit(2)
