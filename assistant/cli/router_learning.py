"""The commands of `assistant router` that learn: train, calibrate, distill, export, learn, refit, augment."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.router_augment import augment
from assistant.cli.router_data import Data, Out, learned
from assistant.cli.router_refit import refit
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.cli.parts import Parts


def add_to(app: typer.Typer) -> None:
    """Put the commands into `assistant router`."""
    for command in (train, calibrate, distill, export, learn, refit, augment):
        app.command()(command)


def train(
    ctx: typer.Context,
    out: Out,
    data: Data = None,
    cold: Annotated[bool, typer.Option("--cold", help="Learn without what was embedded or learned before.")] = False,
    also: Annotated[
        Path | None, typer.Option("--also", help="A JSONL file of more examples, such as `augment` writes.")
    ] = None,
) -> None:
    """Train from a folder of labelled examples (or the shop's catalogue) and write the router with its manifest.

    Tells the seconds that it took, and those of the processor, which other programs don't lengthen.
    """
    import tempfile
    import time

    from assistant.routing.learning.export import export as write

    parts: Parts = ctx.obj
    parts.embeddings.warm_up()
    with tempfile.TemporaryDirectory(prefix="cold-") as empty:
        started, used = time.perf_counter(), time.process_time()
        _, trained, catalogue, _ = learned(parts, data, Path(empty) if cold else None, also)
        took, cpu = time.perf_counter() - started, time.process_time() - used
    _summary(write(out, trained, catalogue, parts.embeddings.encoders()), out)
    typer.echo(f"  learned in {took:.1f} s ({cpu:.1f} s of the processor's time)")


def calibrate(ctx: typer.Context, data: Data = None) -> None:
    """Show how the votes are fused and how far probabilities can be trusted, by language and stage."""
    _, trained, _, _ = learned(ctx.obj, data)
    for language, stages in trained.stages.items():
        for stage in stages:
            figures = ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in stage.figures.items())
            typer.echo(f"{language}, {'+'.join(stage.encoders)}: {figures}")
            weights = ", ".join(f"{name} {weight:.2f}" for name, weight in stage.pool.weights.items())
            typer.echo(f"  weights {weights}; out of scope above {stage.scope.threshold:.3f}")


def distill(
    ctx: typer.Context,
    out: Out,
    data: Data = None,
    messages: Annotated[Path | None, typer.Option(help="A file of unlabelled messages, one a line.")] = None,
) -> None:
    """Teach a small linear student (one byte a weight) what the router says; write both with agreement and size."""
    from assistant.routing.learning.distil import distil
    from assistant.routing.learning.export import export as write

    judge, trained, catalogue, held = learned(ctx.obj, data, to_measure=True)
    if not held:
        raise OperatorError("there are no messages to measure the student on", fix="pass --data FOLDER")
    found = distil(judge, catalogue, held, _lines(messages))
    manifest = write(out, trained, catalogue, ctx.obj.embeddings.encoders(), found.student, found.figures())
    typer.echo(
        f"the student reads {found.agreement:.1%} as the router does; right {found.accuracy:.1%}, the router "
        f"{found.teacher_accuracy:.1%}; {found.size_bytes / 1e6:.2f} MB, {found.ms:.2f} ms a message"
    )
    _summary(manifest, out)


def export(ctx: typer.Context, out: Out) -> None:
    """Write the shop's router as it is, with its manifest: data hash, versions, figures."""
    from assistant.routing.learning.export import export as write

    parts: Parts = ctx.obj
    _, trained, catalogue, _ = learned(parts, None)
    _summary(write(out, trained, catalogue, parts.embeddings.encoders()), out)


def learn(
    ctx: typer.Context,
    utterance: Annotated[str, typer.Argument(help="What a customer wrote.")],
    intent: Annotated[str, typer.Argument(help="What it asks for; `out_of_scope` where it is no business of ours.")],
    conversation: Annotated[
        str, typer.Option("--conversation", metavar="ID", help="Where it was said; it is forgotten with that.")
    ] = "",
) -> None:
    """Correct a decision; the next one knows it, here and in every running process. Personal data is masked."""
    parts: Parts = ctx.obj
    account = None
    if conversation:
        from assistant.memory.accounts import account_in

        with parts.database.read() as session:
            account = account_in(session, conversation)
    name = "" if intent == "out_of_scope" else intent
    parts.router.learn(utterance, name, conversation_id=conversation, account=account)
    decision = parts.router.decide(utterance)
    said = " and ".join(found.intent for found in decision.intents) or decision.outcome
    typer.echo(f"{utterance!r} is now read as {said}")


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise OperatorError(f"{path} can't be read: {error.strerror}", fix="pass a text file") from error


def _summary(manifest: dict[str, Any], out: Path) -> None:
    typer.echo(f"{manifest['intents']} intents, {manifest['examples']} examples, data {manifest['data_sha256'][:16]}")
    for name, entry in manifest["files"].items():
        typer.echo(f"  {out / name}: {entry['bytes'] / 1e6:.1f} MB, {entry['sha256'][:16]}")
    typer.echo(f"  held back: {json.dumps(manifest['held_back'])}")
