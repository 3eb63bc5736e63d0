"""One vector per text out of several encoders, weighted by the text's language.

A vector is the concatenation of the encoders' unit vectors, each times the square root of its weight, so the
cosine of two vectors is the weighted mean of the encoders' cosines. MiniLM is the best on English and useless
on Chinese, where its weight is 0. An English and a Chinese text meet in the blocks that both fill, and their
cosine can't reach 1: between a passage and its translation, the one in the customer's language is nearer.

The weights were chosen on `tests/models/retrieval_set.yaml` (40 questions over 40 passages a language); all
sensible weights came out within two questions of each other there, so there is nothing to gain from tuning.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.models.embeddings.encoder import Encoder, Vectors
from assistant.text.language import Language, detect_language

WEIGHTS: Mapping[Language, Mapping[str, float]] = {
    "en": {"minilm": 0.5, "use": 0.3, "e5": 0.2},
    "zh": {"use": 0.5, "e5": 0.5},
}


class BlendedEmbeddings(Embeddings):
    """Several encoders as one. Encoders load at their first use; safe to use from several threads.

    Args:
        encoders: in the order of the blocks; those that no weight names are kept for others only.
        weights: by language, then by the encoder's name; an encoder that isn't named has weight 0. Each
            language's weights sum to 1.
        centres_sha256: hash of what the encoders subtract, for the fingerprint.
    """

    def __init__(
        self,
        encoders: Iterable[Encoder],
        weights: Mapping[Language, Mapping[str, float]] = WEIGHTS,
        *,
        centres_sha256: str = "",
    ) -> None:
        heard = {name for parts in weights.values() for name in parts}
        self._all = {encoder.name: encoder for encoder in encoders}
        self._encoders = {name: encoder for name, encoder in self._all.items() if name in heard}
        self._weights = weights
        self._centres_sha256 = centres_sha256
        for language, parts in weights.items():
            if parts.keys() - self._encoders.keys() or not np.isclose(sum(parts.values()), 1.0):
                raise ValueError(f"weights of {language!r} must name encoders and sum to 1: {dict(parts)!r}")

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return sum(encoder.dimension for encoder in self._encoders.values())

    @property
    def fingerprint(self) -> str:
        """Short name of everything that decides the vectors; other fingerprint, other vectors."""
        described = json.dumps(self.describe(), sort_keys=True).encode()
        return f"{'+'.join(self._encoders)}:{hashlib.sha256(described).hexdigest()[:16]}"

    def describe(self) -> dict[str, Any]:
        """Encoders with versions and the SHA-256 of their weights, and how they are weighted."""
        return {
            "encoders": [
                {
                    "name": name,
                    "package": encoder.package,
                    "dimension": encoder.dimension,
                    "sha256": list(encoder.sha256),
                }
                for name, encoder in self._encoders.items()
            ],
            "weights": {language: dict(parts) for language, parts in self._weights.items()},
            "centres": self._centres_sha256,
        }

    def encoders(self) -> Mapping[str, Encoder]:
        """All encoders alone, by name; sharing them shares their memory of the last texts."""
        return dict(self._all)

    def embed_array(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        """Unit vectors of `texts`.

        Args:
            texts: any number of texts in either language.
            as_query: whether they are questions rather than passages to be found.

        Returns:
            float32 of shape (n, dimension).

        Raises:
            OperatorError: an encoder's file is missing or isn't the pinned one.
        """
        languages = [detect_language(text) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        start = 0
        for name, encoder in self._encoders.items():
            factors = {language: parts.get(name, 0.0) ** 0.5 for language, parts in self._weights.items()}
            rows = [row for row, language in enumerate(languages) if factors[language] > 0]
            if rows:
                block = encoder.embed([texts[row] for row in rows], as_query=as_query)
                scale = np.array([[factors[languages[row]]] for row in rows], dtype=np.float32)
                vectors[rows, start : start + encoder.dimension] = block * scale
            start += encoder.dimension
        return vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts that will be searched."""
        return [row.tolist() for row in self.embed_array(texts, as_query=False)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self.embed_array([text], as_query=True)[0].tolist()
        return vector

    def warm_up(self) -> None:
        """Load every encoder now rather than at the first text."""
        for encoder in self._all.values():
            encoder.warm_up()
