"""The files of a log of events: an append-only folder of Parquet files, by day.

A batch is written file by file under other names, put on the disk, and then entered into the catalogue in one
transaction; what a crash leaves half done counts for nothing, and the next writer sweeps it away. One process writes
at a time; any number may read.
"""

import fcntl
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.clock import Clock, SystemClock
from assistant.insight.events.catalogue import Catalogue, LogFile, Position
from assistant.insight.events.event import Event, Kind
from assistant.insight.events.schema import schema, table_of

if TYPE_CHECKING:
    import pyarrow as pa

EARLIEST = date(2000, 1, 1)
_FEW = 4
_SELDOM_REPEATED = ("id", "at")
ODD_DAY = "day=odd"
"""Partition of rows whose clock was so wrong that their day means nothing; cleaning drops them and says so."""


class EventFiles:
    """A log of events in a folder.

    Args:
        folder: made where there is none.
        clock: tells when rows are received.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self._clock = clock or SystemClock()
        folder.mkdir(parents=True, exist_ok=True)
        self.catalogue = Catalogue(folder / "catalogue.db")

    def append(self, events: Iterable[Event], *, batch: str = "") -> int:
        """Add events, all or none.

        Args:
            events: in any order.
            batch: an id under which they count once; empty: made of the events' ids.

        Returns:
            How many were added; 0 where the batch is in the log already.
        """
        found = list(events)
        if not found:
            return 0
        name = batch or hashlib.sha256("\n".join(event.id for event in found).encode()).hexdigest()
        return self.append_table(table_of(found, self._clock.now()), batch=name)

    def append_table(self, table: "pa.Table", *, batch: str, position: Position | None = None) -> int:
        """Add rows that have the log's schema, all or none, with the place to which their source was read.

        Returns:
            How many were added; 0 where the batch is in the log already.
        """
        with self.writing():
            if self.catalogue.has(batch):
                return 0
            files = self.write(table, batch)
            return table.num_rows if self.catalogue.commit(batch, files, position) else 0

    def paths(self, days: Collection[str] | None = None) -> list[Path]:
        """The files that count, by day; of some days only where `days` names them (`day=2026-11-27`)."""
        return [self.folder / file.name for file in self.catalogue.files() if days is None or file.day in days]

    def read(
        self, since: datetime | None = None, until: datetime | None = None, kinds: Collection[Kind] | None = None
    ) -> Iterator[Event]:
        """Events as they were written, not cleaned, by day and in no order within a day.

        Args:
            since: the earliest moment, inclusive.
            until: the latest moment, exclusive.
            kinds: only these; None for all.
        """
        import pyarrow.parquet as pq

        first, last = (f"day={moment.astimezone(UTC):%Y-%m-%d}" if moment else None for moment in (since, until))
        for file in self.catalogue.files():
            if file.day != ODD_DAY and ((first and file.day < first) or (last and file.day > last)):
                continue
            for row in pq.ParquetFile(self.folder / file.name).read().to_pylist():
                event = Event.of_row(row)
                within = (since is None or event.at >= since) and (until is None or event.at < until)
                if within and (kinds is None or event.kind in kinds):
                    yield event

    def __len__(self) -> int:
        return sum(file.rows for file in self.catalogue.files())

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other writers out."""
        with (self.folder / "writer.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def sweep(self) -> int:
        """Delete files that don't count: what a crash left; returns how many there were. For who is `writing`."""
        known = {file.name for file in self.catalogue.files()}
        found = [path for path in self.folder.glob("day=*/*") if f"{path.parent.name}/{path.name}" not in known]
        for path in found:
            path.unlink()
        return len(found)

    def write(self, table: "pa.Table", batch: str) -> list[LogFile]:
        """Put rows into files by day, down to the disk; for who is `writing`. They count once the catalogue says so."""
        return [self._write(part, day, batch) for day, part in self._by_day(table)]

    def compact(self, prefix: str) -> int:
        """Join what came in many small batches on days that are over; for who is `writing`.

        Args:
            prefix: of the batches; they can't be told apart afterwards.

        Returns:
            How many files were joined.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        today, joined = f"day={self._clock.now():%Y-%m-%d}", 0
        by_day: dict[str, list[LogFile]] = {}
        for file in self.catalogue.files():
            if file.batch.startswith(prefix) and file.day < today:
                by_day.setdefault(file.day, []).append(file)
        for day, files in by_day.items():
            if len(files) < _FEW:
                continue
            whole = pa.concat_tables([pq.read_table(self.folder / file.name, partitioning=None) for file in files])
            new = self._write(whole, day, files[0].batch, salt=" ".join(file.name for file in files))
            self.catalogue.replace(files, [new])
            for file in files:
                (self.folder / file.name).unlink(missing_ok=True)
            joined += len(files)
        return joined

    def rewrite(self, file: LogFile, table: "pa.Table") -> LogFile:
        """Put other rows into a new file that is to take the place of `file`; for who is `writing`."""
        return self._write(table, file.day, file.batch, salt=file.name)

    def _write(self, table: "pa.Table", day: str, batch: str, salt: str = "") -> LogFile:
        import pyarrow.parquet as pq

        folder = self.folder / day
        folder.mkdir(exist_ok=True)
        name = f"{hashlib.sha256((batch + salt).encode()).hexdigest()[:24]}.parquet"
        fresh = folder / f"{name}.new"
        rows = table.select(schema().names).cast(schema())
        repeated = [name for name in rows.schema.names if name not in _SELDOM_REPEATED]
        pq.write_table(rows, fresh, compression="zstd", compression_level=1, use_dictionary=repeated)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(folder / name)
        _sync_folder(folder)
        return LogFile(f"{day}/{name}", day, table.num_rows, batch)

    def _by_day(self, table: "pa.Table") -> Iterator[tuple[str, "pa.Table"]]:
        import pyarrow as pa
        import pyarrow.compute as pc

        days = pc.floor_temporal(table["at"], unit="day").cast(pa.date32(), safe=False)
        latest = (self._clock.now() + timedelta(days=1)).date()
        odd = pc.or_(pc.less(days, EARLIEST), pc.greater(days, latest))
        days = pc.if_else(odd, pa.scalar(EARLIEST - timedelta(days=1)), days)
        distinct = sorted(pc.unique(days).to_pylist())
        for day in distinct:
            part = table if len(distinct) == 1 else table.filter(pc.equal(days, day))
            yield (ODD_DAY if day < EARLIEST else f"day={day:%Y-%m-%d}"), part


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
