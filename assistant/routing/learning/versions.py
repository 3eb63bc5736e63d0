"""Numbered versions of something that was learned, one of them in force, the one before kept to go back to.

A version is a folder, `0001`, `0002`, ...; the file `current` names the one in force. Switching is one rename, so a
reader sees the one or the other.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import OperatorError

_CURRENT = "current"
_NUMBERED = "[0-9]*"


@dataclass(frozen=True)
class Versions:
    """The versions in a folder, which need not exist yet."""

    folder: Path

    @property
    def current(self) -> str:
        """Name of the version in force; empty where there is none."""
        try:
            return (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    @property
    def there(self) -> tuple[Path, ...]:
        """The folders that are kept, oldest first."""
        return tuple(sorted(path for path in self.folder.glob(_NUMBERED) if path.is_dir() and path.name.isdigit()))

    def begin(self) -> Path:
        """The path of a new version; it isn't in force yet."""
        return self.folder / f"{max((int(path.name) for path in self.there), default=0) + 1:04d}"

    def accept(self, name: str) -> None:
        """Put a version into force; of those before it, the last one is kept.

        Raises:
            OperatorError: the folder can't be written.
        """
        former = self.current
        self._point(name)
        for path in self.there:
            if path.name not in (name, former):
                shutil.rmtree(path, ignore_errors=True)

    def undo(self) -> str:
        """Go back to the version before this one, or to none; returns its name.

        Raises:
            OperatorError: there is nothing in force, or the folder can't be written.
        """
        now = self.current
        if not now:
            raise OperatorError(f"there is nothing to take back in {self.folder}", fix="assistant insight refit")
        before = max((path.name for path in self.there if path.name < now), default="")
        self._point(before)
        shutil.rmtree(self.folder / now, ignore_errors=True)
        return before

    def _point(self, name: str) -> None:
        draft = self.folder / f"{_CURRENT}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(f"{name}\n", encoding="utf-8")
            draft.replace(self.folder / _CURRENT)
        except OSError as error:
            raise OperatorError(
                f"{self.folder} can't be written: {error.strerror}", fix="check the setting data_dir"
            ) from error
