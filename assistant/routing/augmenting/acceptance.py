"""Which paraphrases the router may learn from: those whose meaning it agrees with, and which it has not seen before.

A model that is asked for other words also gives other meanings, other languages and the same words again. A
paraphrase is taken when it is in the examples' language, of a message's length, no near-copy of an example or of
another paraphrase, and when the router, which was trained without it, reads it as the intent that it was written for
(filtering by agreement, as in Lin et al. 2023, "Selective In-Context Data Augmentation for Intent Detection").
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol

from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.copies import nearest_examples
from assistant.routing.reading.wording import length
from assistant.text.language import Language, detect_language

Why = Literal["", "another language", "too short or too long", "a near-copy", "read as something else"]
SURE = 0.4
_SHORTEST = 2
_LONGEST = 60


class Paraphrase(NamedTuple):
    """A message that a model wrote for an intent."""

    text: str
    intent: str
    language: Language


class Verdict(NamedTuple):
    """A paraphrase, and why it is not taken; empty where it is."""

    paraphrase: Paraphrase
    why: Why


class Reads(Protocol):
    """A router's judge, trained on the catalogue without the paraphrases."""

    def read(self, texts: Sequence[str], language: Language) -> Sequence["Read"]:
        """How each text is read."""
        ...


class Read(Protocol):
    """What `accept` needs of a reading."""

    @property
    def intent(self) -> str:
        """The most probable intent."""
        ...

    @property
    def probability(self) -> float:
        """Of that intent."""
        ...


def accept(made: Sequence[Paraphrase], catalogue: Catalogue, judge: Reads, *, sure: float = SURE) -> list[Verdict]:
    """A verdict on each paraphrase, in order.

    Args:
        made: of any intents; the first of two near-copies is the one that is taken.
        catalogue: its examples are what the paraphrases may not copy.
        judge: reads as it was taught by `catalogue`.
        sure: the least probability that the router gives to the intent; 0 where agreement is not asked for.
    """
    known: dict[tuple[str, Language], list[str]] = {}
    for example in catalogue.examples:
        known.setdefault((example.intent, example.language), []).append(example.text)
    agreed = _agreed(made, judge, sure)
    verdicts = []
    for one, same in zip(made, agreed, strict=True):
        why: Why = ""
        mine = known.setdefault((one.intent, one.language), [])
        if detect_language(one.text) != one.language:
            why = "another language"
        elif not _SHORTEST <= length(one.text, one.language) <= _LONGEST:
            why = "too short or too long"
        elif not same:
            why = "read as something else"
        elif mine and nearest_examples([one.text], mine)[0].is_copy:
            why = "a near-copy"
        else:
            mine.append(one.text)
        verdicts.append(Verdict(one, why))
    return verdicts


def _agreed(made: Sequence[Paraphrase], judge: Reads, sure: float) -> list[bool]:
    agreed = [sure <= 0] * len(made)
    if sure <= 0:
        return agreed
    for language in sorted({one.language for one in made}):
        rows = [row for row, one in enumerate(made) if one.language == language]
        readings = judge.read([made[row].text for row in rows], language)
        for row, reading in zip(rows, readings, strict=True):
            agreed[row] = reading.intent == made[row].intent and reading.probability >= sure
    return agreed
