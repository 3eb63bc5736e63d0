"""Import of log files: block by block, each once, however often it is broken off and begun again.

Blocks are read and converted side by side and entered into the catalogue in the order of the file, each together with
the place where the next begins. After `kill -9` the next run goes on from there.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.clock import Clock
from assistant.errors import OperatorError
from assistant.insight.events.catalogue import LogFile
from assistant.insight.events.files import EventFiles
from assistant.insight.events.importing.blocks import BLOCK_BYTES, Block, Source
from assistant.insight.events.importing.columns import Conversion
from assistant.insight.events.importing.mapping import Mapping
from assistant.insight.events.importing.rows import CsvLines, JsonLines
from assistant.text.masking import mask_for_good

Progress = Callable[[str, float, float], None]
WORKERS = 2
_SHOWN_REASONS = 20


@dataclass(frozen=True)
class Imported:
    """What came of one file, in this run and, where it was begun before, in all.

    Attributes:
        path: the file.
        source: its key in the catalogue; empty where it has no line yet.
        added: events that this run added.
        rows: events of it in the log, erased ones included.
        rejected: lines of it that are no events.
        skipped: rows that the mapping leaves out.
        reasons: the first rejected lines, with why.
        unended: whether its last line has no line break yet and waits for the next run.
    """

    path: Path
    source: str = ""
    added: int = 0
    rows: int = 0
    rejected: int = 0
    skipped: int = 0
    reasons: tuple[tuple[int, str], ...] = ()
    unended: bool = False


@dataclass(frozen=True)
class _Done:
    block: Block
    files: list[LogFile]
    rows: int
    skipped: int
    rejects: list[tuple[int, str]]


class Ingest:
    """Imports log files into a log.

    Args:
        log: where the events go.
        mapping: how the files are read.
        clock: tells when rows are received.
        progress: told a title, bytes done and bytes in all.
        block_bytes: how much is one batch.
    """

    def __init__(
        self,
        log: EventFiles,
        mapping: Mapping,
        clock: Clock,
        progress: Progress = lambda *_: None,
        block_bytes: int = BLOCK_BYTES,
    ) -> None:
        self._log, self._mapping, self._clock, self._progress = log, mapping, clock, progress
        self._block_bytes = block_bytes
        self._convert = Conversion(mapping, clock.now(), mask_for_good)

    def run(self, paths: Sequence[Path], *, again: bool = False) -> Iterator[Imported]:
        """Import files one after another.

        Args:
            paths: the files.
            again: as if they had never been imported: what they gave before goes first.

        Raises:
            OperatorError: a file can't be read, or nothing at its beginning is an event.
        """
        formats = [self._mapping.format_of(path) for path in paths]
        total, before = sum(path.stat().st_size for path in paths if path.is_file()), 0
        with self._log.writing():
            self._log.sweep()
            for path, format_ in zip(paths, formats, strict=True):
                source = Source.of(path, csv=format_ == "csv")
                if source is None:
                    yield Imported(path, unended=path.stat().st_size > 0)
                else:
                    yield self._file(source, format_, again, before, total)
                before += path.stat().st_size

    def _file(self, source: Source, format_: str, again: bool, before: int, total: int) -> Imported:
        catalogue = self._log.catalogue
        start = source.start(catalogue.positions(source.key))
        if again:
            for file in catalogue.forget_source(start.source):
                (self._log.folder / file.name).unlink(missing_ok=True)
            start = source.start(catalogue.positions(source.key))
        reader = self._reader(source, format_)
        position, added, size = start, 0, max(1, source.size())

        def work(block: Block) -> _Done:
            rows = reader.rows(block.text, block.first_line)
            made = self._convert(rows, start.source)
            batch = f"{start.source}@{block.after.offset}"
            files = self._log.write(made.table, batch) if made.table.num_rows else []
            rejects = [(row.line, row.reason) for row in made.bad]
            return _Done(block, files, made.table.num_rows, made.skipped, rejects)

        for done in _side_by_side(work, source.blocks(start, self._block_bytes)):
            if not (done.rows or done.skipped or position.rows or position.skipped) and len(done.rejects) > 1:
                line, reason = done.rejects[0]
                raise OperatorError(
                    f"{source.path}: none of the first {len(done.rejects)} lines is an event; line {line}: {reason}",
                    fix="check the mapping; nothing of this file was imported",
                )
            after = done.block.after
            position = replace(after, rows=position.rows + done.rows, skipped=position.skipped + done.skipped)
            catalogue.commit(f"{start.source}@{after.offset}", done.files, position, done.rejects)
            added += done.rows
            read = min(size, position.offset) if not source.zipped else 0
            self._progress("reading", (before + read) / 1e6, total / 1e6)
        return Imported(
            path=source.path,
            source=start.source,
            added=added,
            rows=position.rows,
            rejected=catalogue.reject_count(start.source),
            skipped=position.skipped,
            reasons=tuple(catalogue.rejects(start.source, _SHOWN_REASONS)),
            unended=not source.zipped and position.offset < source.size(),
        )

    def _reader(self, source: Source, format_: str) -> JsonLines | CsvLines:
        if format_ == "jsonl":
            return JsonLines(self._mapping)
        try:
            return CsvLines(self._mapping, source.header)
        except ValueError as error:
            raise OperatorError(f"{source.path}: {error}", fix="name the log's columns in the mapping") from error


def _side_by_side(work: Callable[[Block], _Done], blocks: Iterator[Block]) -> Iterator[_Done]:
    """Results of the blocks in their order, a few of them made at the same time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[_Done]] = deque()
        try:
            for block in blocks:
                waiting.append(pool.submit(work, block))
                if len(waiting) > WORKERS:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
