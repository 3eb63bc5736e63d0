"""`assistant mail`: the e-mail channel, by hand."""

from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError

app = typer.Typer(help="Answer e-mail, and try whether it works.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def poll(ctx: typer.Context) -> None:
    """Answer what is unread in the mailbox, once; `assistant serve` does it all the time."""
    parts: Parts = ctx.obj
    if not parts.settings.imap_url.get_secret_value():
        raise OperatorError("there is no mailbox", fix="set imap_url and smtp_url (docs/operations.md)")
    try:
        answered = parts.email.poll()
        sent = parts.email.send_agents_answers()
    except OSError as error:
        raise OperatorError(f"the mail could not be served: {error}", fix="check imap_url and smtp_url") from error
    typer.echo(f"{answered} letters answered, {sent} answers of our people sent")


@app.command()
def test(ctx: typer.Context, to: Annotated[str, typer.Argument(help="Address of the reader.")]) -> None:
    """Send a test letter."""
    from assistant.mail.smtp import smtp_of

    parts: Parts = ctx.obj
    try:
        smtp_of(parts.settings, parts.clock).send(to, parts.settings.shop_name, "This is a test.")
    except OSError as error:
        raise OperatorError(f"the letter could not be sent: {error}", fix="check smtp_url and mail_from") from error
    typer.echo(f"sent to {to}")
