"""`assistant bench insight recommender`: what comes next, by several methods; and the shop's suggestions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.insight.recommend.measure import RecommenderFigures
    from assistant.insight.recommend.shop_check import ShopFigures

_MADE = 20_000


def recommender(
    ctx: typer.Context,
    sessions: Annotated[
        Path | None,
        typer.Option(help="A file with the columns SessionId, ItemId, Time; none: seeded sessions are made."),
    ] = None,
    test: Annotated[Path | None, typer.Option(help="The file to measure on; else split by time.")] = None,
    shop: Annotated[bool, typer.Option("--shop", help="Hold all suggestions in the loaded shop against it.")] = False,
    seed: Annotated[int, typer.Option(help="Of the sessions that are made.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Foretell what sessions come to next: recall and reciprocal rank at 20, beside VSKNN and popularity.

    With --shop every customer and every product of the loaded shop is asked for suggestions instead; each must be in
    stock, and its reason true.
    """
    if shop:
        from assistant.insight.recommend.shop_check import check_shop

        parts: Parts = ctx.obj
        _tell_shop(check_shop(parts.recommender, parts.shop, parts.database), as_json=as_json)
        return
    from assistant.insight.recommend.made_sessions import made_sessions
    from assistant.insight.recommend.measure import measure
    from assistant.insight.recommend.session_files import by_time, read_split

    train, tested = read_split(sessions, test) if sessions else by_time(made_sessions(_MADE, seed=seed))
    figures = measure(train, tested, lambda line: typer.echo(line, err=True))
    if as_json:
        typer.echo(json.dumps(figures.plain(), indent=2))
        return
    _tell(figures)


def _tell(figures: "RecommenderFigures") -> None:
    typer.echo(
        f"{figures.sessions} sessions, {figures.events} events, {figures.items} items; learned in {figures.fit_s} s; "
        f"tested on {figures.tested_sessions} sessions, {figures.methods[0].all.places} places, "
        f"{figures.methods[0].unseen.places} of them new to the session"
    )
    weights = ", ".join(f"{name} {weight:g}" for name, weight in figures.weights.items() if weight)
    typer.echo(f"the blend's weights, chosen on the newest sessions learned from: {weights}")
    typer.echo(f"{'':12}{'all places':>20}{'new ones':>20}{'new, seen left out':>20}{'p50 ms':>9}{'p95 ms':>9}")
    typer.echo(f"{'':12}{'recall@20 mrr@20':>20}{'recall@20 mrr@20':>20}{'recall@20 mrr@20':>20}")
    for method in figures.methods:
        cells = [f"{part.recall:.1%} {part.mrr:8.1%}" for part in (method.all, method.unseen, method.unseen_only)]
        line = f"{method.method:12}{cells[0]:>20}{cells[1]:>20}{cells[2]:>20}"
        typer.echo(f"{line}{method.p50_ms:9.2f}{method.p95_ms:9.2f}")


def _tell_shop(figures: "ShopFigures", *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(figures), indent=2))
        return
    typer.echo(
        f"{figures.asked} customers and products asked, {figures.suggestions} suggestions, {figures.empty} empty"
    )
    typer.echo(f"out of stock {figures.out_of_stock}, owned already {figures.owned}, untrue reasons {figures.untrue}")
    typer.echo("reasons: " + ", ".join(f"{kind} {count}" for kind, count in figures.reasons.items()))
    typer.echo(f"p50 {figures.p50_ms} ms, p95 {figures.p95_ms} ms a list")
