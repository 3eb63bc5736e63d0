"""The embeddings in the form that Chroma asks for."""

from typing import Any, Protocol

import numpy as np
from chromadb.api.types import Documents, EmbeddingFunction, Space
from chromadb.api.types import Embeddings as ChromaVectors

from assistant.models.embeddings.encoder import Vectors


class ArrayEmbeddings(Protocol):
    """What is wrapped: `BlendedEmbeddings` or `CachedEmbeddings`."""

    @property
    def fingerprint(self) -> str: ...
    def embed_array(self, texts: list[str], *, as_query: bool) -> Vectors: ...


class ChromaEmbedding(EmbeddingFunction[Documents]):
    """Chroma's embedding function over ours; documents as passages, queries as questions.

    Chroma stores the name and the configuration with the collection, and accepts another configuration
    under the same name silently, so whoever opens a collection compares fingerprints.

    Args:
        embeddings: computes the vectors.
    """

    def __init__(self, embeddings: ArrayEmbeddings) -> None:
        self._embeddings = embeddings

    def __call__(self, input: Documents) -> ChromaVectors:
        """Vectors of documents."""
        return _rows(self._embeddings.embed_array(list(input), as_query=False))

    def embed_query(self, input: Documents) -> ChromaVectors:
        """Vectors of questions."""
        return _rows(self._embeddings.embed_array(list(input), as_query=True))

    @staticmethod
    def name() -> str:
        """The name under which Chroma stores it."""
        return "shop-assistant"

    def get_config(self) -> dict[str, Any]:
        """What Chroma stores beside the name."""
        return {"fingerprint": self._embeddings.fingerprint}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> "ChromaEmbedding":
        """Built from the settings of this machine, which must give the stored fingerprint.

        Raises:
            OperatorError: the stored vectors come from other embeddings.
        """
        from assistant.errors import OperatorError
        from assistant.models.embeddings.load import load_embeddings
        from assistant.settings import Settings

        embeddings = load_embeddings(Settings())
        if embeddings.fingerprint != config.get("fingerprint"):
            raise OperatorError(
                f"the collection was made by other embeddings ({config.get('fingerprint')!r}, "
                f"now {embeddings.fingerprint!r})",
                fix="assistant knowledge sync && assistant memory rebuild",
            )
        return ChromaEmbedding(embeddings)

    def default_space(self) -> Space:
        """Cosine."""
        return "cosine"

    def supported_spaces(self) -> list[Space]:
        """Cosine, and the inner product, which is the same for unit vectors."""
        return ["cosine", "ip"]


def _rows(vectors: Vectors) -> ChromaVectors:
    return [np.asarray(row, dtype=np.float32) for row in vectors]
