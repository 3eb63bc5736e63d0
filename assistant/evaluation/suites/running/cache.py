"""What was seen of a case is kept under a key of everything that it depends on, and not run again."""

import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from assistant.evaluation.suites.running.seen import Seen


class SeenCache:
    """Files by key; safe to use from several threads and processes.

    Args:
        folder: need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Seen | None:
        """What was seen under this key; None where nothing was, or where it can't be read any more."""
        path = self._path(key)
        try:
            return Seen.model_validate_json(path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def put(self, key: str, seen: Seen) -> None:
        """Keep what was seen, whole or not at all."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(seen.model_dump_json(exclude_defaults=True))
        os.replace(name, path)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
