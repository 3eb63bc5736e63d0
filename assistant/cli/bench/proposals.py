"""`assistant bench proposals`: how fast changes are executed, and that each is executed once."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.tools.proposals import Proposal


def proposals(
    ctx: typer.Context,
    database_url: Annotated[
        str, typer.Option("--database", help="SQLAlchemy URL of an EMPTY database; none: SQLite in a temporary folder.")
    ] = "",
    orders: Annotated[int, typer.Option(min=100, help="Orders of the sample shop that is made for it.")] = 3000,
    threads: Annotated[int, typer.Option(min=1, help="Customers who say yes at the same moment.")] = 16,
    calls: Annotated[int, typer.Option(min=1, help="Times that each of them says it.")] = 200,
    contested: Annotated[int, typer.Option(min=1, help="Proposals that all of them confirm.")] = 20,
) -> None:
    """Execute proposals one after another and from many threads; all of them confirm the same few at once."""
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'bench.db'}"
        if not _measure(ctx.obj, url, orders=orders, threads=threads, calls=calls, contested=contested):
            typer.echo("a proposal was executed twice or not at all, or a call was lost", err=True)
            raise typer.Exit(1)


def _measure(parts: Parts, url: str, *, orders: int, threads: int, calls: int, contested: int) -> bool:
    from assistant.evaluation.confirmations import everybody_confirms, load_busy_shop, propose_cancellations, race
    from assistant.shop.changes.service import Changes
    from assistant.storage.engine import Database
    from assistant.storage.migrate import upgrade
    from assistant.tools.proposals import Proposals

    database = Database(url)
    try:
        upgrade(database)
        load_busy_shop(database, orders=orders, currency=parts.settings.currency, clock=parts.clock)
        desk = Proposals(database, Changes(database, parts.policy), parts.clock)
        waiting = propose_cancellations(desk, orders)
        half = max(1, (len(waiting) - contested) // 2)
        shared, alone, together = waiting[:contested], waiting[contested:][:half], waiting[contested:][half:][:half]
        engine = database.engine.dialect.name
        for name, plans in (("one after another", [alone]), (f"{threads} threads", _shares(together, threads))):
            done = race(desk, plans)
            typer.echo(
                f"{engine}, {name}: {done.executions} executions in {done.seconds:.1f} s, "
                f"{done.executed_per_second:.0f} a second"
            )
        done = race(desk, everybody_confirms(shared, threads=threads, calls=calls))
        typer.echo(
            f"{engine}, {threads} threads x {calls} confirmations of {len(shared)} proposals: {done.executions} "
            f"executions, {done.calls - done.answered} calls lost, {done.answers} different answer(s) a proposal; "
            f"{done.per_second:.0f} confirmations a second"
        )
        return done.once_each
    finally:
        database.close()


def _shares(waiting: "list[Proposal]", threads: int) -> "list[list[Proposal]]":
    return [waiting[number::threads] for number in range(threads)]
