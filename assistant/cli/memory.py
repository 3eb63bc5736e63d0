"""`assistant memory`: show, rebuild and forget what is remembered of customers."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.ids import CustomerId

app = typer.Typer(
    help="Show, rebuild and forget what is remembered of customers.", no_args_is_help=True, rich_markup_mode=None
)

_Customer = Annotated[str, typer.Argument(help="A customer's id or e-mail address.")]


@app.command()
def show(ctx: typer.Context, customer: _Customer) -> None:
    """Show the facts that a customer told and their past conversations."""
    parts: Parts = ctx.obj
    customer_id = _find(parts, customer)
    facts, episodes = parts.memory.facts(customer_id), parts.memory.episodes(customer_id)
    if not facts and not episodes:
        typer.echo(f"nothing is remembered of {customer!r}")
    for fact in facts:
        typer.echo(f"{fact.at:%Y-%m-%d}  {fact}  ({fact.confidence:.2f}, {fact.message_id})")
    for episode in episodes:
        typer.echo(f"{episode.at:%Y-%m-%d}  {episode}")


@app.command()
def rebuild(ctx: typer.Context) -> None:
    """Build the vectors of past conversations again, from the tables."""
    parts: Parts = ctx.obj
    typer.echo(f"{parts.memory.rebuild()} episodes embedded")


@app.command()
def forget(
    ctx: typer.Context,
    customer: _Customer,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Delete the facts and episodes of a customer, rows and vectors; conversations stay on record."""
    parts: Parts = ctx.obj
    customer_id = _find(parts, customer)
    if not yes:
        typer.confirm(f"Delete all facts and episodes of {customer}?", abort=True)
    typer.echo(f"{parts.memory.forget(customer_id)} facts and episodes deleted")


def _find(parts: Parts, customer: str) -> CustomerId:
    found = parts.shop.customer_by_email(customer) if "@" in customer else None
    return found.customer_id if found else CustomerId(customer)
