"""`assistant webhooks`: what the shop's systems were told, and what they would not take."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError

app = typer.Typer(
    help="List, retry and test webhooks to the shop's systems.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[str, typer.Option(help="pending, delivered or dead; all where none is given.")] = "",
) -> None:
    """List deliveries, the newest first, with the last error of each."""
    parts: Parts = ctx.obj
    found = parts.webhooks.list(status)
    for one in found:
        when = f"{one.next_at:%Y-%m-%d %H:%M:%S}"
        typer.echo(f"{one.webhook_id}  {one.status:9}  {one.type:20}  {one.attempts:2} tries  {when}  {one.url}")
        if one.error:
            typer.echo(f"    {one.error}")
    typer.echo(f"{len(found)} deliveries")


@app.command()
def retry(
    ctx: typer.Context,
    webhook_id: Annotated[str, typer.Argument(help="Of one delivery; all dead ones where none is given.")] = "",
) -> None:
    """Give dead deliveries all their attempts again."""
    parts: Parts = ctx.obj
    typer.echo(f"{parts.webhooks.retry(webhook_id)} deliveries will be tried again")


@app.command()
def test(ctx: typer.Context) -> None:
    """Send a signed `test` event to every receiver now and say what each answered."""
    parts: Parts = ctx.obj
    if not parts.settings.webhook_urls:
        raise OperatorError("there are no receivers", fix="set webhook_urls and webhook_secret (docs/operations.md)")
    outcome = parts.webhooks.test()
    for url, error in outcome.items():
        typer.echo(f"{url}: {error or 'delivered'}")
    if any(outcome.values()):
        raise typer.Exit(1)
