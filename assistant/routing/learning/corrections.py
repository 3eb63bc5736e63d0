"""Corrections: a message that was read wrongly, and what it asks for. Each changes the next decision at once.

They lie in one JSONL file, appended to and synced, so that they outlive a restart and every process on the
machine sees those of the others. What they say is weighed against the evidence near the message: a correction
speaks where the message is nearer to it than to the examples of other intents, and is silent elsewhere, so old
intents keep theirs. The next training takes them as examples; then the memory can be emptied. A correction goes
with the conversation that it quotes: it names it, and where it doesn't, it is known by its words.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.errors import OperatorError
from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.product import product
from assistant.text.language import Language
from assistant.text.masking import MASK, Masker

BOOST = 12.0
_AS_GOOD_AS_SAME = 0.98
_GONE_MASK = re.compile(r"<[A-Z]+>")
_NO_WORD = re.compile(r"[\W_]+")
_QUOTE = 10
"""Letters that a correction without a source must have to count as a quote of a longer message."""


@dataclass(frozen=True)
class Correction:
    """A message and its intent, empty for messages out of scope.

    Attributes:
        text: of the message, masked.
        conversation_id: that it was said in; empty where nobody told.
    """

    text: str
    intent: str
    language: Language
    conversation_id: str = ""


class CorrectionFile:
    """The corrections of one file, read again when it grew.

    Args:
        path: need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_to = 0
        self._file = 0
        self._known: list[Correction] = []
        self._generation = 0

    def add(self, correction: Correction) -> None:
        """Keep a correction; it is on disk when this returns.

        Raises:
            OperatorError: the file can't be written.
        """
        line = json.dumps(asdict(correction), ensure_ascii=False) + "\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._alone() as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OperatorError(
                f"the correction can't be kept in {self._path}: {error.strerror}", fix="check the setting data_dir"
            ) from error

    def all(self) -> Sequence[Correction]:
        """Every correction so far, oldest first; lines that are none are passed over."""
        return self.read()[0]

    def read(self) -> tuple[Sequence[Correction], int]:
        """Every correction so far, and the file's generation: another one than before where some were taken out."""
        with self._lock:
            self._read()
            return tuple(self._known), self._generation

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations; returns how many corrections went.

        Args:
            conversation_ids: corrections that name them go.
            texts: what was said in them; corrections that name no conversation go where they quote one of these.
        """
        said = {words for text in texts for words in (_words(text), _words(Masker().mask(text)))}
        return self._drop(lambda correction: _quotes(correction, conversation_ids, said))

    def drop(self, corrections: Collection[Correction]) -> int:
        """Take out corrections that need not be remembered any more; returns how many went."""
        known = set(corrections)
        return self._drop(lambda correction: correction in known)

    def rewrite(self, corrections: Sequence[Correction]) -> None:
        """Let the file hold these and nothing else, in one step.

        Raises:
            OperatorError: the file can't be written.
        """
        lines = [json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in corrections]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._alone():
                self._put("".join(lines).encode())
        except OSError as error:
            raise OperatorError(
                f"corrections can't be kept in {self._path}: {error.strerror}", fix="check the setting data_dir"
            ) from error

    def _put(self, content: bytes) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(content)
        fresh.replace(self._path)

    def _drop(self, goes: Callable[[Correction], bool]) -> int:
        if not self._path.is_file():
            return 0
        gone, kept = 0, list[bytes]()
        with self._lock, self._alone():
            for line in self._path.read_bytes().splitlines(keepends=True):
                correction = _parsed(line)
                if correction is not None and goes(correction):
                    gone += 1
                else:
                    kept.append(line)
            if gone:
                self._put(b"".join(kept))
        return gone

    @contextmanager
    def _alone(self) -> Iterator[BinaryIO]:
        """The file, to append to; no other process changes it meanwhile."""
        while True:
            with self._path.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._path.exists() and os.fstat(file.fileno()).st_ino == self._path.stat().st_ino:
                    yield file
                    return

    def _read(self) -> None:
        try:
            there = self._path.stat()
        except OSError:
            size = number = 0
        else:
            size, number = there.st_size, there.st_ino
        if number != self._file or size < self._read_to:
            if self._known:
                self._generation += 1
            self._read_to, self._known, self._file = 0, [], number
        if size > self._read_to:
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                fresh = file.read(size - self._read_to)
            whole = fresh[: fresh.rfind(b"\n") + 1]
            self._read_to += len(whole)
            self._known += [found for line in whole.splitlines() if (found := _parsed(line)) is not None]


def _quotes(correction: Correction, conversation_ids: Collection[str], said: Collection[str]) -> bool:
    if correction.conversation_id:
        return correction.conversation_id in conversation_ids
    words = _words(correction.text)
    return words in said or (len(words) >= _QUOTE and any(words in text for text in said))


def _words(text: str) -> str:
    """The letters of a text, without masks."""
    return _NO_WORD.sub("", _GONE_MASK.sub(" ", MASK.sub(" ", text))).casefold()


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
        cosines = product(vector, kept.T)
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
        return Correction(str(data["text"]), str(data["intent"]), language, str(data.get("conversation_id", "")))
    except (ValueError, KeyError, TypeError):
        return None
