"""What a customer did on the shop's pages just before they wrote, by the log of events; nothing where there is none."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path

from assistant.clock import Clock
from assistant.ids import CustomerId, ProductId
from assistant.insight.events.event import SHOP_KINDS
from assistant.insight.events.files import EventFiles

BEFORE = timedelta(minutes=30)
"""A visit ends with so long a silence; what was done before counts no more."""
MOST_ACTS = 4
_LOOKED_AT = ("view", "cart_add")
_COLUMNS = ("at", "kind", "item")


class Lately:
    """Looks into the log.

    Args:
        folder: of the log; it need not exist.
        clock: tells now.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock

    def acts(self, customer: CustomerId) -> tuple[str, ...]:
        """Kinds of the customer's last acts, the newest first."""
        return tuple(kind for _, kind, _ in self._events(customer)[::-1][:MOST_ACTS])

    def items(self, customer: CustomerId) -> Sequence[ProductId]:
        """Products that the customer looked at or put into the cart, the oldest first."""
        found = [item for _, kind, item in self._events(customer) if kind in _LOOKED_AT and item]
        return [ProductId(item) for item in dict.fromkeys(found[::-1])][::-1]

    def _events(self, customer: CustomerId) -> list[tuple[object, str, str | None]]:
        """Moment, kind and product of what the customer did in the last half hour, the oldest first."""
        if not (self._folder / "catalogue.db").is_file():
            return []
        import pyarrow.parquet as pq

        now = self._clock.now().astimezone(UTC)
        since = now - BEFORE
        days = {f"day={moment:%Y-%m-%d}" for moment in (since, now)}
        wanted = [
            ("customer", "=", str(customer)),
            ("at", ">=", since.replace(tzinfo=None)),
            ("at", "<=", now.replace(tzinfo=None)),
            ("kind", "in", list(SHOP_KINDS)),
        ]
        found = []
        for path in EventFiles(self._folder, self._clock).paths(days):
            table = pq.ParquetFile(path).schema_arrow
            if set(_COLUMNS) <= set(table.names):
                rows = pq.read_table(path, columns=list(_COLUMNS), filters=wanted, partitioning=None).to_pylist()
                found += [(row["at"], str(row["kind"]), row["item"]) for row in rows]
        return sorted(found, key=lambda event: (str(event[0]), event[1], str(event[2])))
