"""A sentence encoder: texts in, unit vectors out.

The encoders of this package carry their weights in installed packages, so nothing is downloaded at run time.
Each one loads at its first use, remembers the last texts that it saw (the router and the search ask for the
same utterance), and lets one thread at a time into the library below it.
"""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from assistant.models.embeddings.pins import PinnedFile, require_pinned

Vectors = NDArray[np.float32]

MAX_CHARS = 2_000
_KEPT = 512


class Encoder(ABC):
    """One encoder.

    Args:
        stamps_dir: folder where checked weight files are noted, so that they are hashed only once.
    """

    name: ClassVar[str]
    dimension: ClassVar[int]
    sha256: ClassVar[tuple[str, ...]]
    """Hashes of the files that decide the vectors."""

    def __init__(self, stamps_dir: Path) -> None:
        self._stamps_dir = stamps_dir
        self._lock = Lock()
        self._loaded = False
        self._recent: OrderedDict[tuple[str, bool], Vectors] = OrderedDict()

    @property
    @abstractmethod
    def package(self) -> str:
        """The installed package that carries the weights, as `name==version`."""

    @abstractmethod
    def pins(self) -> tuple[PinnedFile, ...]:
        """The files that decide the vectors, each with its hash of `sha256`."""

    @abstractmethod
    def _load(self) -> None:
        """Load the weights; called once, under the lock."""

    @abstractmethod
    def _encode(self, texts: list[str], *, as_query: bool) -> Vectors:
        """Vectors of shape (n, dimension) for n > 0 clean texts; called under the lock."""

    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Vectors:
        """Unit vectors of `texts`. Safe to call from several threads.

        Args:
            texts: any number of texts of any length; what stands behind `MAX_CHARS` characters, or behind the
                encoder's own window, has no say.
            as_query: whether the texts are questions (or examples to compare with questions) rather than
                passages to be found; only some encoders make the difference.

        Returns:
            float32 of shape (n, dimension), rows of length 1.

        Raises:
            OperatorError: a weight file is missing or is not the pinned one.
        """
        found: dict[int, Vectors] = {}
        with self._lock:
            missing: dict[str, list[int]] = {}
            for row, text in enumerate(texts):
                known = self._recent.get((text, as_query))
                if known is None:
                    missing.setdefault(text, []).append(row)
                else:
                    self._recent.move_to_end((text, as_query))
                    found[row] = known
            if missing:
                self._ensure_loaded()
                fresh = unit(self._encode([_clean(text) for text in missing], as_query=as_query))
                for (text, rows), vector in zip(missing.items(), fresh, strict=True):
                    found.update(dict.fromkeys(rows, vector))
                    self._recent[text, as_query] = vector.copy()
                while len(self._recent) > _KEPT:
                    self._recent.popitem(last=False)
        if not found:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([found[row] for row in range(len(texts))])

    def forget(self) -> None:
        """Forget the last texts, so that the next ones are encoded anew (for measuring)."""
        with self._lock:
            self._recent.clear()

    def warm_up(self) -> None:
        """Load the weights now rather than at the first text."""
        with self._lock:
            self._ensure_loaded()

    def _ensure_loaded(self) -> None:
        if not self._loaded:
            for pin in self.pins():
                require_pinned(pin, self._stamps_dir)
            self._load()
            self._loaded = True


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; rows of zeros stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _clean(text: str) -> str:
    """The text's beginning, without what C strings and UTF-8 can't hold: NUL characters and lone surrogates."""
    return text[:MAX_CHARS].replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
