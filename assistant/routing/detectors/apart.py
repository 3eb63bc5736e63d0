"""What words tell of messages with two requests: which intents they ask for at once, and whether a stretch asks at all.

Two linear classifiers over n-grams, of the catalogue's examples alone:

* `several`, one-vs-rest over examples and pairs of them put together, so that what speaks for one intent is not held
  against another one that is asked for beside it;
* `asking`, which tells a request from the story, the reason or the condition around one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.lexical import Lexical
from assistant.routing.reading.wording import plain
from assistant.text.language import Language

_MARKS = " ,，;；。.!！?？\n、"
_LONGEST = {"zh": (4, 6), "en": (3, 6)}


@dataclass(frozen=True)
class Asking:
    """A logistic regression over the n-grams of a stretch.

    Args:
        rows: n-gram to its row.
        weights: shape (n-grams, 2): how rare each n-gram is, and how much it speaks for a request.
        bias: beside them.
    """

    rows: Mapping[str, int]
    weights: Matrix
    bias: float

    def log_odds(self, text: str, language: Language) -> float:
        """Above 0 the text rather asks for something than tells the story around it."""
        counts: dict[int, int] = {}
        for gram in clause_grams(text, language):
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
    """Both of one language."""

    several: Lexical
    asking: Asking

    def margins(self, text: str, language: Language) -> NDArray[np.float64]:
        """How far the text lies on each class's side, shape (classes,); above 0 it is asked for."""
        return np.asarray(self.several.margins([plain(text, language)], language)[0], dtype=np.float64)


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
