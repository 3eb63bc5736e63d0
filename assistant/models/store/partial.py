"""A file on its way into the store: what is safely on disk survives a cut, and the pull goes on from there."""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_COMMIT_EVERY = 16 * 1024 * 1024


@dataclass(frozen=True)
class Progress:
    """How far a pull is.

    Attributes:
        name: of the file in the catalogue.
        source: where it comes from, in words.
        done: bytes on this machine.
        total: bytes of the whole file.
    """

    name: str
    source: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]
OnBytes = Callable[[int], None]


class PartialFile:
    """The bytes of an unfinished pull, with a marker that says how many of them can be relied upon.

    Args:
        folder: where unfinished files lie; made when needed.
        file: name of the finished file.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self.path = folder / f"{file}.part"
        self._marker = folder / f"{file}.json"
        self._work = folder / f"{file}.work"
        folder.mkdir(parents=True, exist_ok=True)
        self._done, self._parts = self._read_marker()

    def resume_bytes(self) -> int:
        """How many bytes of the file are there, whatever source they came from."""
        self._drop_the_rest()
        return self._done

    def resume_parts(self) -> int:
        """How many whole parts are there; 0 (and no bytes) when the bytes didn't come in parts."""
        if self._parts is None:
            self._done, self._parts = 0, 0
        self._drop_the_rest()
        return self._parts

    def append(self, chunks: Iterable[bytes], on_bytes: OnBytes) -> None:
        """Append bytes of the file; those that came before an error stay.

        Args:
            chunks: the bytes after the ones that `resume_bytes` told.
            on_bytes: called with the file's length so far.
        """
        with self.path.open("ab") as file:
            try:
                for chunk in chunks:
                    file.write(chunk)
                    on_bytes(file.tell())
                    if file.tell() - self._done >= _COMMIT_EVERY:
                        self._commit(file, parts=None)
            finally:
                self._commit(file, parts=None)

    def append_part(self, chunks: Iterable[bytes], on_bytes: OnBytes) -> None:
        """Append the part after the ones that `resume_parts` told, all of it or nothing."""
        with self.path.open("ab") as file:
            for chunk in chunks:
                file.write(chunk)
                on_bytes(file.tell())
            self._commit(file, parts=(self._parts or 0) + 1)

    def become(self, chunks: Iterable[bytes], on_bytes: OnBytes) -> None:
        """Have other bytes instead of these, all of them or none; `chunks` may be read from `path`."""
        fresh = self.work_folder() / "fresh"
        with fresh.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                on_bytes(file.tell())
            os.replace(fresh, self.path)
            self._commit(file, parts=None)

    def restart(self) -> None:
        """Forget all bytes."""
        self._done, self._parts = 0, 0
        self._drop_the_rest()

    def work_folder(self) -> Path:
        """An empty folder for what a source has to unpack; `discard` removes it."""
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir()
        return self._work

    def finish(self, target: Path) -> None:
        """Move the bytes to `target` in one step and clear up."""
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.path, target)
        self.discard()

    def discard(self) -> None:
        """Remove everything."""
        self._marker.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        shutil.rmtree(self._work, ignore_errors=True)

    def _commit(self, file: IO[bytes], parts: int | None) -> None:
        file.flush()
        os.fsync(file.fileno())
        self._done, self._parts = file.tell(), parts
        fresh = self._marker.with_suffix(".tmp")
        fresh.write_text(json.dumps({"done": self._done, "parts": parts}), encoding="utf-8")
        os.replace(fresh, self._marker)

    def _drop_the_rest(self) -> None:
        with self.path.open("ab") as file:
            file.truncate(self._done)

    def _read_marker(self) -> tuple[int, int | None]:
        try:
            marker = json.loads(self._marker.read_text(encoding="utf-8"))
            done, parts = int(marker["done"]), marker["parts"]
            return (done, parts) if done <= self.path.stat().st_size else (0, 0)
        except (OSError, ValueError, KeyError):
            return 0, 0
