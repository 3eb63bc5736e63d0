"""Columns of a shop's log as columns of ours, whole columns at a time; rows that can't be events are named."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from assistant.insight.events.event import KINDS
from assistant.insight.events.importing.mapping import NUMBERS, FieldOf, Mapping
from assistant.insight.events.importing.rows import BadRow, Rows
from assistant.insight.events.schema import RECEIVED, schema

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_CHARS = 512
_DIVISORS = {"unix_s": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
_NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?\s*$"
_MOST = 9.0e15  # whole numbers up to here are exact
_SHOWN = 40


@dataclass(frozen=True)
class Converted:
    """Rows in the log's schema, lines that are no events, and how many the mapping skips."""

    table: "pa.Table"
    bad: tuple[BadRow, ...]
    skipped: int


class Conversion:
    """Turns rows of a log into rows of ours.

    Args:
        mapping: which field is which.
        received: now.
        mask: takes personal data out of a search query.
    """

    def __init__(self, mapping: Mapping, received: datetime, mask: Callable[[str], str]) -> None:
        self._mapping = mapping
        self._received = received.astimezone(UTC).replace(tzinfo=None)
        self._mask = lru_cache(maxsize=50_000)(mask)
        self._zone = ZoneInfo(mapping.timezone)

    def __call__(self, rows: Rows, key: str) -> Converted:
        """Convert a block.

        Args:
            rows: of the log.
            key: of the source; ids of events that have none are made of it and the line.
        """
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        count, wrong = rows.table.num_rows, _Wrong(rows)
        columns: dict[str, Any] = {}
        for name in schema().names:
            kind = schema().field(name).type
            field = self._mapping.fields.get(name)
            if field is not None:
                column = rows.table[field.field].combine_chunks() if count else pa.array([], pa.string())
                columns[name] = self._column(name, field, column, wrong)
            elif name in self._mapping.constants:
                columns[name] = pa.array([self._mapping.constants[name]] * count, kind)
            else:
                columns[name] = pa.nulls(count, kind)
        columns["source"] = pa.array([self._mapping.source] * count, pa.string())
        columns[RECEIVED] = pa.array([self._received] * count, pa.timestamp("us"))
        lines = pa.array(rows.lines).cast(pa.string())
        columns["id"] = pc.coalesce(columns["id"], pc.binary_join_element_wise(pa.scalar(key), lines, ":"))
        columns["visitor"] = pc.coalesce(
            columns["visitor"], pc.binary_join_element_wise(pa.scalar("customer"), columns["customer"], ":")
        )
        skip = np.zeros(count, dtype=bool)
        if self._mapping.skip and (field := self._mapping.fields.get("kind")):
            raw = _text(rows.table[field.field].combine_chunks())
            skip = pc.is_in(raw, pa.array(sorted(self._mapping.skip))).to_numpy(zero_copy_only=False)
        wrong.where(pc.is_null(columns["at"]), "no time", skip)
        wrong.where(pc.is_null(columns["kind"]), "no kind", skip)
        wrong.where(pc.is_null(columns["visitor"]), "no visitor and no customer", skip)
        for name in schema().names:
            if pa.types.is_string(columns[name].type):
                wrong.where(pc.greater(pc.utf8_length(columns[name]), LONGEST_CHARS), f"{name} is too long", skip)
        table = pa.table(columns)
        keep = ~(skip | wrong.rows)
        bad = [row for row in wrong.named() if not skip[row[0]]]
        reasons = tuple(BadRow(int(rows.lines[row]), reason) for row, reason in bad)
        kept = table if keep.all() else table.filter(pa.array(keep))
        return Converted(
            kept.cast(schema()), tuple(sorted((*rows.bad, *reasons), key=lambda r: r.line)), int(skip.sum())
        )

    def _column(self, name: str, field: FieldOf, column: Any, wrong: "_Wrong") -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if name == "at":
            return self._moments(field, column, wrong)
        if name in NUMBERS:
            return _number(name, field, column, wrong)
        text = pc.utf8_trim_whitespace(_text(column))
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
        if field.values:
            place = pc.index_in(text, pa.array(list(field.values)))
            text = pc.coalesce(pa.array(list(field.values.values())).take(place), text)
        if name == "kind":
            known = pc.is_in(text, pa.array(KINDS))
            unknown = pc.and_(pc.is_valid(text), pc.invert(known))
            wrong.each(unknown, text, "there is no kind {!r}")
            text = pc.if_else(known, text, pa.scalar(None, pa.string()))
        elif name == "language":
            text = pc.utf8_lower(pc.utf8_slice_codeunits(text, 0, 2))
        elif name == "query":
            coded = text.dictionary_encode()
            masked = [self._mask(query) for query in coded.dictionary.to_pylist()]
            text = pa.DictionaryArray.from_arrays(coded.indices, pa.array(masked, pa.string())).cast(pa.string())
        return text

    def _moments(self, field: FieldOf, column: Any, wrong: "_Wrong") -> Any:
        """Moments in UTC, null where a value is no time."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if field.format in _DIVISORS:
            times = _DIVISORS[field.format]
            numbers = _number("at", FieldOf(field=field.field, times=times), column, wrong)
            return numbers.cast(pa.timestamp("us"))
        if field.format == "iso":
            text = _text(column)
            for kind in (pa.timestamp("us", "UTC"), pa.timestamp("us")):
                try:
                    found = text.cast(kind)
                except pa.ArrowInvalid:
                    continue
                if kind.tz is None and self._mapping.timezone != "UTC":
                    found = pc.assume_timezone(
                        found, self._mapping.timezone, ambiguous="earliest", nonexistent="earliest"
                    )
                return found.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        values = _text(column).to_pylist()
        moments = [self._moment(value, field.format) if value else None for value in values]
        failed = pa.array([bool(value) and moment is None for value, moment in zip(values, moments, strict=True)])
        wrong.each(failed, pa.array(values, pa.string()), "{!r} is no time")
        return pa.array(moments, pa.timestamp("us"))

    def _moment(self, value: str, format_: str) -> datetime | None:
        try:
            found = datetime.fromisoformat(value) if format_ == "iso" else datetime.strptime(value, format_)
            return (found if found.tzinfo else found.replace(tzinfo=self._zone)).astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            return None


class _Wrong:
    """Which rows are no events, each with the first reason that was found."""

    def __init__(self, rows: Rows) -> None:
        import numpy as np

        self.rows = np.zeros(rows.table.num_rows, dtype=bool)
        self._reasons: dict[int, str] = {}

    def where(self, condition: Any, reason: str, but: Any = None) -> None:
        """These rows, for this reason."""
        for row in self._new(condition, but):
            self._reasons[row] = reason

    def each(self, condition: Any, values: Any, reason: str) -> None:
        """These rows, each for a reason that quotes its value."""
        for row in self._new(condition):
            self._reasons[row] = reason.format(values[row].as_py()[:_SHOWN])

    def named(self) -> list[tuple[int, str]]:
        """Rows and reasons."""
        return sorted(self._reasons.items())

    def _new(self, condition: Any, but: Any = None) -> list[int]:
        import numpy as np
        import pyarrow.compute as pc

        found = pc.fill_null(condition, False).to_numpy(zero_copy_only=False) & ~self.rows
        if but is not None:
            found &= ~but
        self.rows |= found
        return [int(row) for row in np.flatnonzero(found)]


def _text(column: Any) -> Any:
    import pyarrow as pa

    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _number(name: str, field: FieldOf, column: Any, wrong: _Wrong) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = schema().field(name).type if name != "at" else pa.int64()
    if pa.types.is_string(column.type):
        empty = pc.equal(pc.utf8_trim_whitespace(column), "")
        column = pc.if_else(empty, pa.scalar(None, pa.string()), column)
        written = column
        if field.decimal == ",":
            column = pc.replace_substring(pc.replace_substring(column, ".", ""), ",", ".")
        failed = pc.and_(pc.is_valid(column), pc.invert(pc.match_substring_regex(column, _NUMBER)))
        wrong.each(failed, written, name.replace("at", "the time") + " is {!r}, no number")
        column = pc.utf8_trim_whitespace(pc.if_else(failed, pa.scalar(None, pa.string()), column)).cast(pa.float64())
    if pa.types.is_floating(whole) or pa.types.is_floating(column.type) or field.times != 1:
        column = pc.multiply(column.cast(pa.float64(), safe=False), pa.scalar(float(field.times)))
    if pa.types.is_floating(whole):
        return column.cast(whole)
    huge = pc.greater(pc.abs(column.cast(pa.float64(), safe=False)), _MOST)
    if pa.types.is_floating(column.type):
        huge = pc.or_(huge, pc.invert(pc.is_finite(column)))
    wrong.where(huge, f"{name} is too large a number")
    column = pc.if_else(huge, pa.scalar(None, column.type), column)
    return (pc.round(column) if pa.types.is_floating(column.type) else column).cast(pa.int64())
