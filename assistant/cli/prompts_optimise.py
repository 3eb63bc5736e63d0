"""`assistant prompts optimise`: search, measure on cases that the search has not seen, propose a version."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.evals.candidates import CandidateBench
    from assistant.cli.parts import Parts

_WRITTEN = 4
"""Instructions that a model writes."""


def optimise(
    ctx: typer.Context,
    prompt: Annotated[str, typer.Argument(help="The prompt, such as agents/orders.")],
    train: Annotated[str, typer.Option(help="Suite that the search looks at.")],
    held: Annotated[str, typer.Option(help="Suite that it doesn't see; what is found is measured on it.")],
    name: Annotated[str, typer.Option(help="Of the version that is proposed.")],
    model: Annotated[str, typer.Option(help="none, local or hosted: the model that the prompt is for.")] = "local",
    instructions: Annotated[
        Path | None,
        typer.Option(help="Instructions to try, with lines of --- between; else the model writes some."),
    ] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="At most so many cases of each suite.")] = None,
    candidates: Annotated[int, typer.Option(min=1, help="Prompts tried in a round.")] = 12,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, each from the best prompt so far.")] = 2,
    seed: Annotated[int, typer.Option(help="Of samples and of what is tried.")] = 7,
    cases: Annotated[Path | None, typer.Option(help="Folder of suites; the project's own.")] = None,
) -> None:
    """Search few-shot examples and instructions for one prompt, and propose a version with its diff on held-out cases.

    Examples are what customers said and which tool was rightly called, of training cases that pass. A version is
    proposed and never promoted. Exit code 1: nothing better was found, or it is worse on the held-out cases; cases of
    training are never held out.
    """
    from assistant.cli.evals.candidates import CandidateBench
    from assistant.cli.evals.comparing import lines_of
    from assistant.cli.evals.models import chosen
    from assistant.cli.evals.places import cases_root
    from assistant.cli.evals.progress import quiet
    from assistant.evaluation.optimise.halving import search
    from assistant.evaluation.optimise.moves import Candidate, examples_of
    from assistant.evaluation.suites.cases.choosing import Choice, choose
    from assistant.evaluation.suites.cases.reading import read_suites
    from assistant.evaluation.suites.diff.compare import compare

    parts: Parts = ctx.obj
    versions = parts.prompt_versions
    served = versions.get("current")
    path = versions.path_in(served, prompt)
    base = Candidate(served.files[path].read_text(encoding="utf-8"))
    root = cases_root(cases)
    picked = Choice(sample=sample, seed=seed)
    suites = {suite.name: suite.cases for suite in read_suites(root, (train, held))}
    training = choose(suites[train], picked)
    known = {case.name for case in training}
    unseen = choose([case for case in suites[held] if case.name not in known], picked)
    with tempfile.TemporaryDirectory(prefix="optimise-") as folder, quiet():
        bench = CandidateBench(parts, chosen(parts, model), path, Path(folder))
        first = bench.run([base], training)
        words = _read(instructions) if instructions else _written(parts, bench, base.text)
        found = search(
            base,
            training,
            bench.shares,
            instructions=words,
            examples=examples_of(first.results()),
            candidates=candidates,
            rounds=rounds,
            seed=seed,
        )
        typer.echo(
            f"{found.tried} prompts tried in {found.runs} runs of cases: {found.base.share:.1%} as it is, "
            f"{found.best.share:.1%} at best ({found.best.candidate.how})"
        )
        if found.best.share <= found.base.share:
            typer.echo("nothing better was found on the training cases; no version is proposed")
            raise typer.Exit(1)
        run = bench.run([base, found.best.candidate], unseen)
        old, new = (bench.name_of(each) for each in (base, found.best.candidate))
        difference = compare((run, old, ""), (run, new, ""))
    typer.echo(f"on {len(unseen)} held-out cases:")
    for line in lines_of(difference)[2:]:
        typer.echo(line)
    if difference.regression or difference.new_rate < difference.base_rate:
        typer.echo("it does not hold on cases that the search has not seen; no version is proposed")
        raise typer.Exit(1)
    note = (
        f"found by optimise: {found.best.candidate.how}; {train} {found.base.share:.1%} to {found.best.share:.1%}, "
        f"held out {held} {difference.base_rate:.1%} to {difference.new_rate:.1%}"
    )
    made = versions.new(name, note=note, paths=(path,), like=served.name)
    assert made.folder is not None, "a new version has a folder"
    (made.folder / path).write_text(found.best.candidate.text, encoding="utf-8")
    typer.echo(f"proposed as {name}: assistant prompts diff {served.name} {name}; assistant prompts trial start {name}")


def _written(parts: "Parts", bench: "CandidateBench", text: str) -> list[str]:
    """Other instructions, by the model that the prompt is for; none where there is no model."""
    from pydantic import BaseModel, Field

    from assistant.evaluation.optimise.moves import first_paragraph

    class Rewritings(BaseModel):
        """Other versions of the instructions."""

        rewritings: list[str] = Field(max_length=_WRITTEN)

    old = first_paragraph(text)
    with bench.ladder() as ladder:
        if not old or not ladder.rungs:
            return []
        asked = parts.prompts.render("judge/rewrite", instructions=old, count=_WRITTEN)
        found = ladder.with_structured_output(Rewritings).invoke(asked)
    told = found if isinstance(found, Rewritings) else Rewritings.model_validate(found)
    return [words for words in told.rewritings if words.strip()]


def _read(path: Path) -> list[str]:
    return [words.strip() for words in path.read_text(encoding="utf-8").split("\n---\n") if words.strip()]
