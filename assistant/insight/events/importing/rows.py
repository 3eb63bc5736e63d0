"""Lines of a log as columns: all at once where they are in order, one by one where a line is not.

A line that can't be read costs only itself: it is reported with its number.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.insight.events.importing.mapping import NUMBERS, Mapping

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_DELIMITERS = (",", ";", "\t", "|")
_STEP = 4096
_SAMPLE_BYTES, _SAMPLE_LINES, _SAMPLE_HITS = 100_000, 200, 20


@dataclass(frozen=True)
class BadRow:
    """A line that is no event: its number in the file, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Rows:
    """Columns of a block.

    Attributes:
        table: the fields of the log that are read, of equal length, text or numbers.
        lines: the number of the line of each row.
        bad: lines that could not be read.
    """

    table: "pa.Table"
    lines: "np.ndarray[Any, Any]"
    bad: tuple[BadRow, ...] = ()


class JsonLines:
    """Reads JSON objects, one a line.

    Args:
        mapping: tells which fields.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._types: dict[str, Any] = {}

    def rows(self, text: bytes, first_line: int) -> Rows:
        """The rows of whole lines."""
        import numpy as np
        import pyarrow as pa

        if not self._mapping.nested and b"\n\n" not in text and not text.startswith(b"\n"):
            table = self._fast(text)
            if table is not None:
                return Rows(table, np.arange(first_line, first_line + table.num_rows))
            found = text.splitlines(keepends=True)
            if len(found) > _STEP:
                steps = range(0, len(found), _STEP)
                parts = [self.rows(b"".join(found[at : at + _STEP]), first_line + at) for at in steps]
                return _joined(parts)
        names = self._mapping.names
        values: dict[str, list[str | None]] = {name: [] for name in names}
        lines, bad = list[int](), list[BadRow]()
        for number, line in enumerate(text.split(b"\n"), first_line):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
            except (ValueError, RecursionError):
                bad.append(BadRow(number, "not valid JSON"))
                continue
            if not isinstance(data, dict):
                bad.append(BadRow(number, "not a JSON object"))
                continue
            lines.append(number)
            for name in names:
                values[name].append(_plain(data, name))
        table = pa.table({name: pa.array(column, type=pa.string()) for name, column in values.items()})
        return Rows(table, np.array(lines, dtype=np.int64), tuple(bad))

    def _fast(self, text: bytes) -> "pa.Table | None":
        import pyarrow as pa
        from pyarrow import json as pj

        if self._types.keys() != set(self._mapping.names):  # a field may be rare, and be seen in a later block only
            self._types = {**_types(text, self._mapping), **self._types}
        schema = pa.schema([(name, self._types.get(name, pa.string())) for name in self._mapping.names])
        options = pj.ReadOptions(use_threads=False, block_size=len(text) + 1)
        parse = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore", newlines_in_values=False)
        try:
            table = pj.read_json(pa.BufferReader(text), read_options=options, parse_options=parse)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if table.num_rows != text.count(b"\n") + (not text.endswith(b"\n")):
            return None
        return table.select(list(self._mapping.names))


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


class CsvLines:
    """Reads delimited lines under a header.

    Args:
        mapping: tells which columns.
        header: the first line of the file.

    Raises:
        ValueError: the header lacks a column that the mapping names.
    """

    def __init__(self, mapping: Mapping, header: bytes) -> None:
        self._mapping = mapping
        text = header.decode("utf-8-sig", errors="replace").rstrip("\r\n")
        self._delimiter = mapping.delimiter or max(_DELIMITERS, key=lambda mark: len(_cells(text, mark)))
        self._columns = _cells(text, self._delimiter)
        if missing := [name for name in mapping.names if name not in self._columns]:
            raise ValueError(f"no column {missing[0]!r}; there are {', '.join(self._columns)}")

    def rows(self, text: bytes, first_line: int) -> Rows:
        """The rows of whole lines."""
        import numpy as np
        import pyarrow as pa
        from pyarrow import csv as pc

        bad: list[BadRow] = []
        if b"\n\n" not in text and b"\n\r\n" not in text and not text.startswith((b"\n", b"\r\n")):

            def wrong(row: Any) -> str:
                reason = f"{row.actual_columns} columns instead of {row.expected_columns}"
                bad.append(BadRow(first_line - 1 + row.number, reason))
                return "skip"

            names = self._mapping.names
            convert = pc.ConvertOptions(
                column_types={name: pa.string() for name in names}, include_columns=list(names),
                strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=True,
            )  # fmt: skip
            read = pc.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=self._columns)
            parse = pc.ParseOptions(delimiter=self._delimiter, newlines_in_values=False, invalid_row_handler=wrong)
            try:
                table = pc.read_csv(pa.BufferReader(text), read, parse, convert)
            except pa.ArrowInvalid:
                bad.clear()
            else:
                gone = {row.line for row in bad}
                count = text.count(b"\n") + (not text.endswith(b"\n"))
                if table.num_rows + len(gone) == count:
                    lines = np.arange(first_line, first_line + count)
                    return Rows(table, lines[~np.isin(lines, list(gone))] if gone else lines, tuple(bad))
                bad.clear()
        return self._slow(text, first_line)

    def _slow(self, text: bytes, first_line: int) -> Rows:
        import numpy as np
        import pyarrow as pa

        places = [self._columns.index(name) for name in self._mapping.names]
        lines, kept, bad = list[int](), list[list[str]](), list[BadRow]()
        for number, raw in enumerate(text.split(b"\n"), first_line):
            if not (line := raw.rstrip(b"\r")):
                continue
            try:
                cells = next(csv.reader([line.decode()], delimiter=self._delimiter, strict=True))
            except UnicodeDecodeError:
                bad.append(BadRow(number, "not UTF-8"))
                continue
            except csv.Error as error:
                bad.append(BadRow(number, f"not CSV: {error}"))
                continue
            if len(cells) != len(self._columns):
                bad.append(BadRow(number, f"{len(cells)} columns instead of {len(self._columns)}"))
                continue
            lines.append(number)
            kept.append(cells)
        columns = {
            name: pa.array([cells[place] or None for cells in kept], type=pa.string())
            for name, place in zip(self._mapping.names, places, strict=True)
        }
        return Rows(pa.table(columns), np.array(lines, dtype=np.int64), tuple(bad))


def _types(text: bytes, mapping: Mapping) -> dict[str, Any]:
    """What the fields are, by lines in which they occur: text, whole numbers or numbers; text where they differ."""
    import pyarrow as pa

    seen: dict[str, set[type]] = {}
    lines = set(text[:_SAMPLE_BYTES].split(b"\n")[:_SAMPLE_LINES])
    for name in mapping.names:
        lines |= _lines_with(text, json.dumps(name).encode())
    for line in lines:
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if isinstance(data, dict):
            for name in mapping.names:
                if data.get(name) is not None:
                    seen.setdefault(name, set()).add(type(data[name]))
    numbers = {field.field for ours, field in mapping.fields.items() if ours in NUMBERS or ours == "at"}
    found: dict[str, Any] = {}
    for name, kinds in seen.items():
        whole = kinds == {int} and name not in numbers
        found[name] = pa.int64() if whole else pa.float64() if kinds <= {int, float} else pa.string()
    return found


def _lines_with(text: bytes, word: bytes) -> set[bytes]:
    """The first few lines in which `word` stands."""
    found, at = set[bytes](), text.find(word)
    while at >= 0 and len(found) < _SAMPLE_HITS:
        end = text.find(b"\n", at)
        found.add(text[text.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(text)])
        at = text.find(word, end) if end >= 0 else -1
    return found


def _plain(data: dict[str, Any], name: str) -> str | None:
    value: Any = data
    for part in (name,) if name in data else name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or value == "" or isinstance(value, dict | list):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(parts: Sequence[Rows]) -> Rows:
    import numpy as np
    import pyarrow as pa

    names = parts[0].table.column_names
    same = all(part.table.schema == parts[0].table.schema for part in parts)
    text = pa.schema([(name, pa.string()) for name in names])
    tables = [part.table if same else _as_text(part.table, text) for part in parts]
    lines = np.concatenate([part.lines for part in parts])
    return Rows(pa.concat_tables(tables), lines, tuple(row for part in parts for row in part.bad))


def _as_text(table: "pa.Table", schema: "pa.Schema") -> "pa.Table":
    return table.cast(schema)
