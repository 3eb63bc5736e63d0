"""The columns of the log, as Arrow types: the fields of `Event`, and when the row was written."""

from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.insight.events.event import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import pyarrow as pa

    from assistant.insight.events.event import Event

RECEIVED = "received"
"""When a row was written to the log; what lies later than this was told by a clock that is wrong."""
_INTEGERS = ("quantity", "price_cents")


@cache
def schema() -> "pa.Schema":
    """The log's schema. Moments are UTC without a timezone, to the microsecond."""
    import pyarrow as pa

    types: dict[str, Any] = {name: pa.string() for name in FIELDS}
    types |= {name: pa.int64() for name in _INTEGERS}
    types |= {"value": pa.float64(), "at": pa.timestamp("us"), RECEIVED: pa.timestamp("us")}
    return pa.schema(list(types.items()))


def table_of(events: "Iterable[Event]", received: "datetime") -> "pa.Table":
    """Events as one Arrow table.

    Args:
        events: in any order.
        received: now, in UTC.
    """
    import pyarrow as pa

    rows = [event.row() for event in events]
    columns = {name: [row[name] for row in rows] for name in FIELDS}
    columns[RECEIVED] = [received.replace(tzinfo=None)] * len(rows)
    return pa.table({name: pa.array(columns[name], type=schema().field(name).type) for name in schema().names})
