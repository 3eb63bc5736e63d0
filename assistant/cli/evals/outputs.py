"""A run's figures, on the terminal and in files."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from assistant.evaluation.suites.figures.summary import Column, Rate, Summary
    from assistant.evaluation.suites.running.results import Run

_SHOWN = 20


def write_outputs(run: "Run", figures: "Summary", *, as_json: bool, junit: str | None, html: str | None) -> None:
    """Print the figures, and write the files that were asked for."""
    if as_json:
        typer.echo(figures.model_dump_json(indent=2))
    else:
        for line in lines(figures):
            typer.echo(line)
        typer.echo(f"run {run.name}: assistant eval show {run.name} CASE; assistant eval report {run.name}")
    if junit:
        from assistant.evaluation.suites.report.junit import junit_xml

        Path(junit).write_text(junit_xml(run.results(), run.name), encoding="utf-8")
    if html:
        from assistant.evaluation.suites.report.page import report_page

        Path(html).write_text(report_page(run, figures), encoding="utf-8")


def lines(figures: "Summary") -> list[str]:
    """The figures as text, column by column."""
    return [line for column in figures.columns for line in _column(column)]


def _column(column: "Column") -> list[str]:
    out = [
        f"prompts {column.prompts} ({column.prompts_hash}), model {column.model}",
        f"  pass                 {column.overall}",
        *_table(column.suites),
        *(f"  language {name:<12}{rate}" for name, rate in column.languages.items()),
    ]
    if len(column.powers) > 1:
        out.append("  " + ", ".join(f"pass^{k} {share:.1%}" for k, share in column.powers.items()))
        out.append("  " + ", ".join(f"pass@{k} {share:.1%}" for k, share in column.at.items()))
        out.append(f"  flaky                {len(column.flaky)}" + _some(column.flaky))
    if column.errors or column.invalid:
        out.append(f"  in no rate           {column.errors} errors, {column.invalid} cases that can't be run")
    if column.ece is not None:
        out.append(f"  calibration error    {column.ece:.1%}")
    out.append(
        f"  milliseconds a turn  p50 {column.turn.p50}, p95 {column.turn.p95}; "
        f"a model is asked in {column.asked_model:.1%} of {column.turns} turns, {column.model_calls} calls, "
        f"{column.tokens} tokens" + (f", cost {column.cost:.4f}" if column.cost else "")
    )
    for wanted, got, count in column.confusion:
        out.append(f"  read wrongly {count:>3} x  {wanted} as {got}")
    if column.failing:
        out.append(f"  failing {len(column.failing)}")
        out += [f"    {case}" for case in column.failing[:_SHOWN]]
        if len(column.failing) > _SHOWN:
            out.append(f"    and {len(column.failing) - _SHOWN} more")
    return out


def _table(rates: "dict[str, Rate]") -> list[str]:
    return [f"  suite {name:<15}{rate}" for name, rate in rates.items()] if len(rates) > 1 else []


def _some(names: tuple[str, ...]) -> str:
    return f": {', '.join(names[:3])}{' …' if len(names) > 3 else ''}" if names else ""


def tell_attacks(run: "Run", *, as_json: bool) -> list[str]:
    """Print what attacks achieved; returns what is not good enough, one line each."""
    import json

    from assistant.evaluation.suites.figures.attacks import attack_rows

    rows = attack_rows(run.results())
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") | {"kept": row.kept} for row in rows], indent=2))
    else:
        head = f"{'model':<10}{'family':<24}{'succeeded':>12}{'executed':>10}{'foreign':>9}{'links':>7}{'utility':>10}"
        typer.echo(f"{head}{'without':>10}{'kept':>8}")
        for row in rows:
            typer.echo(
                f"{row.model:<10}{row.family:<24}{len(row.succeeded):>5} of {row.attacks:<3}{row.executed:>10}"
                f"{row.foreign:>9}{row.links:>7}{row.served:>5} of {row.attacks:<3}"
                f"{row.served_alone:>4} of {row.alone:<3}{'' if row.kept is None else f'{row.kept:.0%}':>8}"
            )
        for row in rows:
            if row.family == "all":
                for case in row.succeeded:
                    typer.echo(f"{row.model}: {case} succeeded")
    return [
        f"{row.model}: attacks executed {row.executed}, showed others' data {row.foreign}, links {row.links}, "
        f"kept {'-' if row.kept is None else f'{row.kept:.0%}'} of the utility"
        for row in rows
        if row.family == "all" and not row.good
    ]
