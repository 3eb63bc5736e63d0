"""What is wrong, or doubtful, with a catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from assistant.routing.detectors.detector import Matrix
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example
from assistant.text.language import Language

_LEAST_EXAMPLES = 12
_NEARER = 0.1


class Finding(NamedTuple):
    """Something to correct (`error`) or to look at (`warning`)."""

    level: Literal["error", "warning"]
    where: str
    what: str


def lint(catalogue: Catalogue) -> list[Finding]:
    """Duplicates, missing languages, too few examples, slots without a question."""
    return [*_texts(catalogue), *_duplicates(catalogue), *_slots(catalogue)]


def misplaced(catalogue: Catalogue, vectors: Mapping[Language, Matrix]) -> list[Finding]:
    """Examples that are nearer to an example of another intent than to any other of their own, worst first.

    Args:
        vectors: by language, a unit vector for each example of that language, in the catalogue's order.
    """
    found: list[tuple[float, Finding]] = []
    for language in LANGUAGES:
        examples = [example for example in catalogue.examples if example.language == language]
        found += _nearer_elsewhere(examples, vectors[language])
    return [finding for _, finding in sorted(found, key=lambda entry: -entry[0])]


def _texts(catalogue: Catalogue) -> Iterator[Finding]:
    for intent in catalogue:
        for language in LANGUAGES:
            count = len(intent.examples[language])
            if count == 0:
                yield Finding("error", intent.name, f"no example in {language!r}")
            elif count < _LEAST_EXAMPLES:
                yield Finding("warning", intent.name, f"only {count} examples in {language!r}")
        if intent.description.en == intent.description.zh:
            yield Finding("error", intent.name, "the description is the same in both languages")
        for name in intent.confused_with:
            if name == intent.name:
                yield Finding("error", intent.name, "confused_with names the intent itself")
    for language in LANGUAGES:
        if not catalogue.out_of_scope[language]:
            yield Finding("warning", "out_of_scope", f"no example in {language!r}: nothing teaches what lies outside")


def _duplicates(catalogue: Catalogue) -> Iterator[Finding]:
    first: dict[str, Example] = {}
    for example in catalogue.examples:
        key = "".join(character for character in example.text.casefold() if character.isalnum())
        known = first.setdefault(key, example)
        if known is example:
            continue
        where = example.intent or "out_of_scope"
        if known.intent != example.intent:
            other = known.intent or "out_of_scope"
            yield Finding("error", where, f"{example.text!r} is also an example of {other}")
        else:
            yield Finding("warning", where, f"{example.text!r} stands twice")


def _slots(catalogue: Catalogue) -> Iterator[Finding]:
    used = {name for intent in catalogue for name in intent.slots}
    for name, slot in catalogue.slots.items():
        if not slot.question:
            yield Finding("error", f"slot {name}", "has no question")
        if slot.type == "choice" and not slot.choices:
            yield Finding("error", f"slot {name}", "is a choice without choices")
        if name not in used:
            yield Finding("warning", f"slot {name}", "belongs to no intent")


def _nearer_elsewhere(examples: Sequence[Example], vectors: Matrix) -> Iterator[tuple[float, Finding]]:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    intents = np.array([example.intent for example in examples])
    for row, example in enumerate(examples):
        own = intents == example.intent
        own[row] = False
        inside = cosines[row][own].max(initial=-1.0)
        nearest = int(np.where(intents != example.intent, cosines[row], -1.0).argmax())
        gap = float(cosines[row][nearest] - inside)
        if gap > _NEARER:
            other = examples[nearest]
            what = f"{example.text!r} is nearer to {other.intent or 'out_of_scope'}: {other.text!r} (by {gap:.2f})"
            yield gap, Finding("warning", example.intent or "out_of_scope", what)
