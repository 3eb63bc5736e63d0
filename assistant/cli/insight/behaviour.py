"""`assistant insight rules` and `segments`: what is bought with what, and kinds of customers."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.insight.recommend import AsJson, product_of
from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.insight.behaviour.segments import Segment

_SHARES = frozenset({"returns", "cancels", "chinese"})
_ALIKE = 0.1


def rules(
    ctx: typer.Context,
    product: Annotated[str, typer.Option(help="Id or name: only what goes with this product.")] = "",
    least_orders: Annotated[int, typer.Option(min=1, help="Orders that must hold all products of a rule.")] = 3,
    least_lift: Annotated[float, typer.Option(help="How many times more often than chance.")] = 1.2,
    count: Annotated[int, typer.Option("--count", "-k", min=1, help="Rules to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show what is bought with what.

    Counted are orders that hold both: how many, which share of those with the one, how much more often than by chance.
    """
    from assistant.insight.behaviour.rules import bought_with
    from assistant.insight.recommend.baskets import read_baskets

    parts: Parts = ctx.obj
    wanted = str(product_of(parts, product)) if product else ""
    baskets = [basket.products for basket in read_baskets(parts.database)]
    found = bought_with(baskets, least_orders=least_orders, least_lift=least_lift, product=wanted)
    names = {str(known.product_id): known.name for known in parts.shop.products()}
    if as_json:
        typer.echo(json.dumps([asdict(rule) for rule in found[:count]], ensure_ascii=False, indent=2))
        return
    for rule in found[:count]:
        given = " + ".join(names.get(one, one) for one in rule.given)
        typer.echo(f"{given} -> {names.get(rule.then, rule.then)}")
        typer.echo(f"    {rule.orders} orders, {rule.confidence:.0%} of those with it, {rule.lift:.1f} times chance")
    typer.echo(f"{len(found)} rules in {len(baskets)} orders")


def segments(
    ctx: typer.Context,
    count: Annotated[int, typer.Option("--count", "-k", min=0, help="Kinds; 0: as many as the data show.")] = 0,
    language: Annotated[str, typer.Option(help="Of the names: en or zh.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Show kinds of customers with names and sizes.

    They come from orders and conversations; under each stands what sets it apart from all customers, in medians.
    """
    from assistant.insight.behaviour.customers import customer_features
    from assistant.insight.behaviour.segments import segments as grouped

    parts: Parts = ctx.obj
    said = parts.prompts.data("insight/segments.yaml")["zh" if language == "zh" else "en"]

    def words(feature: str, above: bool) -> str:
        return str(said[feature]["above" if above else "below"] if feature else said["usual"])

    features, categories = customer_features(parts.database, parts.clock.now())
    found = grouped(features, categories, words, count)
    if as_json:
        typer.echo(json.dumps([asdict(segment) for segment in found], ensure_ascii=False, indent=2))
        return
    for segment in found:
        typer.echo(f"{segment.size:>6} {segment.share:>6.1%}  {segment.name}")
        if differs := [_told(said[name]["name"], name, *pair) for name, pair in _apart(segment)]:
            typer.echo(f"               {', '.join(differs)}")
    typer.echo(f"{len(features)} customers with orders in {len(found)} kinds; medians, and in brackets those of all")


def _apart(segment: "Segment") -> "list[tuple[str, tuple[float, float]]]":
    """The features in which a kind isn't like all customers, with both medians."""
    pairs = {name: (value, segment.overall[name]) for name, value in segment.typical.items()}
    return [(name, (value, all_)) for name, (value, all_) in pairs.items() if abs(value - all_) > _ALIKE * abs(all_)]


def _told(words: str, name: str, value: float, all_: float) -> str:
    if name in _SHARES:
        return f"{words} {value:.0%} ({all_:.0%})"
    return f"{words} {round(value, 1):,g} ({round(all_, 1):,g})"
