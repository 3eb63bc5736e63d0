"""Vectors of a data set's messages, kept on disk by content, so that a bench is slow only the first time."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from assistant.routing.detectors.detector import Matrix, SentenceEncoder

_BATCH = 256


class KeptVectors:
    """An encoder that has read a data set before.

    Args:
        inner: encodes what is not on disk.
        key: names the encoder and its weights.
        folder: where the vectors lie, one file for each list of texts.
        tell: is told of progress.
    """

    def __init__(self, inner: SentenceEncoder, key: str, folder: Path, tell: Callable[[str], None]) -> None:
        self._inner = inner
        self._key = key
        self._folder = folder
        self._tell = tell
        self._known: dict[str, Matrix] = {}
        self.sha256 = getattr(inner, "sha256", ())

    def read(self, texts: Sequence[str]) -> None:
        """Have the vectors of `texts` at hand from now on."""
        wanted = sorted(set(texts))
        digest = hashlib.sha256("\0".join([self._key, *wanted]).encode("utf-8", "replace")).hexdigest()[:24]
        path = self._folder / f"{self._key}-{digest}.npy"
        vectors = self._load(path, len(wanted))
        if vectors is None:
            parts = []
            for start in range(0, len(wanted), _BATCH):
                parts.append(self._inner.embed(wanted[start : start + _BATCH], as_query=True))
                self._tell(f"{self._key.partition('-')[0]}: {min(start + _BATCH, len(wanted))} of {len(wanted)} texts")
            vectors = np.concatenate(parts).astype(np.float32)
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part.npy")
            np.save(draft, vectors)
            draft.replace(path)
        self._known |= dict(zip(wanted, vectors, strict=True))

    def embed(self, texts: Sequence[str], *, as_query: bool = True) -> Matrix:
        """Vectors of `texts`, as the inner encoder gives them."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= dict(zip(missing, self._inner.embed(missing, as_query=as_query), strict=True))
        return np.stack([self._known[text] for text in texts])

    @staticmethod
    def _load(path: Path, rows: int) -> Matrix | None:
        try:
            vectors: Matrix = np.load(path, allow_pickle=False)
        except (OSError, ValueError):
            return None
        return vectors if len(vectors) == rows else None
