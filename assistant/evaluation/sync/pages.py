"""Pages of an invented shop in editions that differ in every passage, and questions that they answer."""

import random
from pathlib import Path

_THINGS = (
    "kettle lamp speaker chair keyboard blanket charger monitor toaster suitcase bottle printer drill tent watch mixer "
    "heater mattress scooter camera"
).split()
_PARTS = "lid cable filter battery cover handle strap lens wheel hinge".split()
_QUESTIONS = (
    "How long is the warranty on the {part} of {thing} model {number}?",
    "what does a spare {part} for the {thing} {number} cost",
    "Can I send back the {thing} {number} when the {part} is broken?",
    "my {thing} {number} has a loose {part}, what now?",
)
EDITIONS = ("first", "second")


def edition_of(text: str) -> str:
    """The edition that a passage belongs to."""
    return next(edition for edition in EDITIONS if f"In the {edition} edition" in text)


def write_pages(folder: Path, count: int, edition: str) -> None:
    """Write `count` pages of one passage each; those of the other edition are replaced."""
    for number in range(count):
        thing, part = _THINGS[number % len(_THINGS)], _PARTS[number // len(_THINGS) % len(_PARTS)]
        target = folder / f"{number // 500:03d}" / "en" / f"model-{number}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"---\ntitle: {thing.capitalize()} model {number}\ntopic: {thing}\n---\n## The {part}\n"
            f"In the {edition} edition the {part} of {thing} model {number} has {number % 36 + 1} months of warranty; "
            f"a spare one costs ${number % 80 + 5}.\n",
            encoding="utf-8",
        )


def questions(count: int, pages: int, seed: int) -> list[str]:
    """`count` questions about some of the pages, always the same for a seed."""
    chance = random.Random(seed)
    asked = []
    for _ in range(count):
        number = chance.randrange(pages)
        words = chance.choice(_QUESTIONS)
        thing, part = _THINGS[number % len(_THINGS)], _PARTS[number // len(_THINGS) % len(_PARTS)]
        asked.append(words.format(thing=thing, part=part, number=number))
    return asked
