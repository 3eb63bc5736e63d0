"""`assistant bench`: figures, each measured in one run and printed."""

import json
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.bench.answering import answering
from assistant.cli.bench.augment import augment
from assistant.cli.bench.boundary import boundary
from assistant.cli.bench.copilot import copilot
from assistant.cli.bench.dialogues import dialogues
from assistant.cli.bench.faithfulness import faithfulness
from assistant.cli.bench.faults import faults
from assistant.cli.bench.insight import app as insight_benches
from assistant.cli.bench.load import load
from assistant.cli.bench.masking import masking
from assistant.cli.bench.memory import memory
from assistant.cli.bench.proposals import proposals
from assistant.cli.bench.retrieval import retrieval
from assistant.cli.bench.sync import sync
from assistant.cli.bench_search import search
from assistant.cli.parts import Parts
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.conversation.reply import Reply
    from assistant.evaluation.router.intent_sets import Split

app = typer.Typer(rich_markup_mode=None)
app.command()(load)
app.command()(faults)
app.command()(masking)
app.command()(memory)
app.command()(proposals)
app.command()(dialogues)
app.command()(copilot)
app.command()(retrieval)
app.command()(augment)
app.command()(search)
app.command()(faithfulness)
app.command()(answering)
app.command()(boundary)
app.command()(sync)
app.add_typer(insight_benches, name="insight")

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


@app.command()
def router(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder of a data set: train.jsonl, valid.jsonl, ...")],
    shots: Annotated[str, typer.Option(help="Examples an intent, by comma; `full` for all.")] = "5,10,full",
    detectors: Annotated[str, typer.Option(help="The detectors to hear, by comma; all where none is named.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Draws of examples that are averaged.")] = 5,
    split: Annotated[str, typer.Option(help="What is measured on: valid or test.")] = "valid",
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write plots to this file.")] = None,
) -> None:
    """Measure the router on a public data set, without a language model, beside the published figures."""
    from assistant.evaluation.router.bench import RouterBench
    from assistant.evaluation.router.intent_sets import read_set
    from assistant.evaluation.router.table import published, table

    parts: Parts = ctx.obj
    found = read_set(data, _split(split))
    runner = RouterBench(found, parts.embeddings.encoders(), parts.settings.cache_dir, _progress)
    outcome = runner.run(_shots(shots), seeds, [d.strip() for d in detectors.split(",") if d.strip()] or None, split)
    if html is not None:
        from assistant.evaluation.router.report import write_report

        write_report(outcome, html)
    if as_json:
        typer.echo(json.dumps({**outcome.figures(), "published": published(outcome.name)}, indent=2))
        return
    typer.echo(table(outcome))


@app.command()
def learn(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder of a data set: train.jsonl, valid.jsonl, ...")],
    corrections: Annotated[int, typer.Option(min=1, help="How many arrive.")] = 200,
    shots: Annotated[int, typer.Option(min=1, help="Examples an intent at the beginning.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Stream corrections one at a time: learning curve, what is forgotten, time per correction."""
    from dataclasses import asdict

    from assistant.evaluation.router.intent_sets import read_set
    from assistant.evaluation.router.learning import LearnBench, learn_table

    parts: Parts = ctx.obj
    runner = LearnBench(read_set(data), parts.embeddings.encoders(), parts.settings.cache_dir, _progress)
    outcome = runner.run(corrections, shots)
    typer.echo(json.dumps(asdict(outcome), indent=2) if as_json else learn_table(outcome))


def _split(name: str) -> "Split":
    splits: dict[str, Split] = {"valid": "valid", "test": "test"}
    if name not in splits:
        raise OperatorError(f"there is no split {name!r}", fix="pass --split valid or --split test")
    return splits[name]


def _shots(text: str) -> list[int]:
    try:
        return [0 if part.strip() == "full" else int(part) for part in text.split(",")]
    except ValueError as error:
        raise OperatorError(f"{text!r} is no list of shots", fix="pass --shots 1,5,10,full") from error


def _progress(line: str) -> None:
    typer.echo(line, err=True)


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
