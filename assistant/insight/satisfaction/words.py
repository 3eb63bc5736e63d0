"""The words of a moment as a sparse row: single words and pairs, hashed, of what each side said last.

Where a whole dialogue is meant, the customer's last words, if they have the last word, stand for those of the moment.
"""

import itertools
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.insight.satisfaction.dialogues import Line, Moment
from assistant.insight.satisfaction.measures import tokens_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BUCKETS = 1 << 14
_PLACES = ("answer", "before", "now")
WIDTH = _BUCKETS * len(_PLACES)
"""Columns: one set of buckets for the shop's last words, the customer's words before them, and those of now."""


def rows_of(moments: Sequence[Moment], *, with_now: bool) -> "csr_matrix":
    """Shape (n, WIDTH), each row of length 1.

    Args:
        moments: whose words.
        with_now: whether the customer's message at the moment is read too.
    """
    from scipy.sparse import csr_matrix

    columns: list[NDArray[np.int64]] = []
    ends = [0]
    for moment in moments:
        parts = _places(moment, with_now)
        found = np.concatenate([_buckets(text) + place * _BUCKETS for place, text in enumerate(parts)])
        columns.append(found)
        ends.append(ends[-1] + len(found))
    lengths = np.diff(ends)
    values = np.repeat(1.0 / np.sqrt(np.maximum(lengths, 1)), lengths)
    return csr_matrix((values, np.concatenate(columns), ends), shape=(len(moments), WIDTH))


def _places(moment: Moment, with_now: bool) -> tuple[str, str, str]:
    before = list(moment.lines)
    last = _take(before, "customer") if moment.is_whole else ""
    answer = _take(before, "shop")
    said = _take(before, "customer")
    return answer, said, moment.now.text if moment.now is not None and with_now else last


def _take(lines: list[Line], role: str) -> str:
    """The last messages in a row of one side, taken off the end."""
    found: list[str] = []
    while lines and lines[-1].role == role:
        found.append(lines.pop().text)
    return " ".join(reversed(found))


@lru_cache(maxsize=1 << 15)
def _buckets(text: str) -> NDArray[np.int64]:
    words = tokens_of(text)
    parts = [*words, *(f"{one} {other}" for one, other in itertools.pairwise(words))]
    return np.unique(np.array([zlib.crc32(part.encode()) % _BUCKETS for part in parts], dtype=np.int64))
