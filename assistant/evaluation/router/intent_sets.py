"""Public sets of labelled messages: a folder of JSONL files, one `{"text", "intent"}` a line.

`train.jsonl`; splits with few examples an intent as `train_5.jsonl` (else they are drawn by seed); `valid.jsonl`
or `val.jsonl`; `test.jsonl`; messages out of scope in `oos_train.jsonl`, `oos_val.jsonl`, `oos_test.jsonl`, or
under one of the usual names of such an intent in the other files.
"""

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.errors import OperatorError
from assistant.routing.detectors.detector import OUT
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import ByLanguage, Intent, ListByLanguage
from assistant.text.language import detect_language

Split = Literal["valid", "test"]
FULL = 0
"""As a number of shots: all training examples."""
_SPLITS: dict[Split, tuple[str, ...]] = {"valid": ("valid", "val", "validation", "dev"), "test": ("test",)}
_OUTSIDE = {"", "oos", "ood", "none", "outofscope", "outofdomain", "outside", "unknown", "null", "nointent"}


class Labelled(NamedTuple):
    """A message and its intent; empty for messages out of scope."""

    text: str
    intent: str


@dataclass(frozen=True)
class IntentSet:
    """A data set.

    Args:
        train: examples to learn from.
        few: the few-shot splits that came with the set, by examples an intent.
        held: the messages to measure on.
    """

    name: str
    train: tuple[Labelled, ...]
    few: dict[int, tuple[Labelled, ...]]
    held: tuple[Labelled, ...]

    @property
    def intents(self) -> tuple[str, ...]:
        """Names of the intents, as they first occur in the training examples."""
        return tuple(dict.fromkeys(example.intent for example in self.train if example.intent))

    def sample(self, shots: int, seed: int) -> tuple[Labelled, ...]:
        """`shots` examples of each intent; seed 0 is the split that came with the set, where there is one.

        Out of scope counts as one more intent. `FULL` gives all examples, whatever the seed.
        """
        if shots == FULL:
            return self.train
        if seed == 0 and shots in self.few:
            return self.few[shots]
        groups: dict[str, list[Labelled]] = {}
        for example in self.train:
            groups.setdefault(example.intent, []).append(example)
        drawn = random.Random(f"{self.name}-{shots}-{seed}")
        return tuple(one for group in groups.values() for one in drawn.sample(group, min(shots, len(group))))


def read_set(folder: Path, split: Split = "valid", *, to_measure: bool = True) -> IntentSet:
    """Read a data set.

    Args:
        split: the messages to measure on.
        to_measure: False leaves them out; a set may be only learned from, and needs none then.

    Raises:
        OperatorError: the folder lacks a file, or a line is no labelled message.
    """
    train = _read(folder / "train.jsonl")
    names = _SPLITS[split] if to_measure else ()
    path = next((p for name in names if (p := folder / f"{name}.jsonl").is_file()), None)
    if path is None and to_measure:
        wanted = " or ".join(f"{name}.jsonl" for name in names)
        others = ", ".join(file.name for file in sorted(folder.glob("*.jsonl")))
        raise OperatorError(
            f"{folder} has no {wanted} to measure on, only {others}", fix=f"write {folder / names[0]}.jsonl"
        )
    held = _read(path) if path else []
    for name in names:
        held += _read_outside(folder / f"oos_{name}.jsonl")
    train += _read_outside(folder / "oos_train.jsonl")
    few = {
        int(found[1]): tuple(_read(path))
        for path in sorted(folder.glob("train_*.jsonl"))
        if (found := re.fullmatch(r"train_(\d+)", path.stem))
    }
    return IntentSet(folder.resolve().name, tuple(dict.fromkeys(train)), few, tuple(held))


def catalogue_of(examples: Sequence[Labelled], intents: Iterable[str] = ()) -> tuple[Catalogue, dict[str, str]]:
    """A catalogue that holds nothing but labelled examples, as a shop's or a bank's would be read from files.

    Args:
        intents: their order; those without an example are left out.

    Returns:
        the catalogue, and the name of each intent in it (letters, digits and underscores only).
    """
    wanted = dict.fromkeys([*intents, *(example.intent for example in examples)])
    groups: dict[str, list[str]] = {intent: [] for intent in wanted}
    for text, intent in dict.fromkeys(examples):
        groups[intent].append(text)
    names: dict[str, str] = {}
    entries = []
    for intent, texts in groups.items():
        if not texts or intent == OUT:
            continue
        base = re.sub(r"\W+", "_", intent.casefold()).strip("_") or "intent"
        name = base if base[0].isalpha() and base.isascii() else f"intent_{len(names)}"
        names[intent] = name if name not in names.values() else f"{name}_{len(names)}"
        words = spoken(intent)
        entries.append(
            Intent(
                name=names[intent],
                agent="bench",
                titles=ByLanguage(en=words, zh=words),
                description=ByLanguage(en=words, zh=words),
                examples=_by_language(texts),
            )
        )
    return Catalogue(entries, out_of_scope=_by_language(groups.get(OUT, []))), names


def spoken(intent: str) -> str:
    """An intent's name in words: `Refund_not_showing_up` as "refund not showing up"."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", intent)).strip().lower() or intent


def _by_language(texts: Sequence[str]) -> ListByLanguage:
    languages = [detect_language(text) for text in texts]
    return ListByLanguage(
        **{lang: tuple(t for t, own in zip(texts, languages, strict=True) if own == lang) for lang in LANGUAGES}
    )


def _read_outside(path: Path) -> list[Labelled]:
    return [Labelled(example.text, OUT) for example in _read(path)] if path.is_file() else []


def _read(path: Path) -> list[Labelled]:
    examples = []
    for _, text, intent in labelled_lines(path, fix="pass --data FOLDER"):
        outside = re.sub(r"[\W_]+", "", intent.casefold()) in _OUTSIDE
        examples.append(Labelled(text, OUT if outside else intent))
    return examples


def labelled_lines(path: Path, *, fix: str) -> list[tuple[int, str, str]]:
    """Number, text and intent of the lines of a JSONL file, `{"text", "intent"}` each; empty lines are left out.

    Args:
        path: of the file.
        fix: what to do where it can't be read.

    Raises:
        OperatorError: it can't be read, or a line is no labelled message.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise OperatorError(f"{path} can't be read: {error.strerror}", fix=fix) from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            found.append((number, str(data["text"]), str(data["intent"])))
        except (ValueError, KeyError, TypeError) as error:
            raise OperatorError(
                f"{path}:{number} is no labelled message: {error!r}", fix='write {"text": "...", "intent": "..."}'
            ) from error
    return found
