"""`assistant bench load`: many customers at once, and whether every message came through once."""

import asyncio
import json
import threading
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.load.customers import Customer
    from assistant.evaluation.load.world import World


def load(
    ctx: typer.Context,
    customers: Annotated[int, typer.Option(min=1, help="Customers who chat at once.")] = 200,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 5.0,
    workers: Annotated[int, typer.Option(min=1, help="Server processes.")] = 1,
    database: Annotated[str, typer.Option(help="sqlite, or postgres (a server of its own).")] = "sqlite",
    think: Annotated[float, typer.Option(min=0, help="Mean seconds between an answer and the next message.")] = 30.0,
    seed: Annotated[int, typer.Option(help="The same number makes the same customers.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Let many customers chat at once with real server processes, without a model.

    Counts lost, doubled and crossed messages from the histories, and times direct and FAQ turns as customers see them.
    """
    from assistant.evaluation.load.crowd import chat, check
    from assistant.evaluation.load.world import world

    if database not in ("sqlite", "postgres"):
        raise OperatorError(f"there is no database {database!r} here", fix="pass --database sqlite or postgres")
    typer.echo("Making the shop and starting the server ...", err=True)
    with world(customers=max(customers, 10), workers=workers, postgres=database == "postgres", seed=seed) as made:
        crowd = crowd_of(ctx.obj, made, customers, seed)
        asyncio.run(chat(made.server.url, crowd, 3, 2))  # the first of everything is slow, and not what is measured
        for customer in crowd:
            customer.asked.clear()
            customer.seed += 500_000
        rss: dict[str, float] = {}
        watch = threading.Thread(target=_watch, args=(made, min(60.0, minutes * 30), rss), daemon=True)
        watch.start()
        typer.echo(f"{customers} customers chat for {minutes:g} min ...", err=True)
        started = time.monotonic()
        asyncio.run(chat(made.server.url, crowd, minutes * 60, think))
        seconds = time.monotonic() - started
        rss["end"] = made.server.rss_mb
        checked = asyncio.run(check(made.server.url, crowd))
    figures = _figures(crowd, seconds) | vars(checked) | {f"rss_mb_{when}": round(mb) for when, mb in rss.items()}
    figures |= {"database": database, "workers": workers, "customers": customers, "minutes": minutes}
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        typer.echo(f"{name:24} {value}")


def crowd_of(parts: "Parts", made: "World", customers: int, seed: int, *, changes: bool = False) -> "list[Customer]":
    """Customers of the served shop, each with a token and orders of their own; with `changes` they cancel some."""
    from pydantic import SecretStr

    from assistant.evaluation.load.customers import Customer

    settings = {"data_dir": made.folder / "data", "database_url": made.settings["database_url"]}
    served = parts.with_settings(**settings, token_secret=SecretStr(made.settings["token_secret"]))
    crowd: list[Customer] = []
    for known in served.shop.customers(customers * 2):
        all_orders = served.shop.orders(known.customer_id)
        orders = [str(order.order_id) for order in all_orders]
        pending = [str(order.order_id) for order in all_orders if order.status == "pending"]
        if orders and len(crowd) < customers:
            token = served.tokens.for_customer(known.customer_id)
            to_cancel = pending if changes else []
            crowd.append(Customer(known.customer_id, token, orders, seed * 1000 + len(crowd), to_cancel))
    served.database.close()
    return crowd


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all doesn't exceed; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _watch(made: "World", seconds: float, rss: dict[str, float]) -> None:
    time.sleep(seconds)
    rss[f"{seconds:.0f}s"] = made.server.rss_mb


def _figures(crowd: "list[Customer]", seconds: float) -> dict[str, Any]:
    asked = [message for customer in crowd for message in customer.asked]
    figures: dict[str, Any] = {
        "messages": len(asked),
        "answered": sum(message.answer is not None for message in asked),
        "turns_per_s": round(sum(message.answer is not None for message in asked) / seconds, 2),
        "told_to_come_back": sum(len(message.told) for message in asked),
    }
    for kind in ("direct", "faq"):
        times = [m.seconds * 1000 for m in asked if m.kind == kind and m.answer is not None]
        figures |= {f"{kind}_p50_ms": round(percentile(times, 0.5)), f"{kind}_p95_ms": round(percentile(times, 0.95))}
    return figures
