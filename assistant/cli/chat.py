"""`assistant chat`: a conversation in the terminal, or over a pipe line by line."""

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from assistant.cli.ask import customer_by_email
from assistant.errors import CustomerError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.conversation.reply import Reply, TurnEvent
    from assistant.ids import ConversationId, CustomerId

COMMANDS = {
    "/why": "how the last answer came about: decision, votes, sources, tools, times",
    "/orders": "the customer's orders",
    "/new": "begin a new conversation",
    "/help": "this list",
    "/quit": "stop (or Ctrl-D)",
}

app = typer.Typer(rich_markup_mode=None)


@app.command()
def chat(
    ctx: typer.Context,
    as_: Annotated[str, typer.Option("--as", help="E-mail of the customer who writes; none: a stranger.")] = "",
    model: Annotated[str, typer.Option(help="A name of `assistant models list`, a GGUF file, or 'none'.")] = "",
    language: Annotated[str, typer.Option(help="en or zh, for messages that don't tell.")] = "",
) -> None:
    """Talk with the assistant. Type /help for what else there is."""
    parts: Parts = ctx.obj
    if language not in ("", "en", "zh"):
        raise typer.BadParameter("the assistant speaks en and zh", param_hint="--language")
    if model:
        parts = parts.with_settings(local_model=model)
        if model != "none":
            parts.store.path(model)
    session = TerminalChat(
        parts,
        customer_by_email(parts, as_),
        cast(Literal["en", "zh"] | None, language or None),
        live=sys.stdout.isatty(),
    )
    if sys.stdin.isatty():
        typer.echo("Loading ...", err=True)
        parts.warm_up()
        typer.echo(f"{parts.settings.shop_name} assistant. You are {as_ or 'a stranger'}. /help lists commands.\n")
    for line in _lines():
        if not session.take(line):
            break


class TerminalChat:
    """One person's chat: takes lines, writes answers.

    Args:
        parts: what answers.
        customer_id: who writes; None for a stranger.
        language: for messages that don't tell.
        live: whether the terminal can rewrite a line (to show what is being done).
        write: where text goes.
    """

    def __init__(
        self,
        parts: "Parts",
        customer_id: "CustomerId | None",
        language: Literal["en", "zh"] | None = None,
        *,
        live: bool = False,
        write: Callable[[str], None] = lambda text: typer.echo(text, nl=False),
    ) -> None:
        self._parts = parts
        self._customer_id = customer_id
        self._language = language
        self._live = live
        self._write = write
        self._conversation_id: ConversationId | None = None
        self._last: Reply | None = None
        self._staged = False  # the line shows what is being done
        self._worded = False  # words of the answer are on the screen

    def take(self, line: str) -> bool:
        """Answer one line, a message or a command; False when the chat is over."""
        text = line.strip()
        if text == "/quit":
            return False
        if text.startswith("/"):
            self._write(f"{self._command(text)}\n\n")
        elif text:
            self._ask(text)
        return True

    def _ask(self, text: str) -> None:
        from assistant.conversation.reply import Incoming

        incoming = Incoming(
            text=text,
            customer_id=self._customer_id,
            conversation_id=self._conversation_id,
            channel="terminal",
            language=self._language,
        )
        self._staged = self._worded = False
        try:
            reply = self._parts.assistant.ask(incoming, self._show)
        except CustomerError as error:
            self._clear()
            self._write(f"{error}\n\n")
            return
        except KeyboardInterrupt:
            self._clear()
            self._write("(stopped)\n\n")
            return
        self._last, self._conversation_id = reply, reply.conversation_id
        self._write("\n")
        for citation in reply.citations:
            where = f"{citation.title} > {citation.heading}" if citation.heading else citation.title
            self._write(f"  [{citation.number}] {where}\n")
        if reply.quick_replies:
            self._write(f"  ({' / '.join(reply.quick_replies)})\n")
        if reply.handoff:
            self._write("  (passed on to a person)\n")
        self._write("\n")
        self._parts.assistant.settle()

    def _show(self, event: "TurnEvent") -> None:
        if event.kind == "stage" and self._live and not self._worded:
            self._write(f"\r\x1b[2K\x1b[2m{event.text} ...\x1b[0m")
            self._staged = True
        elif event.kind == "delta":
            self._clear()
            self._worded = True
            self._write(event.text)

    def _clear(self) -> None:
        if self._staged:
            self._write("\r\x1b[2K")
            self._staged = False

    def _command(self, text: str) -> str:
        if text == "/new":
            self._conversation_id = self._last = None
            return "A new conversation."
        if text == "/why":
            from assistant.cli.why import explain

            return explain(self._last) if self._last else "Nothing has been answered yet."
        if text == "/orders":
            return self._orders()
        listed = "\n".join(f"{name:8} {what}" for name, what in COMMANDS.items())
        return listed if text == "/help" else f"There is no command {text!r}.\n{listed}"

    def _orders(self) -> str:
        if self._customer_id is None:
            return "A stranger has no orders; start with --as EMAIL (assistant shop customers lists some)."
        lines = []
        for order in self._parts.shop.orders(self._customer_id):
            placed = order.placed_at.date().isoformat() if order.placed_at else ""
            items = ", ".join(item.name for item in order.items)
            lines.append(f"{order.order_id:10} {placed:10}  {order.status:18} {order.total!s:>10}  {items}")
        return "\n".join(lines) or "This customer has no orders."


def _lines() -> Iterator[str]:
    """What is typed at the prompt, or the lines of standard input when that is a pipe."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter

    session: PromptSession[str] = PromptSession(completer=WordCompleter(list(COMMANDS), sentence=True))
    while True:
        try:
            yield session.prompt("you > ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
