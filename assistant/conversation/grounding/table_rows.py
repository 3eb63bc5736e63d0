"""Rows of tables: a sentence that names one row may not say the quantities of another.

Models slip from line to line: the price of the European Union for Mainland China. All of a table stands in one passage,
so that the number alone proves nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.text.quantities import Quantity, quantities
from assistant.text.tables import Row, lines_and_rows

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class _Table:
    """Labels (first cells, casefolded) with the quantities of their rows, and those of head and text around it."""

    rows: dict[str, frozenset[tuple[str, str]]]
    beside: frozenset[tuple[str, str]]


def of_another_row(text: str, passages: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """Words of quantities that a table has in other rows only than those that their sentence names.

    Args:
        text: what a model said.
        passages: what it may say; their tables are in Markdown.
        others: tool results and the customer's words, whose quantities may always be said.
    """
    tables = [table for passage in passages if "|" in passage and (table := _table(passage))]
    if not tables:
        return ()
    free = frozenset().union(*(_values(other) for other in (*others, *(p for p in passages if "|" not in p))))
    return tuple(dict.fromkeys(words for sentence in _SENTENCE.split(text) for words in _wrong(sentence, tables, free)))


def _wrong(sentence: str, tables: Sequence[_Table], free: frozenset[tuple[str, str]]) -> Iterator[str]:
    named = [(table, [label for label in table.rows if _says(sentence, label)]) for table in tables]
    here = [(table, labels) for table, labels in named if labels]
    if not here:
        return
    allowed = free.union(
        *(table.beside for table, _ in named), *(t.rows[label] for t, labels in here for label in labels)
    )
    elsewhere = frozenset().union(*(values for table, _ in here for values in table.rows.values()))
    for quantity in quantities(sentence):
        if _key(quantity) in elsewhere - allowed:
            yield quantity.words


def _table(passage: str) -> _Table | None:
    rows: dict[str, frozenset[tuple[str, str]]] = {}
    beside: list[str] = []
    for line in lines_and_rows(passage):
        if not isinstance(line, Row):
            beside.append(line)
            continue
        beside.append(" | ".join(line.columns))
        if label := line.label.casefold():
            rows[label] = rows.get(label, frozenset()) | _values(" | ".join(line.cells))
    return _Table(rows, _values("\n".join(beside))) if len(rows) > 1 else None


def _says(sentence: str, label: str) -> bool:
    found = re.escape(label)
    return bool(re.search(rf"(?<![a-z0-9]){found}(?![a-z0-9])", sentence.casefold()))


def _values(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(_key(quantity) for quantity in quantities(text))


def _key(quantity: Quantity) -> tuple[str, str]:
    return quantity.kind, quantity.value
