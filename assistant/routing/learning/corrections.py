"""Corrections: a message that was read wrongly, and what it asks for. Each changes the next decision at once.

They lie in one JSONL file, appended to and synced, so that they outlive a restart and every process on the
machine sees those of the others. What they say is weighed against the evidence near the message: a correction
speaks where the message is nearer to it than to the examples of other intents, and is silent elsewhere, so old
intents keep theirs. The next training takes them as examples; then the memory can be emptied.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assistant.errors import OperatorError
from assistant.routing.detectors.detector import Matrix
from assistant.text.language import Language

BOOST = 12.0
_AS_GOOD_AS_SAME = 0.98


@dataclass(frozen=True)
class Correction:
    """A message and its intent, empty for messages out of scope."""

    text: str
    intent: str
    language: Language


class CorrectionFile:
    """The corrections of one file, read again when it grew.

    Args:
        path: need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_to = 0
        self._known: list[Correction] = []

    def add(self, correction: Correction) -> None:
        """Keep a correction; it is on disk when this returns.

        Raises:
            OperatorError: the file can't be written.
        """
        line = json.dumps(asdict(correction), ensure_ascii=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._path.open("ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OperatorError(
                f"the correction can't be kept in {self._path}: {error.strerror}", fix="check the setting data_dir"
            ) from error

    def all(self) -> Sequence[Correction]:
        """Every correction so far, oldest first; lines that are none are passed over."""
        with self._lock:
            try:
                size = self._path.stat().st_size
            except OSError:
                size = 0
            if size < self._read_to:
                self._read_to, self._known = 0, []
            if size > self._read_to:
                with self._path.open("rb") as file:
                    file.seek(self._read_to)
                    fresh = file.read(size - self._read_to)
                whole = fresh[: fresh.rfind(b"\n") + 1]
                self._read_to += len(whole)
                self._known += [found for line in whole.splitlines() if (found := _parsed(line)) is not None]
            return tuple(self._known)


class CorrectionMemory:
    """The vectors of corrections, and what they make of a message.

    Args:
        names: the classes, "out of scope" last; corrections to others are passed over.

    Attributes:
        seen: how many corrections were taken in.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._classes = {name: number for number, name in enumerate(names)}
        self._rows: dict[Language, dict[str, tuple[Matrix, int]]] = {}
        self._stacked: dict[Language, tuple[Matrix, NDArray[np.int64]]] = {}
        self.seen = 0

    def add(self, correction: Correction, vector: Matrix) -> None:
        """Take in a correction by its vector, of the form that neighbours are found by."""
        self.seen += 1
        number = self._classes.get(correction.intent)
        if number is None:
            return
        rows = self._rows.setdefault(correction.language, {})
        rows.pop(correction.text, None)  # of two corrections of one message, the later one counts
        rows[correction.text] = (vector, number)
        self._stacked.pop(correction.language, None)

    def boosts(self, vector: Matrix, language: Language, others: Mapping[str, float]) -> dict[str, float]:
        """What is added to each intent's log-probability by corrections to it near the message; mostly nothing.

        Nothing as long as an example of another intent is as near as the correction, `BOOST` for the same words
        again, and between them the square of the way from the one to the other: a sure reading gives way to the
        same message only, a doubtful one to a similar message too.

        Args:
            vector: of the message.
            others: similarity of the nearest catalogue example, by intent ("" for out of scope).
        """
        rows = self._rows.get(language)
        if not rows:
            return {}
        if language not in self._stacked:
            vectors, numbers = zip(*rows.values(), strict=True)
            self._stacked[language] = np.stack(vectors), np.array(numbers)
        kept, labels = self._stacked[language]
        cosines = np.einsum("nd,d->n", kept, vector)
        best = {name: float(cosines[labels == n].max()) for name, n in self._classes.items() if (labels == n).any()}
        boosts = {}
        for name, near in best.items():
            against = [s for other, s in (*others.items(), *best.items()) if other != name]
            rival = min(max(against, default=0.0), _AS_GOOD_AS_SAME)
            if near > rival:
                boosts[name] = BOOST * min(1.0, (near - rival) / (1.0 - rival)) ** 2
        return boosts


def _parsed(line: bytes) -> Correction | None:
    try:
        data = json.loads(line)
        language: Language = "zh" if data["language"] == "zh" else "en"
        return Correction(str(data["text"]), str(data["intent"]), language)
    except (ValueError, KeyError, TypeError):
        return None
