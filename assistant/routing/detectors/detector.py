"""What every detector of intents offers, and what it is asked.

A detector scores each query over all classes: the catalogue's intents and, last, "out of scope". Scores are
log-probabilities; a row of zeros says nothing. Any detector may be missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.text.language import Language

Matrix = NDArray[np.float32]
Scores = NDArray[np.float64]
OUT = ""
"""Name of the class "out of scope"."""


class SentenceEncoder(Protocol):
    """Texts in, unit vectors of shape (n, dimension) out."""

    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Matrix:
        """Unit vectors of `texts`."""
        ...


@dataclass(frozen=True)
class Query:
    """A message, or a part of one.

    Args:
        text: as the customer wrote it.
        plain: as encoders read it.
        vectors: by encoder, shape (dimension,).
    """

    text: str
    plain: str
    language: Language
    vectors: Mapping[str, Matrix] = field(repr=False, default_factory=dict)


class Detector(Protocol):
    """Scores queries over the classes."""

    @property
    def name(self) -> str:
        """As it is called in votes."""
        ...

    def scores(self, queries: Sequence[Query]) -> Scores:
        """Log-probabilities of shape (n, classes) for `n` queries of one language."""
        ...


def log_softmax(values: NDArray[np.floating]) -> Scores:
    """Logarithms of the softmax over the last axis."""
    shifted = np.asarray(values, dtype=np.float64) - np.max(values, axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
