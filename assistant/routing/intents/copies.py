"""How near messages to be examined on come to the catalogue's examples: a copy proves nothing.

The distance of two texts is 0 for the same characters in the same order and 1 for nothing in common (one less the
ratio of Ratcliff and Obershelp, on letters and digits only).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

NEAR_COPY = 0.15
"""A distance up to this is a near-copy."""
_LOOKED_AT = 8
_GRAM = 2


@dataclass(frozen=True)
class Nearness:
    """A message, the example nearest to it, and the distance between them, 0 to 1."""

    text: str
    example: str
    distance: float

    @property
    def is_copy(self) -> bool:
        """Whether it is a near-copy."""
        return self.distance <= NEAR_COPY


def nearest_examples(texts: Sequence[str], examples: Sequence[str]) -> list[Nearness]:
    """The example nearest to each text, in the order of `texts`.

    Only the examples that share most pairs of characters with a text are compared in full.
    """
    from scipy.sparse import csr_matrix

    letters = [_letters(text) for text in (*texts, *examples)]
    columns: dict[str, int] = {}
    rows = [{columns.setdefault(gram, len(columns)): n for gram, n in Counter(_grams(t)).items()} for t in letters]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    values = np.array([n for row in rows for n in row.values()], dtype=np.float32)
    found = np.array([column for row in rows for column in row], dtype=np.int64)
    counts = csr_matrix((values, found, starts), shape=(len(rows), max(len(columns), 1)))
    sizes = np.asarray(counts.sum(axis=1)).ravel()
    asked, known = counts[: len(texts)], counts[len(texts) :]
    shared = (asked @ known.T).toarray()
    dice = 2 * shared / (sizes[: len(texts), None] + sizes[None, len(texts) :])
    top = np.argsort(-dice, axis=1, kind="stable")[:, :_LOOKED_AT]
    return [
        min(
            (Nearness(text, examples[i], _distance(letters[at], letters[len(texts) + i])) for i in top[at]),
            key=lambda near: near.distance,
        )
        for at, text in enumerate(texts)
    ]


def summary(found: Sequence[Nearness]) -> dict[str, Any]:
    """Distances of many texts: the least, the 5 % quantile, the median, and the near-copies."""
    distances = np.array([near.distance for near in found] or [1.0])
    copies = sorted((near for near in found if near.is_copy), key=lambda near: near.distance)
    return {
        "least": float(distances.min()),
        "p5": float(np.quantile(distances, 0.05)),
        "median": float(np.median(distances)),
        "limit": NEAR_COPY,
        "copies": [[near.text, near.example, near.distance] for near in copies],
    }


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum()) or text


def _grams(text: str) -> Iterator[str]:
    padded = f" {text} "
    return (padded[at : at + _GRAM] for at in range(len(padded) - _GRAM + 1))


def _distance(one: str, other: str) -> float:
    return round(1.0 - SequenceMatcher(None, one, other, autojunk=False).ratio(), 4)
