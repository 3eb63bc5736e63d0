"""Refits: from time to time the corrections become examples, and the router is trained with them.

A refit is a folder of its own, `0001`, `0002`, ... under `data_dir/refits`: the corrections that it took in, what was
learned, and a manifest with the comparison that let it pass. The file `current` names the one in force; the one before
it is kept, so that it can be put back. What a shop wrote into its catalogue is never changed.
"""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import OperatorError
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction, CorrectionFile

_CURRENT = "current"
_TAKEN = "corrections.jsonl"
_NUMBERED = "[0-9]*"


@dataclass(frozen=True)
class Refits:
    """The refits of one shop.

    Args:
        folder: need not exist yet.
        learned: where trained routers are cached.
    """

    folder: Path
    learned: Path

    @property
    def current(self) -> str:
        """Name of the refit in force; empty where there is none."""
        try:
            return (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def taken(self) -> tuple[Correction, ...]:
        """The corrections that the refit in force took in, with those of all before it."""
        return tuple(CorrectionFile(self.folder / self.current / _TAKEN).all()) if self.current else ()

    def begin(self, taken: Sequence[Correction]) -> Path:
        """The folder of a new refit, with what it takes in; it isn't in force yet.

        Raises:
            OperatorError: the folder can't be written.
        """
        numbers = [int(path.name) for path in self.folder.glob(_NUMBERED) if path.name.isdigit()]
        folder = self.folder / f"{max(numbers, default=0) + 1:04d}"
        kept = CorrectionFile(folder / _TAKEN)
        for correction in taken:
            kept.add(correction)
        return folder

    def accept(self, folder: Path) -> None:
        """Put a refit into force; of those before it, the last one is kept."""
        former = self.current
        self._point(folder.name)
        for path in self.folder.glob(_NUMBERED):
            if path.is_dir() and path.name not in (folder.name, former):
                shutil.rmtree(path, ignore_errors=True)

    def undo(self) -> tuple[Correction, ...]:
        """Go back to the refit before this one, or to none.

        Returns:
            the corrections that are no examples any more.

        Raises:
            OperatorError: there is no refit in force.
        """
        now = self.current
        if not now:
            raise OperatorError("there is no refit to take back", fix="assistant router refit")
        taken = self.taken()
        before = [path.name for path in self.folder.glob(_NUMBERED) if path.name < now]
        self._point(max(before, default=""))
        shutil.rmtree(self.folder / now, ignore_errors=True)
        kept = set(self.taken())
        return tuple(correction for correction in taken if correction not in kept)

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations, and what was learned from it; the next start trains anew.

        Args:
            conversation_ids: see `CorrectionFile.forget`; and `texts`.
        """
        gone = 0
        for path in self.folder.glob(f"{_NUMBERED}/{_TAKEN}"):
            here = CorrectionFile(path).forget(conversation_ids, texts)
            if here:
                for learned in path.parent.glob("*.npz"):
                    learned.unlink(missing_ok=True)
            gone += here
        if gone:  # weights of words and vectors, by the hash of what taught them: all of it can be computed again
            for learned in self.learned.glob("*.npz"):
                learned.unlink(missing_ok=True)
        return gone

    def _point(self, name: str) -> None:
        draft = self.folder / f"{_CURRENT}.part"
        try:
            draft.write_text(f"{name}\n", encoding="utf-8")
            draft.replace(self.folder / _CURRENT)
        except OSError as error:
            raise OperatorError(
                f"{self.folder} can't be written: {error.strerror}", fix="check the setting data_dir"
            ) from error


@dataclass(frozen=True)
class Taught:
    """All that customers' messages taught the router: corrections, and refits."""

    corrections: CorrectionFile
    refits: Refits

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations; returns how many corrections went."""
        return self.corrections.forget(conversation_ids, texts) + self.refits.forget(conversation_ids, texts)


def taught(data_dir: Path, cache_dir: Path) -> Taught:
    """What the router of a shop was taught, in the folders of its settings."""
    refits = Refits(data_dir / "refits", cache_dir / "router")
    return Taught(CorrectionFile(data_dir / "corrections.jsonl"), refits)


def latest(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Of two corrections of one message, the later one."""
    return tuple({correction.text: correction for correction in corrections}.values())


def as_examples(corrections: Sequence[Correction]) -> tuple[Example, ...]:
    """What corrections teach."""
    return tuple(Example(one.text, one.intent, one.language) for one in corrections)
