"""`assistant insight satisfaction | leaving`: what customers say and what is foreseen, side by side; who may leave."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts

_JSON = Annotated[bool, typer.Option("--json", help="As JSON.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into `assistant insight`."""
    for command in (satisfaction, leaving):
        app.command()(command)


def satisfaction(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="Conversations that began within so many days.")] = 30,
    as_json: _JSON = False,
) -> None:
    """Show ratings and, beside them, what is foreseen.

    What customers said in the survey and what the model foresees are never mixed.
    """
    from dataclasses import asdict

    from assistant.insight.satisfaction.survey import survey
    from assistant.insight.satisfaction.trend import foreseen

    parts: Parts = ctx.obj
    period = parts.desk.figures.period(days)
    said, seen = survey(parts.database, period), foreseen(parts.database, parts.foresight, period)
    if as_json:
        both: dict[str, Any] = {"surveyed": asdict(said), "predicted": asdict(seen)}
        typer.echo(json.dumps(both, ensure_ascii=False, indent=2, default=str))
        return
    if not said.asked and not seen.conversations:
        typer.echo(f"no customer wrote in the last {days} days; --days looks further back")
        return
    low, high = said.response_interval
    typer.echo(f"SURVEYED, by customers, of {said.asked} conversations of the last {days} days")
    typer.echo(f"  rated {said.answered}, response rate {said.response:.1%} (95 % {low:.1%} to {high:.1%})")
    if said.answered:
        (least, most), (few, many) = said.mean_interval, said.dissatisfied_interval
        typer.echo(f"  mean {said.mean:.2f} of 5 ({least:.2f} to {most:.2f})")
        typer.echo(f"  dissatisfied (1 or 2) {said.dissatisfied:.1%} of the rated ({few:.1%} to {many:.1%})")
        typer.echo("  stars 1 to 5: " + ", ".join(map(str, said.stars)))
        for reason, count, mean in said.reasons:
            typer.echo(f"  because {reason}: {count}, {mean:.1f} stars")
    typer.echo(f"PREDICTED, by a model ({seen.model}), nobody said this; of {seen.conversations} conversations")
    typer.echo(f"  expected share of dissatisfied {seen.expected:.1%}")
    count, really, expected = seen.both
    if count:
        typer.echo(
            f"  of {count} conversations that were rated too: {really:.1%} dissatisfied, {expected:.1%} expected"
        )
    for name, moved in seen.drivers:
        typer.echo(f"  driver {name.replace('_', ' ')}: moves the log-odds by {moved:.2f} on average")
    for own, prediction, said_last in seen.worst:
        why = ", ".join(f"{name.replace('_', ' ')} {moved:+.2f}" for name, moved in prediction.drivers)
        typer.echo(f"  {own}: {prediction.dissatisfied:.0%} probably dissatisfied, {said_last!r} ({why})")


def leaving(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=1, help="Days without an order after which somebody has left.")] = 90,
    most: Annotated[int, typer.Option(min=0, help="Customers that are listed.")] = 20,
    as_json: _JSON = False,
) -> None:
    """Report what customers who left had in common.

    And who has it now: an association, not a cause.
    """
    from dataclasses import asdict

    from assistant.insight.satisfaction.leaving import leaving as report

    parts: Parts = ctx.obj
    found = report(parts.database, parts.clock.now(), days=days, most=most)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "enough": found.enough, "association_only": True}, default=str))
        return
    typer.echo(
        f"{found.customers} customers had ordered in the year before, {found.left} not in the last {days} days\n"
        "ASSOCIATION, NOT CAUSE: what goes with leaving need not be why anybody leaves"
    )
    if not found.enough:
        typer.echo("too few to say anything")
    for factor in found.factors:
        (a, b), (c, d) = factor.interval_with, factor.interval_without
        typer.echo(
            f"  {factor.name.replace('_', ' ')}: {factor.left_with:.0%} left ({a:.0%} to {b:.0%}) of {factor.having} "
            f"with it, {factor.left_without:.0%} ({c:.0%} to {d:.0%}) without"
        )
    if found.factors:
        typer.echo(f"ranked on customers whose end was held back: AUROC {found.auroc:.2f} (0.50 says nothing)")
    for customer, share, facts in found.likely:
        typer.echo(f"  {customer}: {share:.0%} of such customers left ({', '.join(facts) or 'nothing'})")
