"""`assistant bench insight media`: voice notes, photos and hostile files through the whole chat."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.parts import Parts
from assistant.cli.practice import Model, practice_house
from assistant.cli.progress import ProgressLine

if TYPE_CHECKING:
    from assistant.media.bench.run import Figures


class Part(StrEnum):
    """What can be measured alone."""

    VOICE = "voice"
    PHOTO = "photo"
    HOSTILE = "hostile"


def media(
    ctx: typer.Context,
    only: Annotated[Part | None, typer.Option(help="Measure this and nothing else.")] = None,
    files: Annotated[int, typer.Option(min=0, help="Only so many of each kind; 0: all.")] = 0,
    voice_model: Annotated[
        str, typer.Option(help="Who hears voice notes: moonshine, or a folder with a Whisper model.")
    ] = "moonshine",
    missed: Annotated[bool, typer.Option("--missed", help="Also print what was not understood.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Speak 30 sentences and send 32 receipts through the chat, confirm what is asked back; then 10 hostile files."""
    import json

    from assistant.clock import FixedClock
    from assistant.evaluation.dialogues.run import NOW, DialogueRunner
    from assistant.media.bench.run import MediaBench
    from assistant.media.reader import MediaReader

    parts: Parts = ctx.obj
    line, clock = ProgressLine(), FixedClock(NOW)
    with practice_house(parts, clock, Model.NONE) as house:
        DialogueRunner(house, clock).reset()
        house.knowledge.sync(house.settings.knowledge_dir)
        settings = house.settings.model_copy(update={"photo": True, "voice_model": voice_model})
        reader = MediaReader(settings, house.prompts)
        try:
            reader.warm_up()
            bench = MediaBench(house, reader, line.show)
            heard = bench.voice(files or None) if only in (None, Part.VOICE) else None
            seen = bench.photo(files or None) if only in (None, Part.PHOTO) else None
            refused, taken = bench.hostile() if only in (None, Part.HOSTILE) else (0, [])
        finally:
            line.end()
            reader.close()
    if as_json:
        parts_of = {"voice": heard and vars(heard), "photo": seen and vars(seen)}
        typer.echo(json.dumps({**parts_of, "refused": refused, "taken": taken}))
        return
    if heard is not None:
        _show("voice notes", heard, missed)
        typer.echo(f"  word errors                    {heard.word_errors:.1%} of {heard.errors[1]} words")
    if seen is not None:
        _show("photos of receipts", seen, missed)
    if refused or taken:
        typer.echo(f"hostile files refused            {refused}/{refused + len(taken)} {', '.join(taken)}".rstrip())


def _show(name: str, figures: "Figures", missed: bool) -> None:
    named = figures.named
    typer.echo(f"{name}, {figures.files}, handled      {figures.handled}/{figures.files}")
    typer.echo(f"  could be read                  {figures.understood}/{figures.files}")
    typer.echo(f"  ids read to the digit          {figures.read}/{named}")
    typer.echo(f"  right order offered            {figures.offered}/{named}")
    typer.echo(f"  asked back before any use      {figures.asked_first}/{named} (those that could be read)")
    typer.echo(f"  anything done with another one {figures.wrong}")
    typer.echo(f"  seconds of reading             p50 {figures.p50}")
    for line in figures.missed if missed else ():
        typer.echo(f"  missed: {line}")
