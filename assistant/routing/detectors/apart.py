"""What words tell of messages with two requests: which intents they ask for, what asks at all, and where one begins.

Three linear classifiers over n-grams, of what stands in the catalogue alone:

* `several`, one-vs-rest over examples and pairs of them put together, so that what speaks for one intent is not held
  against another one that is asked for beside it;
* `asking`, which tells a request from the story, the reason or the condition around one;
* `parting`, which tells the places where a second request begins from all others where one might cut.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.lexical import Lexical
from assistant.routing.reading.wording import plain
from assistant.text.language import Language

_MARKS = " ,，;；。.!！?？\n、"
_LONGEST = {"zh": (4, 6), "en": (3, 6)}
_EDGES = (1, 2, 3, 4)
_LONG = 6
_SHORT_WORD = 3


@dataclass(frozen=True)
class GramOdds:
    """A logistic regression over n-grams.

    Args:
        rows: n-gram to its row.
        weights: shape (n-grams, 2): how rare each n-gram is, and how much it speaks for what is asked.
        bias: beside them.
    """

    rows: Mapping[str, int]
    weights: Matrix
    bias: float

    def log_odds(self, grams: Iterable[str]) -> float:
        """Above 0 it is rather so than not; the bias where none of the n-grams is known."""
        counts: dict[int, int] = {}
        for gram in grams:
            row = self.rows.get(gram)
            if row is not None:
                counts[row] = counts.get(row, 0) + 1
        if not counts:
            return self.bias
        found = np.fromiter(counts, dtype=np.int64, count=len(counts))
        times = 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))
        idf, weights = self.weights[found, 0] * times, self.weights[found, 1]
        return float(idf @ weights / max(float(np.linalg.norm(idf)), 1e-9)) + self.bias


@dataclass(frozen=True)
class Apart:
    """All three of one language."""

    several: Lexical
    asking: GramOdds
    parting: GramOdds

    def margins(self, text: str, language: Language) -> NDArray[np.float64]:
        """How far the text lies on each class's side, shape (classes,); above 0 it is asked for."""
        return np.asarray(self.several.margins([plain(text, language)], language)[0], dtype=np.float64)

    def asks(self, text: str, language: Language) -> float:
        """Log-odds that the text asks for something rather than tells the story around it."""
        return self.asking.log_odds(clause_grams(text, language))

    def parts(self, left: str, between: str, right: str, language: Language) -> float:
        """Log-odds that a request of its own begins with `right`, behind `left` and the mark between them."""
        return self.parting.log_odds(place_grams(left, between, right, language))


def clause_grams(text: str, language: Language) -> Iterator[str]:
    """The n-grams of a stretch, its beginning and end marked, and about how long it is.

    Chinese: one to three characters; English: one to three words.
    """
    stripped = plain(text.strip(_MARKS), language).lower()
    unit, most = _LONGEST["zh" if language == "zh" else "en"]
    if language == "zh":
        run = f"^{stripped}$"
        yield from (run[at : at + size] for size in (1, 2, 3) for at in range(len(run) - size + 1))
        yield f"end {run[-3:]}"
        yield f"begin {run[:3]}"
        yield f"long {min(len(run) // unit, most)}"
        return
    words = ["^", *stripped.split(), "$"]
    yield from (" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words) - size + 1))
    yield f"long {min(len(words) // unit, most)}"


def place_grams(left: str, between: str, right: str, language: Language) -> Iterator[str]:
    """The n-grams of both sides of a place, how each begins and ends, its length, the mark, and whether words recur.

    Chinese: characters; English: words; runs of one to three within a side, of up to four at its ends.
    """
    unit = _LONGEST["zh" if language == "zh" else "en"][0]
    sides = [_units(side, language) for side in (left, right)]
    for tag, side in zip(("l", "r"), sides, strict=True):
        for size in _EDGES:
            yield f"{tag}^{' '.join(side[:size])}"
            yield f"{tag}${' '.join(side[-size:])}"
        yield from (
            f"{tag} {' '.join(side[at : at + size])}" for size in (1, 2, 3) for at in range(len(side) - size + 1)
        )
        yield f"{tag} long {min(len(side) // unit, _LONG)}"
    yield f"between {between.strip(' ')[:3] or between[:1]}"
    one, other = (
        {*pairwise(side)} if language == "zh" else {w for w in side if len(w) > _SHORT_WORD} for side in sides
    )
    yield f"shared {min(len(one & other), _EDGES[-2])}"


def _units(side: str, language: Language) -> list[str]:
    stripped = plain(side.strip(_MARKS), language).lower()
    return [c for c in stripped if not c.isspace()] if language == "zh" else stripped.split()
