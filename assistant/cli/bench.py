"""`assistant bench`: figures, each measured in one run and printed."""

import statistics
import time
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts

if TYPE_CHECKING:
    from assistant.conversation.reply import Reply

app = typer.Typer(rich_markup_mode=None)

_DIRECT = ("Where is my order?", "我的订单到哪了？")
_FAQ = ("Can I return headphones I opened?", "拆封的耳机可以退吗？")


@app.callback()
def bench() -> None:
    """Measure; every figure is printed by a command."""


@app.command()
def turn(
    ctx: typer.Context,
    as_: Annotated[str, typer.Option("--as", help="E-mail of the customer; none: the first with an order.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="Direct turns per question.")] = 30,
    faq_runs: Annotated[int, typer.Option(min=0, help="Turns per question that a model words.")] = 2,
) -> None:
    """Time whole turns in a warm process: direct answers, and answers that a model words."""
    from assistant.cli.ask import customer_by_email

    parts: Parts = ctx.obj
    email = as_ or next(c.email for c in parts.shop.customers(50) if parts.shop.open_parcels(c.customer_id))
    customer = customer_by_email(parts, email)
    typer.echo(f"{'question':40} {'p50 ms':>8} {'p95 ms':>8} {'model calls':>12}  slowest stages of the median turn")
    for question in _DIRECT:
        _measure(parts, question, customer, runs)
    for question in _FAQ:
        if faq_runs:
            _measure(parts, question, customer, faq_runs)


def _measure(parts: Parts, question: str, customer: object, runs: int) -> None:
    _ask(parts, question, customer)
    timed: list[tuple[float, Reply]] = []
    for _ in range(runs):
        started = time.perf_counter()
        reply = _ask(parts, question, customer)
        timed.append(((time.perf_counter() - started) * 1000, reply))
    timed.sort(key=lambda pair: pair[0])
    times = [milliseconds for milliseconds, _ in timed]
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    middle = timed[len(timed) // 2][1]
    stages = sorted(((ms, name) for name, ms in middle.timings_ms.items() if name != "total"), reverse=True)[:3]
    words = ", ".join(f"{name} {ms:.0f}" for ms, name in stages)
    typer.echo(f"{question:40} {statistics.median(times):8.1f} {p95:8.1f} {middle.model_calls:12}  {words}")


def _ask(parts: Parts, question: str, customer: object) -> "Reply":
    from assistant.conversation.reply import Incoming

    return parts.assistant.ask(Incoming.model_validate({"text": question, "customer_id": customer, "channel": "bench"}))
