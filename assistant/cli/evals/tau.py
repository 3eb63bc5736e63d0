"""`assistant eval tau`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.evals.players import SCRIPTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.cli.parts import Parts
    from assistant.evaluation.tau.play import TauResult

_PLAIN_CONTEXT = 16_384
"""Tokens: the plain loop carries policy, all tools and their whole results along."""


class Agent(StrEnum):
    """Who serves the customer."""

    ASSISTANT = "assistant"
    PLAIN = "plain"


def tau(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="The folder with tau-bench retail's db.json.")],
    tasks: Annotated[Path, typer.Option(help="JSONL of tasks.")],
    model: Annotated[str, typer.Option(help="none, local or hosted.")] = "none",
    agent: Annotated[
        Agent, typer.Option(help="assistant, or plain: the benchmark's own tool-calling loop with the same model.")
    ] = Agent.ASSISTANT,
    user: Annotated[
        str, typer.Option(help="Who plays the customer: scripted, or a model (local, hosted) held to its card.")
    ] = SCRIPTED,
    repeat: Annotated[int, typer.Option(min=1, help="Times that each task is played.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first tasks.")] = None,
    show: Annotated[bool, typer.Option(help="Show the conversations that end wrongly.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Play tau-bench retail's tasks through the whole assistant, and print pass^k by the shop's end state.

    The scripted customer knows the gold actions in a customer's words; each of a task's errands is a conversation.
    A model as customer has the task's own instruction as its card, in one conversation; where it strays from the card,
    the task is in no rate.
    """
    from assistant.cli.evals.progress import quiet
    from assistant.cli.progress import ProgressLine
    from assistant.errors import OperatorError
    from assistant.evaluation.tau.play import read_tasks
    from assistant.shop.importers import tau_retail

    if agent is Agent.PLAIN and user != SCRIPTED:
        raise OperatorError("the plain loop is played with the scripted customer", fix="--user scripted")
    base = tau_retail.read_file(data / "db.json")
    chosen_tasks = read_tasks(tasks)[:limit]
    line = ProgressLine("tasks")
    results: list[TauResult] = []
    with quiet():
        served = _plainly if agent is Agent.PLAIN else _served
        for result in served(ctx.obj, model, user, base, chosen_tasks, repeat):
            results.append(result)
            line.show("tau-bench retail", len(results), len(chosen_tasks) * repeat)
    line.end()
    if show and not json_:
        _show(results)
    _tell(results, agent, model, user, as_json=json_)


def _show(results: "Sequence[TauResult]") -> None:
    for result in results:
        if not result.passed:
            typer.echo(f"{result.task}: {', '.join(result.wrong)}")
            for strayed in result.strayed:
                typer.echo(f"  {strayed}")
            for turn in result.turns:
                typer.echo(f"  customer: {turn.say}")
                typer.echo("\n".join(f"    {words}" for words in turn.text.splitlines() if words))


def _tell(results: "Sequence[TauResult]", agent: Agent, model: str, user: str, *, as_json: bool) -> None:
    from assistant.evaluation.suites.figures.intervals import clustered_interval, pass_power

    by_task: dict[str, list[bool]] = {}
    for result in results:
        if not result.strayed:
            by_task.setdefault(result.task, []).append(result.passed)
    strayed = sum(bool(result.strayed) for result in results)
    most = max((len(tries) for tries in by_task.values()), default=0)
    powers = {k: pass_power(by_task, k) for k in range(1, most + 1)}
    _, low, high = clustered_interval(by_task)
    if as_json:
        told = {"agent": agent.value, "model": model, "user": user, "pass": powers, "interval": [low, high]}
        rows = [result.model_dump(mode="json") for result in results]
        typer.echo(json.dumps({**told, "strayed": strayed, "results": rows}, indent=2))
        return
    typer.echo(f"{len({r.task for r in results})} tasks, {agent.value} with model {model}, customer {user}")
    if strayed:
        typer.echo(f"the customer strayed from the card in {strayed} of {len(results)}; they are in no rate")
    for k, share in powers.items():
        interval = f" (95 % {low:.1%} to {high:.1%})" if k == 1 else ""
        typer.echo(f"pass^{k} {share:.1%}{interval}")
    calls, tokens = sum(r.model_calls for r in results), sum(r.tokens for r in results)
    typer.echo(f"turns {sum(len(r.turns) for r in results)}, model calls {calls}, tokens {tokens}")


def _plainly(
    parts: "Parts", model: str, user: str, base: dict[str, Any], tasks: Any, repeat: int
) -> "Iterator[TauResult]":
    """The results of the benchmark's own loop."""
    from assistant.cli.evals.models import chosen
    from assistant.errors import OperatorError
    from assistant.evaluation.retail.shop import RetailShop
    from assistant.evaluation.tau.plain_loop import PlainLoop, played

    picked = chosen(parts, model)
    changes = {"local_context": _PLAIN_CONTEXT, **picked.changes}
    ladder = picked.ladder() or parts.with_settings(**changes).ladder
    if not ladder.rungs:
        raise OperatorError("the plain loop needs a model", fix="--model local, or hosted")
    try:
        yield from played(PlainLoop(ladder, RetailShop(parts.settings)), tasks, base, repeat)
    finally:
        ladder.close()


def _served(
    parts: "Parts", model: str, user: str, base: dict[str, Any], tasks: Any, repeat: int
) -> "Iterator[TauResult]":
    """The results, one after another; the shop is as new before each."""
    import shutil
    import tempfile

    from assistant.cli.evals.models import chosen
    from assistant.cli.evals.players import player as player_named
    from assistant.clock import SystemClock
    from assistant.errors import OperatorError
    from assistant.evaluation.tau.play import play
    from assistant.shop.importers import tau_retail
    from assistant.shop.loading import load_shop

    picked = chosen(parts, model)
    player = None if user == SCRIPTED else player_named(parts, user)
    with tempfile.TemporaryDirectory(prefix="tau-") as folder:
        where, clock = Path(folder), SystemClock()
        changes = {**picked.changes, "data_dir": where, "database_url": "", "chroma_url": ""}
        house = parts.beside(clock, ("embeddings", "store"), picked.ladder(), **changes)
        rows = list(tau_retail.rows_of(base))
        load_shop(house.database, rows, kind="tau-retail", currency=tau_retail.CURRENCY, at=clock.now())
        with house.database.read() as session:
            loaded = tau_retail.database_of(session)
        if model != "none" and not house.ladder.rungs:
            raise OperatorError(f"the model {model!r} is not there", fix="assistant doctor")
        house.router  # noqa: B018  built while the shop's products are there
        house.database.close()
        file, template = where / "assistant.db", where / "template.db"
        shutil.copyfile(file, template)
        for task in tasks:
            for number in range(repeat):
                house.database.close()
                for rest in where.glob("assistant.db*"):
                    rest.unlink()
                shutil.copyfile(template, file)
                yield play(house, task, loaded, number, player.play if player else None)
        house.database.close()
        house.ladder.close()
