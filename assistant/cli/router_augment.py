"""`assistant router augment`: a language model writes more examples; the router says which of them it may learn."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.progress import ProgressLine
from assistant.cli.router_data import Data, Out, learned
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.cli.parts import Parts
    from assistant.models.ladder import ModelLadder
    from assistant.text.language import Language


def augment(
    ctx: typer.Context,
    out: Out,
    data: Data = None,
    intents: Annotated[str, typer.Option(help="Only these intents, by comma.")] = "",
    language: Annotated[str, typer.Option(help="Only examples in this language: en or zh.")] = "",
    each: Annotated[int, typer.Option(min=1, help="Messages to be written for an intent in a language.")] = 10,
    sure: Annotated[
        float, typer.Option(min=0, max=1, help="How sure the router must be that a message means its intent.")
    ] = 0.4,
    model: Annotated[str, typer.Option(help="Who writes: local or hosted.")] = "local",
    seed: Annotated[int, typer.Option(help="Of what is shown to the model, and of its random numbers.")] = 0,
) -> None:
    """Let a language model paraphrase examples, and keep what the router agrees with and had not seen.

    Nothing is learned yet: `train --also OUT/kept.jsonl` tries it, and OUT/examples.yaml put into the folder of the
    intents makes it the shop's. A run that was broken off goes on where it stopped.
    """
    from assistant.routing.augmenting.acceptance import accept
    from assistant.routing.augmenting.paraphrases import requests_for
    from assistant.routing.augmenting.store import KEPT, AnswerFile, write_verdicts

    parts: Parts = ctx.obj
    ladder = writing_ladder(parts, model)
    found = learned(parts, data)
    requests = list(
        requests_for(
            found.catalogue,
            parts.prompts,
            each,
            seed=seed,
            intents=_named(intents, found.catalogue.names()),
            languages=_languages(language),
        )
    )
    line = ProgressLine()
    try:
        made = AnswerFile(out).fill(requests, ladder, lambda done, total: line.show("writing messages", done, total))
    finally:
        line.end()
    verdicts = accept(made, found.catalogue, found.judge, sure=sure)
    write_verdicts(out, verdicts)
    reasons = Counter(verdict.why for verdict in verdicts)
    typer.echo(f"{len(verdicts)} messages written for {len({r.intent for r in requests})} intents; {reasons['']} kept")
    for why, count in reasons.most_common():
        if why:
            typer.echo(f"  refused, {why}: {count}")
    typer.echo(f"try them: assistant router train --also {out / KEPT} --out FOLDER")


def writing_ladder(parts: "Parts", model: str) -> "ModelLadder":
    """The language model of that name, with none beside it.

    Raises:
        OperatorError: there is none.
    """
    from assistant.cli.evals.models import chosen

    if model.partition(":")[0] not in ("local", "hosted"):
        raise OperatorError(f"{model!r} can't write messages", fix="--model local or --model hosted")
    ladder = parts.with_settings(**chosen(parts, model).changes).ladder
    if not ladder.rungs:
        raise OperatorError("there is no language model to write messages", fix="assistant models pull")
    return ladder


def _named(words: str, known: "Sequence[str]") -> list[str] | None:
    names = [name.strip() for name in words.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise OperatorError(f"there is no intent {name!r}", fix="assistant intents list")
    return names or None


def _languages(name: str) -> "tuple[Language, ...]":
    languages: dict[str, tuple[Language, ...]] = {"": ("en", "zh"), "en": ("en",), "zh": ("zh",)}
    if name not in languages:
        raise OperatorError(f"there is no language {name!r}", fix="--language en or --language zh")
    return languages[name]
