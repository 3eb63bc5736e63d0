"""Refits: from time to time the corrections become examples, and the router is trained with them.

A refit is a folder of its own, `0001`, `0002`, ... under `data_dir/refits`: the corrections that it took in, what was
learned, and a manifest with the comparison that let it pass. The file `current` names the one in force; the one before
it is kept, so that it can be put back. What a shop wrote into its catalogue is never changed.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import OperatorError
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction

_CURRENT = "current"
EXAMPLES = "examples.jsonl"


@dataclass(frozen=True)
class Refits:
    """The refits of one shop.

    Args:
        folder: need not exist yet.
    """

    folder: Path

    @property
    def current(self) -> str:
        """Name of the refit in force; empty where there is none."""
        try:
            return (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def examples(self) -> tuple[Example, ...]:
        """The corrections that the refit in force took in, with those of all before it."""
        return _read(self.folder / self.current / EXAMPLES) if self.current else ()

    def begin(self, taken: Sequence[Example]) -> Path:
        """The folder of a new refit, with what it takes in; it isn't in force yet.

        Raises:
            OperatorError: the folder can't be written.
        """
        numbers = [int(path.name) for path in self.folder.glob("[0-9]*") if path.name.isdigit()]
        folder = self.folder / f"{max(numbers, default=0) + 1:04d}"
        lines = [json.dumps(example._asdict(), ensure_ascii=False) for example in taken]
        try:
            folder.mkdir(parents=True)
            (folder / EXAMPLES).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise _unwritable(folder, error) from error
        return folder

    def accept(self, folder: Path) -> None:
        """Put a refit into force; of those before it, the last one is kept."""
        former = self.current
        self._point(folder.name)
        for path in self.folder.glob("[0-9]*"):
            if path.is_dir() and path.name not in (folder.name, former):
                shutil.rmtree(path, ignore_errors=True)

    def undo(self) -> tuple[Example, ...]:
        """Go back to the refit before this one, or to none.

        Returns:
            the corrections that are no examples any more.

        Raises:
            OperatorError: there is no refit in force.
        """
        now = self.current
        if not now:
            raise OperatorError("there is no refit to take back", fix="assistant router refit")
        taken = self.examples()
        before = [path.name for path in self.folder.glob("[0-9]*") if path.name < now]
        self._point(max(before, default=""))
        shutil.rmtree(self.folder / now, ignore_errors=True)
        kept = set(self.examples())
        return tuple(example for example in taken if example not in kept)

    def _point(self, name: str) -> None:
        draft = self.folder / f"{_CURRENT}.part"
        try:
            draft.write_text(f"{name}\n", encoding="utf-8")
            draft.replace(self.folder / _CURRENT)
        except OSError as error:
            raise _unwritable(self.folder, error) from error


def as_examples(corrections: Sequence[Correction]) -> tuple[Example, ...]:
    """Corrections as examples; of two of one message, the later one counts."""
    latest = {correction.text: correction for correction in corrections}
    return tuple(Example(one.text, one.intent, one.language) for one in latest.values())


def _read(path: Path) -> tuple[Example, ...]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(Example(**json.loads(line)) for line in lines if line.strip())
    except (OSError, ValueError, TypeError) as error:
        raise OperatorError(
            f"{path} holds no corrections: {error}", fix="assistant router refit --undo, or delete the folder"
        ) from error


def _unwritable(path: Path, error: OSError) -> OperatorError:
    return OperatorError(f"{path} can't be written: {error.strerror}", fix="check the setting data_dir")
