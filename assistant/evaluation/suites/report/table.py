"""Pass rates by suite as a Markdown table, one column for each pair of prompts and model."""

from collections.abc import Mapping, Sequence

from assistant.evaluation.suites.figures.summary import Rate, Summary


def markdown_table(summaries: Sequence[Summary], about: Mapping[str, str]) -> str:
    """The pass rates of runs, suite by suite, with their 95 % intervals.

    Args:
        summaries: of one or more runs; where two have the same suite, model and prompts, the later counts.
        about: what each suite shows, by its name; suites come in this order.
    """
    names: dict[tuple[str, str], str] = {}
    rates: dict[tuple[str, str], dict[str, Rate]] = {}
    for summary in summaries:
        for column in summary.columns:
            key = (column.model, column.prompts)
            names[key] = column.model
            rates.setdefault(key, {}).update(column.suites)
    if len({prompts for _, prompts in names}) > 1:
        names = {key: f"{key[1]}, {key[0]}" for key in names}
    measured = {suite for found in rates.values() for suite in found}
    suites = [*(suite for suite in about if suite in measured), *sorted(measured - about.keys())]
    lines = [
        f"| suite | {' | '.join(names.values())} | |",
        f"|---|{'---|' * (len(names) + 1)}",
        *(
            f"| {suite} | {' | '.join(_cell(rates[key].get(suite)) for key in names)} | {about.get(suite, '')} |"
            for suite in suites
        ),
    ]
    return "\n".join(lines)


def _cell(rate: Rate | None) -> str:
    if rate is None:
        return "–"
    return f"{rate.passed} of {rate.results} ({100 * rate.low:.1f} to {100 * rate.high:.1f} %)"
