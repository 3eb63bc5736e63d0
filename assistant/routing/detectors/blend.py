"""The vectors of several encoders put together: each is centred, emphasised, scaled to length 1 and given its share.

What is emphasised are the directions in which the examples differ most, each by a small power of its variance: the
contrary of whitening. With a handful of examples an intent the other directions hold mostly how a thing is said. On
three public sets held-back examples become likelier and probabilities truer by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.models.embeddings.encoder import unit
from assistant.routing.detectors.detector import Matrix
from assistant.routing.detectors.product import product

SHARES: Mapping[str, float] = {"minilm": 2.0, "use": 0.6, "e5": 1.4, "mpnet": 3.0}
"""What an encoder weighs beside the others, 1 where it isn't named. From equal shares to these, few-shot English
gains half a point; MiniLM reads it best by far."""


_LEAST = 1e-9
EMPHASIS = 0.1
"""The power of a direction's variance that it is multiplied by."""
FEWEST_ROWS = 256
"""Of fewer examples nobody knows which directions they differ in; nothing is emphasised then."""


@dataclass(frozen=True)
class Blend:
    """How vectors of several encoders become one.

    Args:
        means: by encoder, what is subtracted, shape (dimension,); the encoders' order is that of the blocks.
        emphasis: by encoder, what its centred vectors of length 1 are multiplied by, shape (dimension, dimension).
    """

    means: Mapping[str, Matrix]
    emphasis: Mapping[str, Matrix]

    @property
    def name(self) -> str:
        """The encoders' names with + between them."""
        return blend_name(list(self.means))

    def of(self, vectors: Mapping[str, Matrix]) -> Matrix:
        """Rows of length 1 from the rows of each encoder."""
        blocks = []
        for name, share in zip(self.means, shares(list(self.means)), strict=True):
            emphasised = product(unit(vectors[name] - self.means[name]), self.emphasis[name])
            blocks.append(unit(emphasised) * np.float32(share**0.5))
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def around_their_centre(self, rows: Matrix) -> Matrix:
        """Blended rows once more centred, each block by itself: for few rows that all are far from other ones."""
        centred = rows - rows.mean(axis=0)
        blocks = [unit(centred[:, block]) * np.float32(share**0.5) for share, block in self.slices()]
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def slices(self) -> list[tuple[float, slice]]:
        """Share and columns of each encoder's block."""
        found, start = [], 0
        for (_, mean), share in zip(self.means.items(), shares(list(self.means)), strict=True):
            found.append((share, slice(start, start + len(mean))))
            start += len(mean)
        return found


def fit_blend(vectors: Mapping[str, Matrix]) -> Blend:
    """The blend for `vectors`, the rows of each encoder: around their centre, what they differ in emphasised."""
    means = {name: rows.mean(axis=0).astype(np.float32) for name, rows in vectors.items()}
    return Blend(means, {name: _emphasis(unit(rows - means[name])) for name, rows in vectors.items()})


def _emphasis(rows: Matrix) -> Matrix:
    if len(rows) < FEWEST_ROWS:
        return np.eye(rows.shape[1], dtype=np.float32)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):  # the same sums in the same order on every machine
        variances, directions = np.linalg.eigh(rows.T.astype(np.float64) @ rows / len(rows))
        weights = np.maximum(variances / max(float(variances[-1]), _LEAST), _LEAST) ** EMPHASIS
        return np.asarray((directions * weights) @ directions.T, dtype=np.float32)


def blend_name(encoders: Sequence[str]) -> str:
    """The encoders' names with + between them."""
    return "+".join(encoders)


def shares(encoders: Sequence[str]) -> list[float]:
    """The encoders' shares; they sum to 1."""
    weights = [SHARES.get(name, 1.0) for name in encoders]
    return [weight / sum(weights) for weight in weights]
