"""`assistant eval tau`."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.tau.play import TauResult


class User(StrEnum):
    """Who plays the customer."""

    SCRIPTED = "scripted"


def tau(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="The folder with tau-bench retail's db.json.")],
    tasks: Annotated[Path, typer.Option(help="JSONL of tasks.")],
    model: Annotated[str, typer.Option(help="none, local or hosted.")] = "none",
    user: Annotated[User, typer.Option(help="Who plays the customer.")] = User.SCRIPTED,
    repeat: Annotated[int, typer.Option(min=1, help="Times that each task is played.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first tasks.")] = None,
    show: Annotated[bool, typer.Option(help="Show the conversations that end wrongly.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Play tau-bench retail's tasks through the whole assistant, and print pass^k by the shop's end state.

    The scripted customer knows the gold actions in a customer's words; each of a task's errands is a conversation.
    """
    from assistant.cli.evals.progress import quiet
    from assistant.cli.progress import ProgressLine
    from assistant.evaluation.suites.figures.intervals import clustered_interval, pass_power
    from assistant.evaluation.tau.play import read_tasks
    from assistant.shop.importers import tau_retail

    base = tau_retail.read_file(data / "db.json")
    chosen_tasks = read_tasks(tasks)[:limit]
    line = ProgressLine("tasks")
    results: list[TauResult] = []
    with quiet():
        for result in _played(ctx.obj, model, base, chosen_tasks, repeat):
            results.append(result)
            line.show("tau-bench retail", len(results), len(chosen_tasks) * repeat)
    line.end()
    by_task: dict[str, list[bool]] = {}
    for result in results:
        by_task.setdefault(result.task, []).append(result.passed)
    powers = {k: pass_power(by_task, k) for k in range(1, repeat + 1)}
    _, low, high = clustered_interval(by_task)
    if json_:
        told = {"model": model, "user": user.value, "pass": powers, "interval": [low, high]}
        typer.echo(json.dumps({**told, "results": [r.model_dump(mode="json") for r in results]}, indent=2))
        return
    for result in results if show else ():
        if not result.passed:
            typer.echo(f"{result.task}: {', '.join(result.wrong)}")
            for turn in result.turns:
                typer.echo(f"  customer: {turn.say}")
                typer.echo("\n".join(f"    {words}" for words in turn.text.splitlines() if words))
    typer.echo(f"{len(by_task)} tasks, model {model}, customer {user.value}")
    for k, share in powers.items():
        interval = f" (95 % {low:.1%} to {high:.1%})" if k == 1 else ""
        typer.echo(f"pass^{k} {share:.1%}{interval}")
    calls, tokens = sum(r.model_calls for r in results), sum(r.tokens for r in results)
    typer.echo(f"turns {sum(len(r.turns) for r in results)}, model calls {calls}, tokens {tokens}")


def _played(parts: "Parts", model: str, base: dict[str, Any], tasks: Any, repeat: int) -> Any:
    """The results, one after another; the shop is as new before each."""
    import shutil
    import tempfile

    from assistant.cli.evals.models import chosen
    from assistant.clock import SystemClock
    from assistant.errors import OperatorError
    from assistant.evaluation.tau.play import play
    from assistant.shop.importers import tau_retail
    from assistant.shop.loading import load_shop

    picked = chosen(parts, model)
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
                yield play(house, task, loaded, number)
        house.database.close()
        house.ladder.close()
