"""`assistant insight discover`: what customers ask and no intent serves, as proposals for new intents."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.parts import Parts
from assistant.errors import OperatorError

if TYPE_CHECKING:
    from assistant.models.embeddings.encoder import Encoder, Vectors

_SHOWN = 4
_BATCH = 64
_EACH = 20


def discover(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Messages, one a line; none: those that customers wrote in the chat.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the proposals to this file, to be looked through.")] = None,
    proposals: Annotated[Path | None, typer.Option(help="A file of proposals, for --accept.")] = None,
    accept: Annotated[str, typer.Option(metavar="NAME", help="Take this proposal into the catalogue.")] = "",
    agent: Annotated[str, typer.Option(help="The agent that serves the accepted intent.")] = "faq",
    least: Annotated[int, typer.Option(min=2, help="Messages that a proposal has at least.")] = 5,
) -> None:
    """Propose new intents from what no intent serves.

    Messages that ask the same are grouped and shown with a name and examples, the surest group first. They are
    masked. A file of proposals holds customers' words: delete it when you are done.
    """
    parts: Parts = ctx.obj
    if accept:
        from assistant.insight.behaviour.proposals import accept as take

        if proposals is None:
            raise OperatorError("no file of proposals was named", fix="pass --proposals FILE")
        written = take(accept, proposals, parts.prompts.folder / "intents", agent)
        typer.echo(f"{accept} is an intent now, in {written}; the router learns it at its next start")
        return
    texts, unserved = _of_file(parts, file) if file is not None else _of_chat(parts)
    if not texts:
        typer.echo("no messages: no customer wrote yet; a file with one message a line may be passed")
        return
    if not unserved:
        typer.echo(f"{len(texts)} messages, all served")
        return
    entries = _entries(parts, texts, unserved, least)
    for entry in entries:
        like = f"; nearest is {entry['nearest_intent']}" if entry["nearest_intent"] else ""
        typer.echo(f"{entry['messages']:>4}  {entry['name']}  ({entry['unserved']} of them unserved{like})")
        for example in [text for examples in entry["examples"].values() for text in examples][:_SHOWN]:
            typer.echo(f"        - {example}")
    typer.echo(f"{len(texts)} messages, {len(unserved)} unserved, {len(entries)} proposals")
    if out is not None:
        from assistant.insight.behaviour.proposals import write_proposals

        write_proposals(entries, out)
        typer.echo(f"written to {out}; accept one with: assistant insight discover --proposals {out} --accept NAME")


def _entries(parts: Parts, texts: Sequence[str], unserved: Sequence[int], least: int) -> list[dict[str, Any]]:
    from collections import Counter

    from assistant.insight.behaviour.discovery import Known, fineness, joined
    from assistant.insight.behaviour.discovery import discover as grouped
    from assistant.insight.behaviour.proposals import proposals_of
    from assistant.routing.reading.cues import load_cues
    from assistant.text.language import detect_language

    languages = {detect_language(text) for text in texts}
    seen: Counter[str] = Counter()
    examples = []
    for example in parts.catalogue.examples:
        if example.intent and example.language in languages and seen[example.intent] < _EACH:
            seen[example.intent] += 1
            examples.append(example)
    encoders = {name: _in_batches(encoder) for name, encoder in parts.embeddings.encoders().items()}
    vectors = joined([*texts, *(example.text for example in examples)], encoders)
    known = Known(vectors[len(texts) :], tuple(example.intent for example in examples))
    alike = fineness(known.vectors, known.intents, _EACH)
    found = grouped(vectors[: len(texts)], unserved, alike, least, known)
    return proposals_of(found, texts, load_cues().language["en"].stop_words)


def _in_batches(encoder: "Encoder") -> Any:
    import numpy as np

    def embed(texts: Sequence[str]) -> "Vectors":
        parts = [encoder.embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts)

    return embed


def _of_file(parts: Parts, file: Path) -> tuple[list[str], list[int]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file} can't be read: {error}", fix="pass a text file, one message a line") from error
    texts = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    return texts, [row for row, text in enumerate(texts) if parts.router.decide(text).outcome != "routed"]


def _of_chat(parts: Parts) -> tuple[list[str], list[int]]:
    from sqlalchemy import select

    from assistant.storage.conversation_tables import MessageRow, TurnRow
    from assistant.text.masking import mask_for_good

    query = (
        select(MessageRow.text, TurnRow.decision)
        .join(TurnRow, TurnRow.turn_id == MessageRow.turn_id)
        .where(MessageRow.author == "customer")
        .order_by(MessageRow.at, MessageRow.message_id)
    )
    outcomes: dict[str, str] = {}
    with parts.database.read() as session:
        for text, decision in session.execute(query):
            outcomes[mask_for_good(text)] = str((decision or {}).get("outcome", "routed"))
    return list(outcomes), [row for row, outcome in enumerate(outcomes.values()) if outcome != "routed"]
