"""Refits: from time to time the corrections become examples, and the router is trained with them.

A refit is a folder of its own, `0001`, `0002`, ... under `data_dir/refits` (see `versions`): the corrections that it
took in, those that were remembered before it, what was learned, and a manifest with the comparison that let it pass.
The one before it is kept, so that it can be put back. What a shop wrote into its catalogue is never changed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction, CorrectionFile
from assistant.routing.learning.versions import Versions

_TAKEN = "corrections.jsonl"
_BEFORE = "before.jsonl"
_WEIGHTS = (".npz", ".onnx")


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
        return self._versions.current

    @property
    def stamp(self) -> str:
        """Changes whenever another refit is in force, or what it took in was changed (by an erasure)."""
        name = self.current
        try:
            there = (self.folder / name / _TAKEN).stat() if name else None
        except OSError:
            there = None
        return f"{name} {there.st_ino} {there.st_size}" if there else name

    def taken(self) -> tuple[Correction, ...]:
        """The corrections that the refit in force took in, with those of all before it."""
        return tuple(CorrectionFile(self.folder / self.current / _TAKEN).all()) if self.current else ()

    def begin(self, taken: Sequence[Correction], remembered: Sequence[Correction] = ()) -> Path:
        """The folder of a new refit, with what it takes in; it isn't in force yet.

        Args:
            taken: become examples.
            remembered: all corrections that are remembered one by one now, for `undo`.

        Raises:
            OperatorError: the folder can't be written.
        """
        folder = self._versions.begin()
        CorrectionFile(folder / _BEFORE).rewrite(remembered)
        CorrectionFile(folder / _TAKEN).rewrite(taken)
        return folder

    def accept(self, folder: Path) -> None:
        """Put a refit into force; of those before it, the last one is kept."""
        self._versions.accept(folder.name)

    def undo(self, memory: CorrectionFile) -> tuple[Correction, ...]:
        """Go back to the refit before this one, or to none; the memory becomes what it was, with what came since.

        Args:
            memory: the corrections that are remembered one by one.

        Returns:
            the corrections that are no examples any more.

        Raises:
            OperatorError: there is no refit in force.
        """
        taken = self.taken()
        remembered = CorrectionFile(self.folder / self.current / _BEFORE).all() if self.current else ()
        self._versions.undo()
        kept = set(self.taken())
        gone = tuple(correction for correction in taken if correction not in kept)
        restored = [*remembered, *(one for one in gone if one not in set(remembered))]
        known = set(restored)
        memory.rewrite([*restored, *(correction for correction in memory.all() if correction not in known)])
        return gone

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations, and what was learned from it: it is trained anew.

        Args:
            conversation_ids: see `CorrectionFile.forget`; and `texts`.
        """
        gone = 0
        for folder in self._versions.there:
            before, taken = (
                CorrectionFile(folder / name).forget(conversation_ids, texts) for name in (_BEFORE, _TAKEN)
            )
            if before or taken:
                drop_weights(folder)
            gone += max(before, taken)  # what a refit took in was remembered before
        if gone:  # weights of words and vectors, by the hash of what taught them: all of it can be computed again
            drop_weights(self.learned)
        return gone

    @property
    def _versions(self) -> Versions:
        return Versions(self.folder)


def drop_weights(folder: Path) -> None:
    """Delete what was learned under a folder."""
    for path in folder.rglob("*"):
        if path.suffix in _WEIGHTS:
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Taught:
    """All that customers' messages taught: corrections, refits, and files of messages that wait for review.

    Args:
        corrections: remembered one by one.
        refits: that corrections became examples of.
        proposed: messages with a label that nobody has confirmed.
        learned: folders of other models that customers' words taught.
    """

    corrections: CorrectionFile
    refits: Refits
    proposed: CorrectionFile
    learned: tuple[Path, ...] = ()

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations; returns how many corrections went.

        Models that were learned from many conversations go whenever one of these may have taught them: they fall back
        to what ships with the code, until the next nightly training.
        """
        gone = self.corrections.forget(conversation_ids, texts) + self.refits.forget(conversation_ids, texts)
        gone += self.proposed.forget(conversation_ids, texts)
        for folder in self.learned if conversation_ids or texts else ():
            drop_weights(folder)
        return gone


def taught(data_dir: Path, cache_dir: Path) -> Taught:
    """What the router of a shop was taught, in the folders of its settings."""
    return Taught(
        CorrectionFile(data_dir / "corrections.jsonl"),
        Refits(data_dir / "refits", cache_dir / "router"),
        CorrectionFile(data_dir / "insight" / "proposed.jsonl"),
        (data_dir / "insight" / "student", data_dir / "insight" / "satisfaction"),
    )


def latest(corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Of two corrections of one message, the later one."""
    return tuple({correction.text: correction for correction in corrections}.values())


def as_examples(corrections: Sequence[Correction]) -> tuple[Example, ...]:
    """What corrections teach."""
    return tuple(Example(one.text, one.intent, one.language) for one in corrections)
