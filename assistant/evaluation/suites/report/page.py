"""A run as one HTML file that needs nothing else: filters, search, side by side, transcripts, plots."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from assistant.evaluation.suites.figures.summary import Summary
from assistant.evaluation.suites.report.plots import bars, stages
from assistant.evaluation.suites.running.results import Result, Run
from assistant.evaluation.suites.running.seen import SeenTurn

_TEMPLATE = Path(__file__).with_name("page.html")
_BUDGET = 900_000
"""Bytes of the page; where the transcripts would take more, those of cases that pass are left out, then cut."""
_LONG = 700


def report_page(run: Run, figures: Summary) -> str:
    """The page, below a megabyte whatever the run holds."""
    for keep_passing, longest in ((True, _LONG), (False, _LONG), (False, 160), (False, 0)):
        page = _page(run, figures, keep_passing, longest)
        if len(page.encode()) <= _BUDGET:
            return page
    return page


def _page(run: Run, figures: Summary, keep_passing: bool, longest: int) -> str:
    from jinja2 import Environment, StrictUndefined

    columns = [column.name for column in figures.columns]
    cases: dict[str, dict[str, Any]] = {}
    left_out = 0
    for result in run.results():
        row = cases.setdefault(
            result.case,
            {"n": result.case, "b": result.behaviour, "l": result.language, "t": list(result.tags), "r": {}},
        )
        column = columns.index(f"{result.prompts} / {result.model}")
        told = longest > 0 and (keep_passing or result.status != "pass")
        left_out += not told
        row["r"].setdefault(column, []).append(_result(result, longest if told else 0))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    data = json.dumps({"columns": columns, "cases": list(cases.values())}, ensure_ascii=False, separators=(",", ":"))
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        run=run.name,
        columns=figures.columns,
        suites=_suites(figures),
        plots=[(column.name, bars(column), stages(column)) for column in figures.columns],
        data=data.replace("<", "\\u003c"),
        left_out=left_out,
    )


def _suites(figures: Summary) -> list[tuple[str, list[str]]]:
    names: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(suite for column in figures.columns for suite in column.suites):
        for column in figures.columns:
            rate = column.suites.get(name)
            names[name].append(f"{rate.rate:.1%} ({rate.passed} of {rate.results})" if rate else "not run")
    return list(names.items())


def _result(result: Result, longest: int) -> dict[str, Any]:
    told: dict[str, Any] = {"s": result.status, "p": list(result.problems)}
    if longest and result.seen:
        told["u"] = [_turn(turn, longest) for turn in result.seen.turns]
    return told


def _turn(turn: SeenTurn, longest: int) -> dict[str, Any]:
    read = [f"{each.intent} {each.probability:.2f}" for each in turn.intents] or list(turn.readings) or ["nothing"]
    trace = [f"{turn.outcome or 'read as'}: {', '.join(read)}"]
    trace += [f"vote of {name}: {', '.join(f'{i} {p:.2f}' for i, p in scores)}" for name, scores in turn.votes]
    trace += [f"{'called' if tool.ok else 'refused'} {tool.name} {tool.arguments}" for tool in turn.tools]
    trace += [f"proposed {turn.proposal['kind']}"] if turn.proposal else []
    trace += [f"cited {citation.page}" for citation in turn.citations]
    trace += ["the shop was changed"] if turn.changed else []
    trace += ["a person takes over"] if turn.handoff else []
    trace.append(f"{turn.milliseconds:.0f} ms, {turn.model_calls} model calls, {turn.rung}")
    return {"q": turn.say[:longest], "a": turn.text[:longest], "d": [line[:longest] for line in trace]}
