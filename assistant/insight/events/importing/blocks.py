"""A log file as blocks of whole lines, from any place on; and what tells a file again after it was renamed or grew."""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from assistant.errors import OperatorError
from assistant.insight.events.catalogue import Position

BLOCK_BYTES = 32 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_MARK_BYTES = 4096


@dataclass(frozen=True)
class Block:
    """Some whole lines of a file.

    Attributes:
        text: the bytes, ending in a line break unless the file ends without one.
        first_line: number of its first line in the file, from 1.
        after: where the next block begins, with what proves it.
    """

    text: bytes
    first_line: int
    after: Position


@dataclass(frozen=True)
class Source:
    """A log file.

    Attributes:
        path: where it lies.
        key: the same for the same beginning, wherever the file lies.
        header: the first line of a CSV file.
    """

    path: Path
    key: str
    header: bytes = b""

    @classmethod
    def of(cls, path: Path, *, csv: bool) -> "Source | None":
        """The source that a file is; None where it has no line yet.

        Raises:
            OperatorError: it can't be read.
        """
        with _opened(path) as file:
            header = _line(file, path) if csv else b""
            first = _line(file, path)
        if not first.endswith(b"\n") and not (first and _zipped(path)):
            return None
        digest = hashlib.sha256(header + first).hexdigest()[:24]
        return cls(path, f"file:{digest}", header)

    def start(self, known: list[Position]) -> Position:
        """Where to go on reading.

        Args:
            known: positions of sources whose key begins with ours.

        Returns:
            The position of the file that this one is a continuation of; the beginning, under a key of its own, where
            it is another that only begins with the same line.
        """
        for position in sorted(known, key=lambda position: -position.offset):
            if self._mark(position.offset) == position.mark:
                return position
        key = self.key if not known else f"{self.key}-{len(known)}"
        return Position(source=key, label=self.path.name, offset=len(self.header), line=1 if self.header else 0)

    def blocks(self, start: Position, size: int = BLOCK_BYTES) -> Iterator[Block]:
        """The whole lines after `start`. A last line without a line break is still being written, and left, unless the
        file is compressed.

        Raises:
            OperatorError: the file can't be read any further, or a line has no end.
        """
        with _opened(self.path) as file:
            try:
                file.seek(start.offset)
                offset, line, rest = start.offset, start.line, b""
                before = self._tail(start.offset)
                while read := file.read(size):
                    text = rest + read
                    cut = text.rfind(b"\n") + 1
                    text, rest = text[:cut], text[cut:]
                    if len(rest) > LONGEST_LINE:
                        number = line + text.count(b"\n") + 1
                        raise OperatorError(
                            f"{self.path}: line {number} has more than {LONGEST_LINE} bytes",
                            fix="is it a log with one event a line?",
                        )
                    if text:
                        before = (before + text[-_MARK_BYTES:])[-_MARK_BYTES:]
                        offset, first, line = offset + len(text), line + 1, line + text.count(b"\n")
                        yield Block(text, first, self._position(start, offset, line, before))
                if rest and self.zipped:
                    before = (before + rest)[-_MARK_BYTES:]
                    yield Block(rest, line + 1, self._position(start, offset + len(rest), line + 1, before))
            except (OSError, EOFError) as error:
                raise OperatorError(
                    f"{self.path} can't be read to its end: {error}", fix="is the file whole?"
                ) from error

    @property
    def zipped(self) -> bool:
        """Whether the file is compressed."""
        return _zipped(self.path)

    def size(self) -> int:
        """Bytes of the file on the disk."""
        return self.path.stat().st_size

    def _position(self, start: Position, offset: int, line: int, before: bytes) -> Position:
        return Position(start.source, self.path.name, offset, line, hashlib.sha256(before).hexdigest())

    def _tail(self, offset: int) -> bytes:
        with _opened(self.path) as file:
            file.seek(max(0, offset - _MARK_BYTES))
            return file.read(offset - max(0, offset - _MARK_BYTES))

    def _mark(self, offset: int) -> str:
        return hashlib.sha256(self._tail(offset)).hexdigest()


def _zipped(path: Path) -> bool:
    return path.name.endswith(".gz")


def _opened(path: Path) -> BinaryIO:
    try:
        if _zipped(path):
            return cast(BinaryIO, gzip.open(path, "rb"))
        return path.open("rb")
    except OSError as error:
        raise OperatorError(f"{path} can't be read: {error.strerror}", fix="check the path") from error


def _line(file: BinaryIO, path: Path) -> bytes:
    try:
        return file.readline(LONGEST_LINE)
    except (OSError, EOFError) as error:
        raise OperatorError(f"{path} can't be read: {error}", fix="is the file whole?") from error
