"""Which version of the prompts was promoted, and which ones before: one line of JSON each, never changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assistant.errors import OperatorError


@dataclass(frozen=True)
class Promotion:
    """From `at` on version `name` is served; `hash` is what it held then."""

    name: str
    hash: str
    at: str


class Promotions:
    """The history of what is served.

    Args:
        path: of the file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def served(self) -> str:
        """Name of the version promoted last; empty where none was."""
        history = self.history()
        return history[-1].name if history else ""

    def history(self) -> list[Promotion]:
        """All promotions, oldest first."""
        if not self._path.is_file():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        try:
            return [Promotion(**json.loads(line)) for line in lines if line.strip()]
        except (ValueError, TypeError) as error:
            raise OperatorError(f"{self._path} can't be read: {error}", fix=f"delete {self._path}") from error

    def promote(self, name: str, content_hash: str, at: datetime) -> None:
        """Serve `name` from the next start on."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        entry = {"name": name, "hash": content_hash, "at": at.isoformat(timespec="seconds")}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def before(self) -> str:
        """The version that was served before the one that is served now; empty for the base.

        Raises:
            OperatorError: none was ever promoted.
        """
        history = self.history()
        if not history:
            raise OperatorError("no version was promoted, there is nothing to roll back", fix="assistant prompts list")
        now = history[-1].name
        return next((entry.name for entry in reversed(history) if entry.name != now), "")
