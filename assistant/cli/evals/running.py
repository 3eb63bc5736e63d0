"""`assistant eval run` and `resume`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.suites.cases.choosing import Choice
    from assistant.evaluation.suites.running.run import Outcome

_LIST = "comma-separated"


def run(
    ctx: typer.Context,
    suites: Annotated[list[str] | None, typer.Argument(help="Suites; all with cases of their own if none.")] = None,
    prompts: Annotated[str, typer.Option(help=f"Versions of the prompts, {_LIST}; `current` is served.")] = "current",
    models: Annotated[
        str, typer.Option(help=f"none, local, local:NAME, hosted, attacker, each with +setting=value; {_LIST}.")
    ] = "none",
    repeat: Annotated[int, typer.Option(min=1, help="Times that each case is run.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Cases at the same time, each in a house of its own.")] = 1,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only cases with this tag, kind or language; -tag: without.")
    ] = None,
    match: Annotated[str, typer.Option(help="Only cases whose name or behaviour holds this regular expression.")] = "",
    sample: Annotated[int | None, typer.Option(min=1, help="At most so many cases, drawn at random.")] = None,
    seed: Annotated[int, typer.Option(help="Of the sample; the same seed draws the same cases.")] = 7,
    failed_from: Annotated[str, typer.Option(help="Only cases that failed in this run.")] = "",
    errors_from: Annotated[str, typer.Option(help="Only cases that ended with an error in this run.")] = "",
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share that must pass; else each suite's.")
    ] = None,
    name: Annotated[
        str, typer.Option("--run", help="Name of the run; an unfinished one of this name is resumed.")
    ] = "",
    max_seconds: Annotated[float | None, typer.Option(help="Stop after so many seconds.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Stop after so many tokens of models.")] = None,
    max_cost: Annotated[float | None, typer.Option(help="Stop after so much money, by the prices.")] = None,
    price_in: Annotated[float, typer.Option(help="Price of a million tokens read.")] = 0.0,
    price_out: Annotated[float, typer.Option(help="Price of a million tokens written.")] = 0.0,
    judge: Annotated[str, typer.Option(help="The model that judges statements about replies: local or hosted.")] = "",
    simulator: Annotated[
        str, typer.Option(help="Who plays simulated customers: scripted, local or hosted; a model is held to its card.")
    ] = "scripted",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Run everything, whatever was seen before.")] = False,
    cases: Annotated[Path | None, typer.Option(help="Folder of suites; the project's own.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here, one HTML file.")] = None,
) -> None:
    """Run cases over versions of the prompts and models; what was seen before comes from the cache."""
    arguments = {key: value for key, value in locals().items() if key not in ("ctx", "name", "cases")}
    for key in ("junit", "html"):
        arguments[key] = str(arguments[key]) if arguments[key] else None
    arguments["cases"] = str(cases.resolve()) if cases else None
    go(ctx.obj, name, arguments)


def resume(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The run; the last one.")] = "latest",
) -> None:
    """Go on with a run that was stopped or killed: what has a result is not run again, errors are."""
    from assistant.cli.evals.places import runs_of

    parts: Parts = ctx.obj
    found = runs_of(parts).get(name)
    go(parts, found.name, found.manifest.arguments)


def go(parts: "Parts", name: str, given: dict[str, Any]) -> None:
    """Run what the arguments of `run` ask for, under this name or one made of the time, and tell and exit."""
    from assistant.cli.evals.benches import PartsBenches
    from assistant.cli.evals.judging import judge_of
    from assistant.cli.evals.models import chosen
    from assistant.cli.evals.outputs import tell_attacks, write_outputs
    from assistant.cli.evals.places import cache_of, cases_root, runs_of
    from assistant.cli.evals.players import player_of
    from assistant.cli.evals.progress import RunProgress, quiet
    from assistant.evaluation.suites.cases.choosing import choose
    from assistant.evaluation.suites.cases.reading import read_suites
    from assistant.evaluation.suites.cases.twins import twins
    from assistant.evaluation.suites.figures.summary import summarise
    from assistant.evaluation.suites.running.fingerprint import code_hash, digest, folder_hash
    from assistant.evaluation.suites.running.matrix import Matrix, Prompts
    from assistant.evaluation.suites.running.results import Manifest
    from assistant.evaluation.suites.running.run import Limits, Runner

    suites = read_suites(cases_root(Path(given["cases"]) if given["cases"] else None), given["suites"] or ())
    picked = choose([case for suite in suites for case in suite.cases], _choice(parts, given))
    if given.get("twins"):
        picked = (*picked, *twins(picked))
    versions = parts.prompt_versions
    prompts = []
    for word in _words(given["prompts"]):
        version = versions.get(word)
        versions.keep(word)
        prompts.append(Prompts(version.name, version.hash))
    chosen_models = {model.model.name: model for model in (chosen(parts, word) for word in _words(given["models"]))}
    code = code_hash()
    said_by = judge_of(parts, given.get("judge") or "", picked)
    played_by = player_of(parts, given.get("simulator") or "scripted", picked)
    matrix = Matrix(
        cases=picked,
        prompts=tuple(dict.fromkeys(prompts)),
        models=tuple(model.model for model in chosen_models.values()),
        repeat=given["repeat"],
        world=digest(
            [
                code,
                folder_hash(parts.settings.knowledge_dir),
                said_by.fingerprint if said_by else "",
                *([played_by.fingerprint] if played_by else []),
            ]
        ),
    )
    fixed = given["threshold"]
    manifest = Manifest(
        suites=tuple(suite.name for suite in suites),
        prompts={each.name: each.hash for each in matrix.prompts},
        models={each.name: each.fingerprint for each in matrix.models},
        repeat=matrix.repeat,
        cases=digest([case.model_dump(mode="json", by_alias=True) for case in picked]),
        count=len(picked),
        thresholds=_thresholds(suites, fixed),
        arguments=given,
        started=parts.clock.now(),
        code=code,
    )
    run = runs_of(parts).new(name or _named(parts.clock.now()))
    run.begin(manifest)
    limits = Limits(*(given[key] for key in ("max_seconds", "max_tokens", "max_cost", "price_in", "price_out")))
    with quiet(), RunProgress(len(matrix)) as progress, PartsBenches(parts, chosen_models, played_by) as benches:
        cache = None if given["no_cache"] else cache_of(parts)
        runner = Runner(
            run,
            cache,
            benches,
            limits=limits,
            jobs=given["jobs"],
            on_result=progress,
            judge=said_by.judge if said_by else None,
        )
        outcome = runner(matrix)
    if given.get("twins"):
        _exit(outcome, tell_attacks(run, as_json=given["json_"]))
        return
    figures = summarise(run.name, run.results(), manifest.thresholds, (limits.price_in, limits.price_out))
    write_outputs(run, figures, as_json=given["json_"], junit=given["junit"], html=given["html"])
    _exit(outcome, figures.below())


def _exit(outcome: "Outcome", below: list[str]) -> None:
    """End with what the outcome means."""
    if outcome.stopped:
        typer.echo(f"stopped: {outcome.stopped}; go on: assistant eval resume", err=True)
    for line in below:
        typer.echo(line, err=True)
    if outcome.counts["invalid"]:
        typer.echo(f"{outcome.counts['invalid']} cases can't be run as they stand", err=True)
        raise typer.Exit(2)
    if outcome.counts["error"] or outcome.stopped:
        raise typer.Exit(3)
    if below:
        raise typer.Exit(1)


def _thresholds(suites: Any, fixed: float | None) -> dict[str, float]:
    """By the suite that a case lies in; a suite that is made of others' cases holds them to its own."""
    found: dict[str, float] = {}
    for suite in suites:
        wanted = fixed if fixed is not None else suite.entry.threshold
        for name in dict.fromkeys(case.suite for case in suite.cases):
            found[name] = max(wanted, found.get(name, 0.0))
    return found


def _choice(parts: "Parts", given: dict[str, Any]) -> "Choice":
    from assistant.cli.evals.places import runs_of
    from assistant.evaluation.suites.cases.choosing import Choice

    only: set[str] | None = None
    for key, statuses in (("failed_from", ("fail",)), ("errors_from", ("error", "invalid"))):
        if given[key]:
            found = runs_of(parts).get(given[key]).results()
            only = (only or set()) | {result.case for result in found if result.status in statuses}
    return Choice(
        tags=tuple(given["tag"] or ()),
        match=given["match"],
        sample=given["sample"],
        seed=given["seed"],
        only=None if only is None else frozenset(only),
    )


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _named(now: datetime) -> str:
    return now.strftime("%Y-%m-%d-%H%M%S")
