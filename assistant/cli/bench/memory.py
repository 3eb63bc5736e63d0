"""`assistant bench memory`: is the right memory recalled, is it still true and whose is it, how fast; and LoCoMo."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.progress import ProgressLine

if TYPE_CHECKING:
    from assistant.evaluation.memory.bench import MemoryFigures

_EPISODES = 500_000


def memory(
    ctx: typer.Context,
    customers: Annotated[int, typer.Option(min=1, help="Customers who are simulated.")] = 200,
    conversations: Annotated[int, typer.Option(min=4, help="Conversations of each.")] = 50,
    episodes: Annotated[
        int, typer.Option(min=0, help="Episodes in the store; those beyond the simulation have random vectors.")
    ] = _EPISODES,
    seed: Annotated[int, typer.Option(help="The same seed gives the same conversations.")] = 7,
    locomo: Annotated[
        Path | None, typer.Option("--locomo", metavar="FILE", help="Measure on the public LoCoMo file instead.")
    ] = None,
    show_missed: Annotated[bool, typer.Option("--missed", help="Also print what was not found.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask a seeded simulation of customers what they said: recall, what no longer holds, whose it is, time.

    Only the simulated customers' episodes are embedded; the rest of the store has random vectors, which cost the same
    time. With the full store it takes minutes and some GB of a temporary folder.
    """
    import tempfile

    from assistant.clock import FixedClock
    from assistant.evaluation.memory.bench import MemoryBench
    from assistant.evaluation.memory.cases import NOW
    from assistant.settings import PROJECT_DIR

    parts: Parts = ctx.obj
    if locomo is not None:
        _locomo(parts, locomo, json_)
        return
    clock, line = FixedClock(NOW), ProgressLine()
    with tempfile.TemporaryDirectory(prefix="memory-") as data:
        house = parts.with_settings(data_dir=Path(data), database_url="", chroma_url="").with_clock(clock)
        try:
            bench = MemoryBench(house, clock, PROJECT_DIR / "evals" / "memory", line.show)
            figures = bench.run(customers=customers, conversations=conversations, episodes=episodes, seed=seed)
        finally:
            line.end()
            house.vectors.close()
            house.database.close()
    if json_:
        typer.echo(json.dumps(_as_json(figures), indent=2, ensure_ascii=False))
        return
    for missed in figures.missed if show_missed else ():
        typer.echo(f"missed: {missed}")
    typer.echo(f"{figures.customers} customers x {figures.conversations} conversations, {figures.episodes} episodes\n")
    typer.echo(f"{'question about':26} {'asked':>6} {'recall@5':>9}")
    for kind, asked in sorted(figures.asked.items()):
        typer.echo(f"{kind:26} {asked:6} {100 * figures.found[kind] / asked:8.1f}%")
    typer.echo(f"{'all':26} {sum(figures.asked.values()):6} {100 * figures.recall:8.1f}%\n")
    typer.echo(f"superseded facts returned as current   {figures.outdated}")
    typer.echo(f"memories of another customer           {figures.foreign}")
    for title, of in (
        ("milliseconds a recall in a turn", figures.turn_ms),
        ("  the same, of the processor's time", figures.cpu_ms),
        ("  embedding the question", figures.embedding_ms),
        ("  both: nobody has read it before", figures.milliseconds),
    ):
        typer.echo(f"{title:38} p50 {figures.p(50, of)}, p95 {figures.p(95, of)}")


def _as_json(figures: "MemoryFigures") -> dict[str, object]:
    took, embedding = figures.milliseconds, figures.embedding_ms
    return {
        "customers": figures.customers,
        "conversations": figures.conversations,
        "episodes": figures.episodes,
        "questions": figures.asked,
        "recall_at_5": {kind: round(100 * figures.found[kind] / asked, 1) for kind, asked in figures.asked.items()},
        "recall_at_5_all": round(100 * figures.recall, 1),
        "superseded_as_current": figures.outdated,
        "of_another_customer": figures.foreign,
        "recall_in_a_turn_ms": {"p50": figures.p(50, figures.turn_ms), "p95": figures.p(95, figures.turn_ms)},
        "recall_ms": {"p50": figures.p(50, took), "p95": figures.p(95, took)},
        "recall_cpu_ms": {"p50": figures.p(50, figures.cpu_ms), "p95": figures.p(95, figures.cpu_ms)},
        "embedding_ms": {"p50": figures.p(50, embedding), "p95": figures.p(95, embedding)},
    }


def _locomo(parts: Parts, path: Path, json_: bool) -> None:
    import dataclasses

    from assistant.evaluation.memory.locomo import measure, table

    line = ProgressLine()
    try:
        figures = measure(path, parts.vectors, line.show)
    finally:
        line.end()
    typer.echo(json.dumps(dataclasses.asdict(figures), indent=2) if json_ else table(figures))
