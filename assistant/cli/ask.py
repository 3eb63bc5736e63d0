"""`assistant ask`: one turn, as text or machine-readable."""

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.ids import CustomerId

app = typer.Typer(rich_markup_mode=None)


@app.command()
def ask(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="What the customer writes.")],
    as_: Annotated[str, typer.Option("--as", help="E-mail of the customer who asks; none: a stranger.")] = "",
    conversation: Annotated[str, typer.Option(help="Go on with this conversation.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print everything about the turn as JSON.")] = False,
) -> None:
    """Answer one message and stop. The exit code is 0 when the customer got an answer."""
    from assistant.conversation.reply import Incoming
    from assistant.ids import ConversationId

    parts: Parts = ctx.obj
    incoming = Incoming(
        text=message,
        customer_id=customer_by_email(parts, as_),
        conversation_id=ConversationId(conversation) if conversation else None,
        channel="cli",
    )
    reply = parts.assistant.ask(incoming)
    parts.assistant.settle()
    if json_:
        typer.echo(reply.model_dump_json(indent=2))
        return
    typer.echo(reply.text)
    for citation in reply.citations:
        typer.echo(f"  [{citation.number}] {citation.title} › {citation.heading} ({citation.page})")


def customer_by_email(parts: Parts, email: str) -> "CustomerId | None":
    """The id of the customer with this e-mail address; None for an empty one.

    Raises:
        OperatorError: there is no such customer.
    """
    from assistant.errors import OperatorError

    if not email:
        return None
    customer = parts.shop.customer_by_email(email)
    if customer is None:
        raise OperatorError(f"there is no customer {email!r}", fix="assistant shop customers")
    return customer.customer_id
