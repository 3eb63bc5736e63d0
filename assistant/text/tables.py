"""Tables in Markdown: read line by line, and said as sentences that name their columns.

A row said on its own ("Destination: United Kingdom; Standard: $7.99") is understood without the table's head, so this
is how answers quote it, and how what was quoted is told from prose again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RULE = re.compile(r"[\s|:\-]*-[\s|:\-]*")
_MARKUP = re.compile(r"[*_`]")


@dataclass(frozen=True)
class Row:
    """A row below a table's head.

    Attributes:
        columns: names of the columns; empty where the head has none.
        cells: as they stand there.
    """

    columns: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def label(self) -> str:
        """The first cell without markup: what the row is about."""
        return _MARKUP.sub("", self.cells[0]).strip() if self.cells else ""

    @property
    def said(self) -> str:
        """The row as one sentence; empty cells are left out."""
        told = ((name, cell) for name, cell in zip(self.columns, self.cells, strict=False) if cell)
        return "; ".join(f"{name}: {cell}" if name else cell for name, cell in told)


def lines_and_rows(text: str) -> Iterator[str | Row]:
    """The lines of a text in their order, those of a table as rows; its head and rule belong to the rows."""
    columns: tuple[str, ...] | None = None
    lines = [line.strip() for line in text.splitlines()]
    for at, line in enumerate(lines):
        if not _in_table(lines, at, inside=columns is not None):
            columns = None
            yield line
        elif columns is None:
            columns = _cells(line)
        elif not _is_rule(line):
            yield Row(columns, _cells(line))


def is_said_row(sentence: str) -> bool:
    """Whether a sentence is a row that was said (see `Row.said`)."""
    return sentence.count("; ") > 0 and sentence.count(": ") > 1


def key_of(sentence: str) -> str | None:
    """What a row that was said is about: its first cell; None for prose."""
    if not is_said_row(sentence):
        return None
    first = sentence.partition("; ")[0]
    return first.partition(": ")[2] or first


def _in_table(lines: list[str], at: int, *, inside: bool) -> bool:
    """Whether a line belongs to a table: it begins with a bar, goes on with one, or stands above a table's rule."""
    line = lines[at]
    if line.startswith("|") or (inside and "|" in line):
        return True
    return "|" in line and at + 1 < len(lines) and _is_rule(lines[at + 1])


def _is_rule(line: str) -> bool:
    return "|" in line and _RULE.fullmatch(line) is not None


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|"))
