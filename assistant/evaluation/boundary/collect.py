"""Every place where a labelled message may be cut, with what speaks for it, and whether it is the right one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.learning.evaluate import Case, read_cases
from assistant.routing.reading.boundary import Signs
from assistant.routing.router import Router
from assistant.text.language import Language

_ORDINARY = "dev"
_FILES = ("requests", _ORDINARY)


@dataclass(frozen=True)
class Place:
    """A place where one might cut: what speaks for it, and whether both sides are the message's two requests."""

    signs: Signs
    right: bool


@dataclass(frozen=True)
class Message:
    """A message of one request or of two, and the places in it; `ordinary` if it wasn't written to be hard to cut."""

    two: bool
    ordinary: bool
    places: tuple[Place, ...]


def labelled(folder: Path, catalogue: Catalogue) -> dict[Language, list[tuple[Case, bool]]]:
    """The messages of one or two requests that weights are learned on, by language, and which are ordinary.

    Args:
        folder: that of the router's messages, `evals/routing`.

    Raises:
        OperatorError: a file is missing or wrong.
    """
    return {
        language: [
            (case, name == _ORDINARY)
            for name in _FILES
            for case in read_cases(folder / f"{name}_{language}.jsonl", catalogue)
            if len(case.intents) in (1, 2)
        ]
        for language in LANGUAGES
    }


def collect(router: Router, cases: Iterable[tuple[Case, bool]], language: Language) -> Iterator[Message]:
    """One for each case; the flag beside it says whether it is ordinary."""
    for case, ordinary in cases:
        wanted = set(case.intents)
        places = tuple(
            Place(cut.signs, len(wanted) == 2 and {cut.left.reading.intent, cut.right.reading.intent} == wanted)
            for cut in router.possible_cuts(case.text, language)
            if cut.signs is not None
        )
        yield Message(len(wanted) == 2, ordinary, places)
