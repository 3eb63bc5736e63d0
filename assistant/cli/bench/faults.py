"""`assistant bench faults`: what customers see while parts fail under them, and what is left when all is well again."""

import asyncio
import json
import time
from collections import Counter
from typing import Annotated, Any

import typer

from assistant.cli.bench.load import crowd_of, percentile


def faults(
    ctx: typer.Context,
    customers: Annotated[int, typer.Option(min=1, help="Customers who chat at once.")] = 50,
    every: Annotated[float, typer.Option(min=5, help="Seconds between one fault and the next.")] = 30.0,
    think: Annotated[float, typer.Option(min=0, help="Mean seconds between an answer and the next message.")] = 10.0,
    seed: Annotated[int, typer.Option(help="The same number makes the same customers.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Let parts fail while customers chat: a worker is killed, the database stops, vectors go, a model server hangs.

    Two workers on a PostgreSQL and a Chroma of their own; some customers cancel orders meanwhile. Counts messages that
    were never answered, doubled or out of order, and changes that were made twice.
    """
    from assistant.evaluation.load.crowd import chat, check
    from assistant.evaluation.load.faults import Faults, executed_twice, hanging_server
    from assistant.evaluation.load.world import world

    typer.echo("Making the shop and starting the servers ...", err=True)
    with hanging_server() as hanging:
        more = {
            "hosted_base_url": hanging,
            "hosted_model": "hangs",
            "hosted_api_key": "none",
            "hosted_timeout_s": "2",
            "turn_deadline_s": "10",
        }
        with world(customers=max(customers * 2, 20), workers=2, postgres=True, seed=seed, more=more) as made:
            crowd = crowd_of(ctx.obj, made, customers, seed, changes=True)
            failing = Faults(made, every, lambda what: typer.echo(f"  {what}", err=True))
            typer.echo(f"{customers} customers chat; a model server hangs all the time ...", err=True)
            started = time.monotonic()
            failing.start()
            asyncio.run(chat(made.server.url, crowd, 4 * every + 20, think))
            failing.wait()
            seconds = time.monotonic() - started
            checked = asyncio.run(check(made.server.url, crowd))
            executed, twice = executed_twice(made.settings["database_url"])
    asked = [message for customer in crowd for message in customer.asked]
    told = Counter(word for message in asked for word in message.told)
    waited = [message.seconds for message in asked if message.answer is not None]
    figures: dict[str, Any] = {
        "messages": len(asked),
        "answered": sum(message.answer is not None for message in asked),
        "answered_at_once": sum(message.answer is not None and not message.told for message in asked),
        "told_meanwhile": dict(told),
        **vars(checked),
        "proposals_executed": executed,
        "executed_twice": twice,
        "p50_s": round(percentile(waited, 0.5), 2),
        "p95_s": round(percentile(waited, 0.95), 2),
        "longest_s": round(max(waited, default=0.0), 1),
        "seconds": round(seconds),
        "faults": [f"{fault.at_s:.0f} s: {fault.what}" for fault in failing.happened],
    }
    if as_json:
        typer.echo(json.dumps(figures, indent=2, ensure_ascii=False))
        return
    for name, value in figures.items():
        typer.echo(f"{name:24} {value}")
