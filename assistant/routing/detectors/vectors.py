"""Vectors of the catalogue's examples, kept on disk by the hash of their text: a changed example costs itself only."""

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.routing.detectors.detector import Matrix, SentenceEncoder

_LOG = logging.getLogger(__name__)
_BATCH = 64

Progress = Callable[[str, int, int], None]
"""Called with the encoder's key, the examples embedded so far and those to embed."""


def example_vectors(
    encoder: SentenceEncoder, key: str, texts: Sequence[str], folder: Path, progress: Progress | None = None
) -> Matrix:
    """Vectors of `texts`, shape (n, dimension); what is not on disk yet is computed.

    Args:
        key: names the encoder and its weights.
        folder: where the file `<key>.npz` lies.
        progress: called after each batch.
    """
    path = folder / f"examples-{key}.npz"
    known = _read(path)
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    missing = list({k: text for k, text in zip(keys, texts, strict=True) if k not in known}.items())
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors = encoder.embed([text for _, text in batch], as_query=True)
        known |= {k: vector for (k, _), vector in zip(batch, vectors, strict=True)}
        if progress:
            progress(key, start + len(batch), len(missing))
    if missing:
        _write(path, {k: known[k] for k in keys})
    return np.stack([known[k] for k in keys]).astype(np.float32)


def _read(path: Path) -> dict[str, Matrix]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(file["keys"].tolist(), file["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError) as error:
        _LOG.warning("example vectors are computed again, %s can't be read: %s", path, error)
        return {}


def _write(path: Path, vectors: Mapping[str, Matrix]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npz")
        np.savez(draft, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
        draft.replace(path)
    except OSError as error:
        _LOG.warning("example vectors are not kept, %s can't be written: %s", path, error)
