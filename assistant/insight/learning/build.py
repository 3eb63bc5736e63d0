"""Puts the nightly learning together from a shop's parts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.insight.events.log import Log
from assistant.insight.learning.artefacts import artefacts
from assistant.insight.learning.nightly import Nightly
from assistant.routing.intents.intent import Example
from assistant.routing.learning.refits import taught
from assistant.routing.refitting import Refitting
from assistant.settings import PROJECT_DIR
from assistant.text.language import Language, detect_language

if TYPE_CHECKING:
    from assistant.clock import Clock
    from assistant.insight.satisfaction.serving import Foresight
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.settings import Settings
    from assistant.storage.engine import Database

MEASURED_ON = PROJECT_DIR / "evals" / "routing"


class Needed(Protocol):
    """The parts that it rests on."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def clock(self) -> "Clock": ...
    @property
    def database(self) -> "Database": ...
    @property
    def embeddings(self) -> "CachedEmbeddings": ...
    @property
    def catalogue(self) -> "Catalogue": ...
    @property
    def foresight(self) -> "Foresight": ...


def build_nightly(
    parts: Needed, *, measured_on: Sequence[Example] | None = None, catalogue: "Catalogue | None" = None
) -> Nightly:
    """The nightly learning of a shop.

    Args:
        parts: of the shop.
        measured_on: messages that the student is measured on; None for those of `evals/routing`.
        catalogue: instead of the shop's.
    """
    settings = parts.settings
    catalogue = catalogue if catalogue is not None else parts.catalogue
    known = taught(settings.data_dir, settings.cache_dir)
    return Nightly(
        database=parts.database,
        clock=parts.clock,
        refitting=Refitting(catalogue, parts.embeddings.encoders(), settings.cache_dir, known),
        kept=artefacts(settings.data_dir),
        serving=lambda: parts.foresight.model,
        measured_on=messages_of("dev") if measured_on is None else measured_on,
        log=lambda: Log.open(settings.events_dir, parts.clock),
    )


def messages_of(name: str, folder: Path = MEASURED_ON) -> list[Example]:
    """Labelled messages with one request at most, that the catalogue hasn't seen.

    Args:
        name: `dev` or `exam`.
        folder: holds `NAME_en.jsonl` and `NAME_zh.jsonl`; one that isn't there has no messages.
    """
    found: list[Example] = []
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        path = folder / f"{name}_{language}.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            row = json.loads(line)
            if len(row["intents"]) < 2 and not row.get("last_intent"):
                intent = row["intents"][0] if row["intents"] else ""
                found.append(Example(row["text"], intent, detect_language(row["text"], default=language)))
    return found
