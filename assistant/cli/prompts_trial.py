"""`assistant prompts trial`: a version answers a share of conversations, and a test tells when that is enough."""

import json
import math
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.trials.verdict import Compared

app = typer.Typer(
    help="Try a version of the prompts on a share of conversations, and compare what comes of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_WORDS = {
    "better": "decided: the candidate is better; assistant prompts promote {name}",
    "worse": "decided: the candidate is worse; assistant prompts trial stop",
    "the same": "decided: no difference that matters; take whichever you like",
    "open": "not decided yet; look as often as you like, that doesn't spoil it",
}


@app.command()
def start(
    ctx: typer.Context,
    version: Annotated[str, typer.Argument(help="The version to try.")],
    share: Annotated[float, typer.Option(min=0.01, max=0.99, help="Of customers who get it.")] = 0.5,
) -> None:
    """Try a version from the server's next start on: always the same customers get it, the others what is served."""
    from assistant.errors import OperatorError
    from assistant.ids import new_id
    from assistant.text.prompt_lint import lint as findings_of
    from assistant.text.trials import Trial

    parts: Parts = ctx.obj
    versions = parts.prompt_versions
    candidate, base = versions.get(version), versions.get("current")
    if candidate.name in versions.names() and any(f.level == "error" for f in findings_of(versions, candidate.name)):
        raise OperatorError(f"version {version!r} has errors", fix=f"assistant prompts lint {version}")
    trial = Trial(
        base=base.name,
        base_hash=versions.keep("current"),
        candidate=candidate.name,
        candidate_hash=versions.keep(version),
        share=share,
        salt=new_id("trial"),
        started=parts.clock.now().isoformat(timespec="seconds"),
    )
    versions.trials.start(trial)
    typer.echo(
        f"from the next start on {share:.0%} of customers are answered with {trial.candidate} {trial.candidate_hash}, "
        f"the others with {trial.base} {trial.base_hash}; assistant prompts trial status"
    )


@app.command()
def status(
    ctx: typer.Context,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell what the trial has shown so far, and whether it is decided. Looking often doesn't spoil it."""
    from assistant.errors import OperatorError
    from assistant.evaluation.trials.outcomes import observations
    from assistant.evaluation.trials.verdict import status_of

    parts: Parts = ctx.obj
    trial = parts.prompt_versions.trials.last()
    if trial is None:
        raise OperatorError("no version was ever on trial", fix="assistant prompts trial start NAME")
    found = status_of(observations(parts.database, trial, parts.clock.now()))
    if json_:
        told = {"candidate": trial.candidate, "base": trial.base, "share": trial.share, "running": trial.running}
        typer.echo(json.dumps({**told, **found.model_dump(mode="json")}, indent=2))
        return
    ran = f"since {trial.started}" if trial.running else f"from {trial.started} to {trial.stopped}"
    typer.echo(f"{trial.candidate} {trial.candidate_hash} on {trial.share:.0%} against {trial.base}, {ran}")
    if trial.running and parts.prompt_versions.get("current").hash != trial.base_hash:
        typer.echo("what is served has changed since the trial began: start another", err=True)
    typer.echo(f"{found.customers} customers, the first conversation of each")
    typer.echo(f"{'outcome':<12}{'base':>14}{'candidate':>14}   difference, 95 % for all of them at every look")
    for outcome in found.outcomes:
        typer.echo(_line(outcome))
    typer.echo(_WORDS[found.verdict].format(name=trial.candidate))


@app.command()
def stop(ctx: typer.Context) -> None:
    """End the trial: from the next message on new conversations get what is served."""
    parts: Parts = ctx.obj
    ended = parts.prompt_versions.trials.stop(parts.clock.now())
    typer.echo(f"{ended.candidate} is no longer on trial; assistant prompts promote {ended.candidate} serves it to all")


def _line(outcome: "Compared") -> str:
    ratio = outcome.outcome == "latency"
    if math.isinf(outcome.low):
        apart = "too few yet"
    elif ratio:
        apart = f"times {outcome.low:.2f} to {outcome.high:.2f}: {outcome.decision}"
    elif outcome.outcome == "rating":
        apart = f"{outcome.low:+.2f} to {outcome.high:+.2f}: {outcome.decision}"
    else:
        apart = f"{100 * outcome.low:+.1f} to {100 * outcome.high:+.1f} points: {outcome.decision}"
    means = [
        f"{_said(outcome.outcome, mean)} ({count})"
        for mean, count in ((outcome.base, outcome.base_count), (outcome.candidate, outcome.candidate_count))
    ]
    return f"{outcome.outcome:<12}{means[0]:>14}{means[1]:>14}   {apart}"


def _said(outcome: str, mean: float) -> str:
    if outcome == "latency":
        return f"{mean:.2f} s"
    return f"{mean:.2f}" if outcome == "rating" else f"{100 * mean:.1f} %"
