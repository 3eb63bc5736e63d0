"""`assistant memory`: show, export, rebuild, prune and forget what is remembered of customers."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError
from assistant.ids import CustomerId

app = typer.Typer(
    help="Show, export, rebuild, prune and forget what is remembered of customers.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Customer = Annotated[str, typer.Argument(help="A customer's id or e-mail address.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


@app.callback()
def memory(ctx: typer.Context) -> None:
    """Finish first what an interrupted command has left."""
    parts: Parts = ctx.obj
    if ctx.invoked_subcommand is not None and parts.forgetting.pending():
        _finish(parts)


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
def export(
    ctx: typer.Context,
    customer: _Customer,
    to: Annotated[Path | None, typer.Option("--to", help="A file; none: printed.")] = None,
) -> None:
    """Give out everything that is kept of a customer beside their orders, as JSON."""
    import json

    from assistant.memory.exporting import export_customer

    parts: Parts = ctx.obj
    with parts.database.read() as session:
        customer_id = _find(parts, customer)
        found = {**export_customer(session, customer_id), "events": parts.trail.of_customer(customer_id)}
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if to is None:
        typer.echo(text)
        return
    to.write_text(text + "\n", encoding="utf-8")
    typer.echo(f"written to {to}")


@app.command()
def rebuild(ctx: typer.Context) -> None:
    """Build the vectors of past conversations again, from the tables."""
    parts: Parts = ctx.obj
    typer.echo(f"{parts.memory.rebuild()} episodes embedded")


@app.command()
def forget(
    ctx: typer.Context,
    customer: _Customer,
    account: Annotated[
        bool,
        typer.Option("--account", help="Take them out of the shop's own records too; amounts, items and days stay."),
    ] = False,
    yes: _Yes = False,
) -> None:
    """Forget a customer: conversations, facts, episodes, proposals, vectors, down to the bytes of the files.

    What the shop must keep stays with it: orders, payments, the audit of executed changes.
    """
    from assistant.storage.purging import find_in_files

    parts: Parts = ctx.obj
    customer_id = _find(parts, customer)
    if not yes:
        typer.confirm(f"Delete all conversations and memories of {customer}? They can't be restored.", abort=True)
    found = parts.forgetting.request(customer_id, account=account)
    typer.echo(
        f"deleted: {found.conversations} conversations, {found.messages} messages, {found.facts} facts, "
        f"{found.episodes} episodes"
    )
    if not _finish(parts):
        return
    needles = {*found.ids, *((customer_id, customer) if account else ())}
    left = find_in_files(parts.settings.data_dir, needles)
    if left:
        raise OperatorError(
            f"{len(left)} of {len(needles)} ids still stand in {sorted({str(p) for ps in left.values() for p in ps})}",
            fix="stop what is using the data folder and run the command again",
        )
    typer.echo(f"every file of {parts.settings.data_dir} searched for {len(needles)} ids: none is left")


@app.command()
def prune(
    ctx: typer.Context,
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", min=1, metavar="DAYS", help="Conversations, by days since their last message."),
    ] = None,
    memories: Annotated[
        int | None, typer.Option("--memory", min=1, metavar="DAYS", help="Facts and episodes, by days since then.")
    ] = None,
    traces: Annotated[
        int | None,
        typer.Option("--traces", min=1, metavar="DAYS", help="Decisions and tool calls, by days since then."),
    ] = None,
    events: Annotated[
        int | None, typer.Option("--events", min=1, metavar="DAYS", help="The log of events, by days since then.")
    ] = None,
    yes: _Yes = False,
) -> None:
    """Delete what is older than it may be kept, for all customers: by the options, or else by the settings.

    Conversations go with what was remembered of them. The settings are keep_conversations_days, keep_memory_days,
    keep_traces_days and keep_events_days; a server applies them once a day.
    """
    from assistant.memory.retention import KeepFor

    parts: Parts = ctx.obj
    given = older_than, memories, traces, events
    keep = KeepFor(*(days or 0 for days in given)) if any(given) else KeepFor.of(parts.settings)
    if not keep:
        raise OperatorError(
            "everything is kept for ever",
            fix="pass --older-than DAYS, or set keep_conversations_days in assistant.toml",
        )
    named = (
        ("conversations", keep.conversations), ("facts and episodes", keep.memory), ("traces", keep.traces),
        ("events", keep.events),
    )  # fmt: skip
    what = ", ".join(f"{name} older than {days} days" for name, days in named if days)
    if not yes:
        typer.confirm(f"Delete {what}?", abort=True)
    try:
        typer.echo(f"{parts.forgetting.prune(keep)} deleted")
    except OperatorError as error:
        typer.echo(f"deleted rows still lie in files ({error.message}); the server takes them out")


def _finish(parts: Parts) -> bool:
    """Purge the files; when another process owns them, it does that after its next answer."""
    try:
        if parts.forgetting.finish():
            return True
        reason = "files of the database are in use"
    except OperatorError as error:
        reason = error.message
    typer.echo(f"deleted rows still lie in files ({reason}); the server, or the next command, takes them out")
    return False


def _find(parts: Parts, customer: str) -> CustomerId:
    found = parts.shop.customer_by_email(customer) if "@" in customer else None
    return found.customer_id if found else CustomerId(customer)
