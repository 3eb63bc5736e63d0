"""Sums as whole numbers of 64 bits, whatever an engine sums in: DuckDB in 128 bits, PostgreSQL in decimals."""

from typing import Any


def whole(total: Any) -> Any:
    """A total as int64. ibis takes every total of whole numbers for one and would leave a plain cast out; floating
    numbers between keep totals below 9e15 exact."""
    return total.cast("float64").cast("int64")
