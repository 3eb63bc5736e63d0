"""How near a question comes to those that shops' pages hardly ever answer.

"What is the driver's phone number?" is near to everything that is said of couriers, and nearer still to what customers
ask in vain. The list (`untold.yaml`) is of shops in general: whether this shop's pages answer after all is told by the
questions of their own sections, which count beside it.
"""

from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np

from assistant.storage.vector_collection import Vectors
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language


class UntoldQuestions:
    """Compares questions with those that pages hardly ever answer. Safe to use from several threads.

    Args:
        vectors: embeds; what was embedded once comes from its cache.
    """

    def __init__(self, vectors: VectorStore) -> None:
        self._vectors = vectors
        self._made: dict[Language, Vectors] = {}
        self._making = Lock()

    def nearest(self, question: str, language: Language) -> float:
        """The cosine of `question` with the nearest of them in `language`."""
        return float(np.max(self._of(language) @ self._vectors.embed_query(question)))

    def _of(self, language: Language) -> Vectors:
        with self._making:
            if language not in self._made:
                found = self._vectors.embed_documents(untold(language))
                lengths = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
                self._made[language] = np.asarray(found / lengths, dtype=np.float32)
            return self._made[language]


@lru_cache(maxsize=2)
def untold(language: Language) -> tuple[str, ...]:
    """The questions in `language`."""
    import yaml

    listed: dict[Language, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(listed[language])
