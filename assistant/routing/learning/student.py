"""A small student of the router: linear over hashed letters and words, taught by what the whole router says.

It needs no encoder, weighs one byte a weight, and answers in a fraction of a millisecond: for a first answer
where not even the encoders fit, not for the shop's own chain. It learns from the router's probabilities rather
than from labels (Hinton et al. 2015), so unlabelled messages teach it too.
"""

import itertools
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import Scores, log_softmax

_BUCKETS = 1 << 14
_LETTERS = (2, 3, 4, 5)
_DECAY = 1e-5
_STEPS = 60
_WORD = re.compile(r"[\w']+|[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Student:
    """Weights as bytes, shape (buckets, classes), the scale of each class and its bias."""

    names: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_probabilities(self, texts: Sequence[str]) -> Scores:
        """Shape (n, classes)."""
        rows = np.zeros((len(texts), len(self.names)))
        for row, text in enumerate(texts):
            buckets, values = features(text)
            rows[row] = values @ self.weights[buckets].astype(np.float32) * self.scale + self.bias
        return log_softmax(rows)

    def save(self, path: Path) -> None:
        """Write to one file."""
        np.savez_compressed(path, names=np.array(self.names), weights=self.weights, scale=self.scale, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "Student":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(tuple(file["names"].tolist()), file["weights"], file["scale"], file["bias"])


def teach(texts: Sequence[str], probabilities: Scores, names: Sequence[str]) -> Student:
    """Fit a student to the teacher's probabilities, shape (n, classes), by cross-entropy.

    Args:
        names: of the classes.
    """
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    rows: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    ends = [0]
    for text in texts:
        buckets, strength = features(text)
        rows.append(buckets)
        values.append(strength)
        ends.append(ends[-1] + len(buckets))
    matrix = csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=(len(texts), _BUCKETS))
    across = matrix.T.tocsr()
    classes = len(names)
    wanted = probabilities.astype(np.float32)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat[classes:].reshape(_BUCKETS, classes).astype(np.float32)
        logs = log_softmax(matrix @ weights + flat[:classes])
        error = ((np.exp(logs) - wanted) / len(texts)).astype(np.float32)
        slope = across @ error + _DECAY * weights
        value = -float((wanted * logs).sum()) / len(texts) + 0.5 * _DECAY * float((weights * weights).sum())
        return value, np.concatenate([error.sum(axis=0), slope.ravel()]).astype(np.float64)

    start: Any = np.zeros(classes + _BUCKETS * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": 5})
    weights = found.x[classes:].reshape(_BUCKETS, classes)
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127.0
    return Student(
        tuple(names),
        np.round(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        found.x[:classes].astype(np.float32),
    )


def features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Buckets of the words, pairs of words and letters of a text, and their strengths (of length 1 together)."""
    words = _WORD.findall(text.casefold())
    parts = [f"w{word}" for word in words]
    parts += [f"p{first} {second}" for first, second in itertools.pairwise(words)]
    for word in words:
        framed = f"<{word}>"
        parts += [framed[at : at + n] for n in _LETTERS for at in range(len(framed) - n + 1)]
    buckets, counts = np.unique([zlib.crc32(part.encode()) % _BUCKETS for part in parts] or [0], return_counts=True)
    strengths = (1.0 + np.log(counts)).astype(np.float32)
    return buckets.astype(np.int64), strengths / np.linalg.norm(strengths)
