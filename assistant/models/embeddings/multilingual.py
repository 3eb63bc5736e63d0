"""One space for questions in both languages: the encoders that know both, in equal parts.

The blend that passages are searched with leaves out of Chinese texts what only knows English, so cosines across
languages can't be compared with those within one. Here they can.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant.models.embeddings.encoder import Encoder, Vectors

_NAMES = ("use", "e5")
_BATCH = 64


def multilingual(encoders: Mapping[str, Encoder]) -> Callable[[Sequence[str]], Vectors]:
    """What embeds questions: unit vectors of shape (n, dimension) whose cosine is the mean of both encoders' cosines.

    Args:
        encoders: by name, with `use` and `e5`.
    """

    def embed(texts: Sequence[str]) -> Vectors:
        parts = []
        for name in _NAMES:
            encoder = encoders[name]
            batches = [encoder.embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
            parts.append(np.concatenate(batches) if batches else encoder.embed(()))
        return np.asarray(np.concatenate(parts, axis=1) / len(_NAMES) ** 0.5, dtype=np.float32)

    return embed
