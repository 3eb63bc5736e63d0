"""The vectors of several encoders put together: each is centred, scaled to length 1 and given its share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.routing.detectors.detector import Matrix

SHARES: Mapping[str, float] = {"minilm": 2.0, "use": 0.6, "e5": 1.4}
"""What an encoder weighs beside the others, 1 where it isn't named. From equal shares to these, few-shot English
gains half a point; MiniLM reads it best by far."""


@dataclass(frozen=True)
class Blend:
    """How vectors of several encoders become one.

    Args:
        means: by encoder, what is subtracted, shape (dimension,); the encoders' order is that of the blocks.
    """

    means: Mapping[str, Matrix]

    @property
    def name(self) -> str:
        """The encoders' names with + between them."""
        return blend_name(list(self.means))

    def of(self, vectors: Mapping[str, Matrix]) -> Matrix:
        """Rows of length 1 from the rows of each encoder."""
        blocks = []
        for name, share in zip(self.means, shares(list(self.means)), strict=True):
            centred = vectors[name] - self.means[name]
            length = np.linalg.norm(centred, axis=1, keepdims=True)
            blocks.append(centred / np.maximum(length, 1e-9) * np.float32(share**0.5))
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def slices(self) -> list[tuple[float, slice]]:
        """Share and columns of each encoder's block."""
        found, start = [], 0
        for (_, mean), share in zip(self.means.items(), shares(list(self.means)), strict=True):
            found.append((share, slice(start, start + len(mean))))
            start += len(mean)
        return found


def fit_blend(vectors: Mapping[str, Matrix]) -> Blend:
    """The blend whose centre is that of `vectors`, the rows of each encoder."""
    return Blend({name: rows.mean(axis=0).astype(np.float32) for name, rows in vectors.items()})


def blend_name(encoders: Sequence[str]) -> str:
    """The encoders' names with + between them."""
    return "+".join(encoders)


def shares(encoders: Sequence[str]) -> list[float]:
    """The encoders' shares; they sum to 1."""
    weights = [SHARES.get(name, 1.0) for name in encoders]
    return [weight / sum(weights) for weight in weights]
