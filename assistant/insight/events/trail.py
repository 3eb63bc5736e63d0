"""What a customer left in the log: given out, forgotten, and what is too old deleted, down to the files.

Files are written anew without the rows, take the place of the old ones in one transaction, and the old ones are
deleted. What was computed of the log goes too; it is computed again when it is wanted.
"""

import shutil
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.insight.events.catalogue import LogFile
from assistant.insight.events.event import FIELDS
from assistant.insight.events.files import ODD_DAY, EventFiles
from assistant.insight.events.schema import RECEIVED

if TYPE_CHECKING:
    import pyarrow as pa

_WHO = ("visitor", "customer")
_JUDGED = (*_WHO, "conversation", "at", RECEIVED)


class Trail:
    """Customers' rows of a log.

    Args:
        log: whose files they are.
    """

    def __init__(self, log: EventFiles) -> None:
        self._log = log

    def of_customer(self, customer_id: str) -> list[dict[str, Any]]:
        """The customer's events as plain data, in order of time: for their right to a copy."""
        import pyarrow.compute as pc

        visitors = self._visitors(customer_id)
        found: list[dict[str, Any]] = []
        for file in self._log.catalogue.files():
            which = pc.fill_null(_of(self._read(file, _JUDGED), [customer_id], visitors, []), False)
            if pc.any(which).as_py():
                found += self._read(file).filter(which).select(FIELDS).to_pylist()
        found.sort(key=lambda row: (row["at"], row["id"]))
        return [{k: v.replace(tzinfo=UTC).isoformat() if k == "at" else v for k, v in row.items()} for row in found]

    def forget(self, customer_ids: Collection[str], conversation_ids: Collection[str]) -> int:
        """Take customers and conversations out of the log.

        With a customer goes what a visitor did who was signed in as nobody else, before they signed in too.

        Returns:
            How many events went.
        """
        if not customer_ids and not conversation_ids:
            return 0
        with self._log.writing():
            visitors = [visitor for customer in customer_ids for visitor in self._visitors(customer)]
            return self._without(lambda table: _of(table, customer_ids, visitors, conversation_ids))

    def prune(self, before: datetime) -> int:
        """Delete events from before that moment; returns how many went."""
        import pyarrow as pa
        import pyarrow.compute as pc

        limit = before.astimezone(UTC).replace(tzinfo=None)
        with self._log.writing():
            return self._without(
                lambda table: pc.less(table["at"], pa.scalar(limit, pa.timestamp("us"))),
                lambda file: file.day != ODD_DAY and file.day <= f"day={limit:%Y-%m-%d}",
            ) + self._without(
                lambda table: pc.less(table[RECEIVED], pa.scalar(limit, pa.timestamp("us"))),
                lambda file: file.day == ODD_DAY,
            )

    def _without(self, which: Any, files: Any = lambda _: True) -> int:
        """Write files anew without some rows; for who is `writing`."""
        import pyarrow.compute as pc

        old, new, gone = list[LogFile](), list[LogFile](), 0
        for file in filter(files, self._log.catalogue.files()):
            found = pc.fill_null(which(self._read(file, _JUDGED)), False)
            count = int(pc.sum(found).as_py() or 0)
            if count:
                old.append(file)
                gone += count
                if count < file.rows:
                    new.append(self._log.rewrite(file, self._read(file).filter(pc.invert(found))))
        if old:
            self._log.catalogue.replace(old, new)
            for file in old:
                (self._log.folder / file.name).unlink(missing_ok=True)
        if gone:
            shutil.rmtree(self._log.folder / "derived", ignore_errors=True)
        self._log.sweep()
        return gone

    def _visitors(self, customer_id: str) -> list[str]:
        """Visitors who were signed in as this customer and as nobody else."""
        import pyarrow.compute as pc

        mine, others = {f"customer:{customer_id}"}, set[str]()
        for file in self._log.catalogue.files():
            table = self._read(file, _WHO)
            own = pc.fill_null(pc.equal(table["customer"], customer_id), False)
            mine |= set(pc.unique(table["visitor"].filter(own)).to_pylist())
        for file in self._log.catalogue.files():
            table = self._read(file, _WHO)
            suspect = pc.is_in(table["visitor"], _values(mine))
            other = pc.and_(suspect, pc.fill_null(pc.not_equal(table["customer"], customer_id), False))
            others |= set(pc.unique(table["visitor"].filter(other)).to_pylist())
        return sorted(mine - others)

    def _read(self, file: LogFile, columns: Sequence[str] | None = None) -> "pa.Table":
        import pyarrow.parquet as pq

        return pq.read_table(
            self._log.folder / file.name, columns=list(columns) if columns else None, partitioning=None
        )


def _of(
    table: "pa.Table", customers: Collection[str], visitors: Collection[str], conversations: Collection[str]
) -> Any:
    import pyarrow.compute as pc

    found = pc.is_in(table["customer"], _values(customers))
    for name, values in (("visitor", visitors), ("conversation", conversations)):
        if values:
            found = pc.or_(found, pc.is_in(table[name], _values(values)))
    return found


def _values(values: Collection[str]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(sorted(values), pa.string())
