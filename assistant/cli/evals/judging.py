"""`assistant eval judge check`, and the judge of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.evaluation.suites.assertions.judge import Judge
    from assistant.evaluation.suites.cases.forms import Case

_WEAK_KAPPA = 0.6


@dataclass(frozen=True)
class JudgeOfRun:
    """A judge, and a hash of the model and the prompt that its verdicts depend on."""

    judge: "Judge"
    fingerprint: str


def check(
    ctx: typer.Context,
    model: Annotated[str, typer.Option(help="The judge: local, local:NAME, hosted or hosted:NAME.")] = "local",
    labelled: Annotated[Path | None, typer.Option(help="JSONL of labelled replies; the project's own.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell how far a judge agrees with labels that people gave; a weak judge ends with exit code 1."""
    from assistant.cli.evals.places import cases_root
    from assistant.evaluation.suites.assertions.judge import agreement, read_labelled

    items = read_labelled(labelled or cases_root(None) / "judge" / "labelled.jsonl")
    found = agreement(_made(ctx.obj, model).judge, items)
    weak = found.kappa < _WEAK_KAPPA
    if json_:
        typer.echo(found.model_dump_json(indent=2))
    else:
        typer.echo(f"judge {model}, prompt {found.prompt}")
        typer.echo(f"agrees with {found.agreed} of {found.items} labels ({found.share:.1%}), kappa {found.kappa:.2f}")
        for title, statements in (
            ("called true, is false", found.wrong_yes),
            ("called false, is true", found.wrong_no),
        ):
            typer.echo(f"{title}: {len(statements)}")
            for statement in statements:
                typer.echo(f"  {statement}")
        typer.echo("too weak to decide anything alone" if weak else "good enough to be a second opinion")
    if weak:
        raise typer.Exit(1)


def judge_of(parts: "Parts", model: str, cases: "Sequence[Case]") -> JudgeOfRun | None:
    """The judge of a run; None where no case makes statements.

    Raises:
        CaseError: cases make statements, and no judge was named.
    """
    from assistant.evaluation.suites.cases.yaml_lines import CaseError
    from assistant.evaluation.suites.running.fingerprint import stimulus

    judged = [case.name for case in cases if any(stimulus(case)["judge"])]
    if not judged:
        return None
    if not model:
        raise CaseError(f"{judged[0]} has statements to be judged", fix="--judge local, or hosted")
    return _made(parts, model)


def _made(parts: "Parts", model: str) -> JudgeOfRun:
    from assistant.cli.evals.models import chosen
    from assistant.errors import OperatorError
    from assistant.evaluation.suites.assertions.judge import Judge
    from assistant.evaluation.suites.running.fingerprint import digest

    picked = chosen(parts, model)
    ladder = parts.with_settings(**picked.changes).ladder
    if not ladder.rungs:
        raise OperatorError(f"the model {model!r} can't judge", fix="--model local, or hosted")
    judge = Judge(ladder, parts.prompts)
    return JudgeOfRun(judge, digest([picked.model.fingerprint, judge.prompt_hash]))
