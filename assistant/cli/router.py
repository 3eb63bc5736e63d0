"""`assistant router`: why a message is read as it is, and how often that is right."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.router_learning import add_to

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.routing.learning.evaluate import Figures
    from assistant.text.language import Language

app = typer.Typer(
    help="Routing: explain a decision, measure accuracy, train, distil, learn.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
add_to(app)


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
    typer.echo(f"{decision.outcome} ({decision.language}), {decision.sentiment}, urgency {decision.urgency}")
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
    model: Annotated[str, typer.Option(help="Whether a language model votes: none, or local.")] = "none",
    misses: Annotated[bool, typer.Option(help="Show what was decided wrongly.")] = False,
    nearest: Annotated[bool, typer.Option(help="Show how near the messages come to the catalogue's examples.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Measure the router on labelled messages: accuracy, F1, scope, two requests in one message, tags, time."""
    from assistant.routing.learning.evaluate import evaluate as run
    from assistant.routing.learning.evaluate import read_cases
    from assistant.text.language import dominant_language

    if model not in ("none", "local"):
        raise typer.BadParameter(f"{model!r} is neither 'none' nor 'local'", param_hint="--model")
    parts: Parts = ctx.obj
    voting = {"local_model": "none"} if model == "none" else {}
    parts = parts.with_settings(hosted_base_url="", **voting)
    results = {}
    for path in files:
        cases = read_cases(path, parts.catalogue)
        language = dominant_language(case.text for case in cases)
        figures = run(parts.router, cases, language)
        found: dict[str, Any] = {**_plain(figures), "language": language, "model": model}
        if nearest:
            found["nearest"] = _nearness(parts, [case.text for case in cases], language)
        results[str(path)] = found
        if not as_json:
            typer.echo(f"{path} ({language}, model: {model})\n{_table(figures)}")
            if nearest:
                typer.echo(_near_table(found["nearest"]))
            for miss in figures.misses if misses else ():
                wanted = "+".join(miss.case.intents) or "out_of_scope"
                typer.echo(f"  {wanted} | {miss.case.text} -> {miss.outcome} {'+'.join(miss.decided)}")
    if as_json:
        typer.echo(json.dumps(results, indent=2, ensure_ascii=False))


def _plain(figures: "Figures") -> dict[str, Any]:
    from dataclasses import asdict

    found = {name: value for name, value in asdict(figures).items() if name not in ("misses", "tags")}
    return {**found, "tags": {tag: entry._asdict() for tag, entry in figures.tags.items()}}


def _nearness(parts: "Parts", texts: list[str], language: "Language") -> dict[str, Any]:
    from assistant.routing.intents.copies import nearest_examples, summary

    return summary(nearest_examples(texts, [e.text for e in parts.catalogue.examples if e.language == language]))


def _near_table(found: dict[str, Any]) -> str:
    return (
        f"  distance to the nearest example: least {found['least']:.2f}, 5 % {found['p5']:.2f}, "
        f"median {found['median']:.2f}; near-copies {len(found['copies'])}"
    )


def _table(figures: "Figures") -> str:
    return "\n".join(
        (
            f"  cases {figures.cases}, exactly right {figures.accuracy:.1%}, macro-F1 {figures.macro_f1:.3f}",
            f"  one request {figures.single:.1%}, both of two found {figures.both_found:.1%}",
            f"  out of scope: recall {figures.scope_recall:.1%}, false alarms {figures.false_alarms:.1%}",
            f"  asked back {figures.asked_back:.1%}, offering the right reading {figures.asked_back_right:.1%}",
            f"  milliseconds p50 {figures.p50_ms:.1f}, p95 {figures.p95_ms:.1f}; "
            f"model asked in {figures.asked_model:.1%} of the messages",
            *([_tag_line(figures)] if figures.tags else []),
        )
    )


def _tag_line(figures: "Figures") -> str:
    return "  by tag: " + ", ".join(f"{tag} {found.right:.0%} of {found.cases}" for tag, found in figures.tags.items())
