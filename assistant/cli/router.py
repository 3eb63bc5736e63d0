"""`assistant router`: why a message is read as it is, and how often that is right."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.routing.evaluate import Figures

app = typer.Typer(help="Routing: explain a decision, measure accuracy.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def explain(
    ctx: typer.Context,
    utterance: Annotated[str, typer.Argument(help="What a customer writes.")],
    after: Annotated[str, typer.Option(help="The intent that was served before, for follow-ups.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The whole decision as JSON.")] = False,
) -> None:
    """Show what a message asks for: intents, slots, votes, nearest examples, thresholds."""
    from assistant.routing.router import RoutingContext

    parts: Parts = ctx.obj
    decision = parts.router.decide(utterance, RoutingContext(last_intent=after))
    if as_json:
        typer.echo(json.dumps(decision.explain(), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{decision.outcome} ({decision.language})")
    for intent in decision.intents:
        typer.echo(f"  {intent.intent} {intent.probability:.2f}, agent {intent.agent}: {intent.words!r}")
        for slot in intent.slots:
            typer.echo(f"    {slot.name} = {slot.value!r} from {slot.words!r}")
    if decision.readings:
        typer.echo(f"  would ask: {' or '.join(decision.readings)}?")
    typer.echo("votes")
    for vote in decision.votes:
        said = ", ".join(f"{name} {share:.2f}" for name, share in vote.scores) or "nothing"
        typer.echo(f"  {vote.detector:<19}{vote.milliseconds:7.1f} ms  {said}  ({vote.words!r})")
    typer.echo("nearest examples")
    for near in decision.nearest:
        typer.echo(f"  {near.similarity:.2f} {near.intent or 'out_of_scope'}: {near.text}")
    typer.echo(f"thresholds {decision.thresholds}")


@app.command()
def evaluate(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help='JSONL files of {"text", "intents"}.')],
    misses: Annotated[bool, typer.Option(help="Show what was decided wrongly.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure the router on labelled messages: accuracy, F1, scope, two requests in one message, time."""
    from dataclasses import asdict

    from assistant.routing.evaluate import evaluate as run
    from assistant.routing.evaluate import read_cases

    parts: Parts = ctx.obj
    results = {}
    for path in files:
        figures = run(parts.router, read_cases(path, parts.catalogue), "zh" if "zh" in path.stem else "en")
        results[str(path)] = {name: value for name, value in asdict(figures).items() if name != "misses"}
        if not as_json:
            typer.echo(f"{path}\n{_table(figures)}")
            for miss in figures.misses if misses else ():
                wanted = "+".join(miss.case.intents) or "out_of_scope"
                typer.echo(f"  {wanted} | {miss.case.text} -> {miss.outcome} {'+'.join(miss.decided)}")
    if as_json:
        typer.echo(json.dumps(results, indent=2))


def _table(figures: "Figures") -> str:
    return "\n".join(
        (
            f"  cases {figures.cases}, exactly right {figures.accuracy:.1%}, macro-F1 {figures.macro_f1:.3f}",
            f"  one request {figures.single:.1%}, both of two found {figures.both_found:.1%}",
            f"  out of scope: recall {figures.scope_recall:.1%}, false alarms {figures.false_alarms:.1%}",
            f"  asked back {figures.asked_back:.1%}, offering the right reading {figures.asked_back_right:.1%}",
            f"  milliseconds p50 {figures.p50_ms:.1f}, p95 {figures.p95_ms:.1f}; model calls {figures.model_calls}",
        )
    )
