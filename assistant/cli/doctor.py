"""`assistant doctor`: every part is tried; what is wrong is named with the command that mends it."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts

app = typer.Typer(rich_markup_mode=None)

_MARKS = {"ok": "ok  ", "warning": "warn", "failed": "FAIL"}


@app.command()
def doctor(
    ctx: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check every part. Exit code 0: all is well; 1: something is broken; warnings don't count."""
    from assistant.cli.checks import run_checks

    parts: Parts = ctx.obj
    findings = run_checks(parts)
    if json_:
        import json

        typer.echo(json.dumps([finding._asdict() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            typer.echo(f"{_MARKS[finding.state]}  {finding.name}: {finding.detail}")
            if finding.fix:
                typer.echo(f"      fix: {finding.fix}")
    if any(finding.state == "failed" for finding in findings):
        raise typer.Exit(1)
