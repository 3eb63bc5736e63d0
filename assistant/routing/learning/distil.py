"""Distils a router: the student learns what the whole router says of messages, and is measured beside it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assistant.routing.detectors.detector import OUT, Scores
from assistant.routing.fusion.judge import Judge
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.learning.student import Student, teach
from assistant.text.language import Language, detect_language

_READ_AT_ONCE = 64
_LABEL = 0.5


class Labelled(Protocol):
    """A message and its intent; empty for messages out of scope."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def intent(self) -> str:
        """What it asks for."""


@dataclass(frozen=True)
class Distilled:
    """A student and what it is worth.

    Args:
        agreement: share of the messages to measure on that it reads as its teacher does.
        accuracy: and `teacher_accuracy`, over those of them that have a label.
        size_bytes: of its weights.
        ms: for one message.
    """

    student: Student
    agreement: float
    accuracy: float
    teacher_accuracy: float
    size_bytes: int
    ms: float

    def figures(self) -> dict[str, float]:
        """Everything but the student."""
        return {
            "agreement": round(self.agreement, 4),
            "student_accuracy": round(self.accuracy, 4),
            "teacher_accuracy": round(self.teacher_accuracy, 4),
            "student_bytes": self.size_bytes,
        }


def distil(
    judge: Judge,
    catalogue: Catalogue,
    held: Sequence[Labelled],
    unlabelled: Sequence[str] = (),
    language: Language | None = None,
) -> Distilled:
    """Teach a student by the catalogue's examples, and by messages without a label where there are any.

    Args:
        judge: the teacher.
        held: messages to measure on, by the catalogue's names of intents; none of them is learned.
        language: of all messages; None to tell it for each.
    """
    names = (*catalogue.names(), OUT)
    examples = catalogue.examples
    wanted = np.zeros((len(examples), len(names)))
    wanted[np.arange(len(examples)), [names.index(example.intent) for example in examples]] = 1.0
    said = _read(judge, [example.text for example in examples], names, language)
    targets = _LABEL * wanted + (1.0 - _LABEL) * said
    texts = [example.text for example in examples]
    measured = {one.text for one in held}
    more = [text for text in dict.fromkeys(unlabelled) if text not in measured]
    if more:
        texts += more
        targets = np.concatenate([targets, _read(judge, more, names, language)])
    student = teach(texts, targets, names)
    teacher = _read(judge, [one.text for one in held], names, language)[:, :-1].argmax(axis=1)
    started = time.perf_counter()
    guess = np.array([int(student.log_probabilities([one.text])[0, :-1].argmax()) for one in held])
    took = (time.perf_counter() - started) * 1000 / max(1, len(held))
    inside = [at for at, one in enumerate(held) if one.intent]
    labels = np.array([names.index(held[at].intent) for at in inside])
    return Distilled(
        student=student,
        agreement=float((guess == teacher).mean()),
        accuracy=float((guess[inside] == labels).mean()),
        teacher_accuracy=float((teacher[inside] == labels).mean()),
        size_bytes=student.weights.nbytes + student.scale.nbytes + student.bias.nbytes,
        ms=took,
    )


def _read(judge: Judge, texts: Sequence[str], names: tuple[str, ...], language: Language | None) -> Scores:
    """The teacher's probabilities, shape (n, classes)."""
    number = {name: at for at, name in enumerate(names)}
    found = np.zeros((len(texts), len(names)))
    languages = [language or detect_language(text) for text in texts]
    for lang in sorted(set(languages)):
        rows = [row for row, own in enumerate(languages) if own == lang]
        for start in range(0, len(rows), _READ_AT_ONCE):
            batch = rows[start : start + _READ_AT_ONCE]
            for row, reading in zip(batch, judge.read([texts[row] for row in batch], lang), strict=True):
                for name, probability in reading.probabilities:
                    found[row, number[name]] = probability
                found[row, -1] = max(0.0, 1.0 - found[row].sum())
    return found
