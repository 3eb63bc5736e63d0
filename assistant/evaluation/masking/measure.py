"""How much personal data the masker finds, and how much that is none it takes for it.

An item counts as masked when none of its letters and digits is left. False is what is masked of harmless things
and of the words around: counted by message.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.evaluation.masking.items import HARMLESS, PERSONAL, Item, ItemMaker
from assistant.text.language import Language
from assistant.text.masking import find_personal


@dataclass
class MaskingFigures:
    """Counts by kind: how many were planted, and which messages went wrong.

    Attributes:
        planted: personal items.
        missed: `(kind, message, item)` where something of the item was left.
        harmless: messages in which nothing is personal, and all words around planted items.
        false: `(kind, message, words)` where words were masked that are not personal.
    """

    planted: dict[str, int] = field(default_factory=dict)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    harmless: dict[str, int] = field(default_factory=dict)
    false: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def masked_share(self) -> float:
        """Of planted items, those that were masked whole."""
        return 1 - len(self.missed) / max(1, sum(self.planted.values()))

    @property
    def false_share(self) -> float:
        """Of harmless messages, those in which something was masked."""
        return len(self.false) / max(1, sum(self.harmless.values()))


def measure(folder: Path, language: Language, *, items: int = 500, seed: int = 7) -> MaskingFigures:
    """Plant `items` personal and as many harmless items, each in a sentence of its own.

    Args:
        folder: holds `items.yaml` and a file of sentences per language.
        language: of the sentences.
        items: of each of the two.
        seed: decides which; the same seed gives the same messages.
    """
    import yaml

    written = yaml.safe_load((folder / "items.yaml").read_text(encoding="utf-8"))
    sentences = yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8"))
    maker = ItemMaker(written, language, seed)
    figures = MaskingFigures()
    for item, start, message in _planted(maker, sentences["planted"], items):
        figures.planted[item.kind] = figures.planted.get(item.kind, 0) + 1
        covered = {at for found in find_personal(message, item.account) for at in range(found.start, found.end)}
        title = item.text.find(item.title) if item.title else 0
        inside = [start + at for at in range(len(item.text)) if not title <= at < title + len(item.title)]
        if any(message[at].isalnum() and at not in covered for at in inside):
            figures.missed.append((item.kind, message, item.text))
        if outside := [at for at in sorted(covered) if at not in inside and message[at].isalnum()]:
            figures.false.append((f"around {item.kind}", message, "".join(message[at] for at in outside)))
    for item, _, message in _harmless(maker, sentences["harmless"], items):
        figures.harmless[item.kind] = figures.harmless.get(item.kind, 0) + 1
        if taken := find_personal(message):
            figures.false.append((item.kind, message, message[taken[0].start : taken[0].end]))
    return figures


def _planted(maker: ItemMaker, carriers: dict[str, list[str]], count: int) -> Iterator[tuple[Item, int, str]]:
    for number in range(count):
        kind = PERSONAL[number % len(PERSONAL)]
        choice = carriers["any"] + 2 * carriers[kind]
        yield _in_sentence(maker.make(kind), choice[(number * 7 + number // len(PERSONAL)) % len(choice)])


def _harmless(maker: ItemMaker, carriers: dict[str, list[str]], count: int) -> Iterator[tuple[Item, int, str]]:
    for number in range(count):
        kind = HARMLESS[number % len(HARMLESS)]
        yield _in_sentence(maker.make(kind), carriers[kind][number // len(HARMLESS) % len(carriers[kind])])


def _in_sentence(item: Item, carrier: str) -> tuple[Item, int, str]:
    before, _, after = carrier.partition("{}")
    return item, len(before), f"{before}{item.text}{after}"
