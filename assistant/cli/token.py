"""`assistant token`: a signed token, as the shop would give it to its customer's browser."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.ask import customer_by_email

if TYPE_CHECKING:
    from assistant.cli.parts import Parts

app = typer.Typer(rich_markup_mode=None)


@app.command()
def token(
    ctx: typer.Context, as_: Annotated[str, typer.Option("--as", help="E-mail of the customer.", show_default=False)]
) -> None:
    """Print a token with which the API answers as this customer (`Authorization: Bearer ...`), for 12 hours."""
    parts: Parts = ctx.obj
    customer_id = customer_by_email(parts, as_)
    if customer_id is None:
        raise typer.BadParameter("give the e-mail address of a customer", param_hint="--as")
    typer.echo(parts.tokens.for_customer(customer_id))
