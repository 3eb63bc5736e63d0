"""One collection of Chroma: write vectors, find the nearest, get, delete, count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Metadata = Mapping[str, str | int | float | bool]

_BATCH = 5_000


@dataclass(frozen=True)
class VectorHit:
    """One neighbour of a query; `score` is the cosine, -1 to 1."""

    id: str
    score: float
    metadata: dict[str, Any] = field(default_factory=dict)
    document: str | None = None


class Store(Protocol):
    """What a collection needs of its store."""

    def call(self, name: str, operation: str, /, **arguments: Any) -> Any:
        """One call of Chroma on the collection called `name`."""

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimension,)."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that will be searched, shape (n, dimension)."""


class VectorCollection:
    """One collection of a store, in cosine space. Safe to use from several threads."""

    def __init__(self, name: str, store: Store) -> None:
        self.name = name
        self._store = store

    def _call(self, operation: str, **arguments: Any) -> Any:
        return self._store.call(self.name, operation, **arguments)

    def upsert(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        metadatas: Sequence[Metadata] | None = None,
        documents: Sequence[str] | None = None,
    ) -> None:
        """Embed `texts` and write them under `ids`, replacing what is there.

        Args:
            ids: unique.
            texts: what is embedded, one per id.
            metadatas: plain values per id, for `where`.
            documents: what is stored beside the vectors, if anything.
        """
        self.upsert_vectors(ids, self._store.embed_documents(texts), metadatas, documents)

    def upsert_vectors(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        metadatas: Sequence[Metadata] | None = None,
        documents: Sequence[str] | None = None,
    ) -> None:
        """Write ready vectors of shape (n, dimension) under `ids`, replacing what is there."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            self._call(
                "upsert",
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[dict(metadata) for metadata in metadatas[part]] if metadatas else None,
                documents=list(documents[part]) if documents else None,
            )

    def query(self, text: str, k: int, where: Mapping[str, Any] | None = None) -> list[VectorHit]:
        """The `k` nearest to a question, nearest first. With `where` it is linear in the collection."""
        found = self._call(
            "query",
            query_embeddings=self._store.embed_query(text)[np.newaxis, :],
            n_results=k,
            where=dict(where) if where else None,
            include=["distances", "metadatas", "documents"],
        )
        columns = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], found["documents"][0], strict=True)
        return [VectorHit(i, 1.0 - distance, dict(meta or {}), doc) for i, distance, meta, doc in columns]

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Ids and cosines of the `k` nearest to `vector` of shape (dimension,), nearest first.

        Costs less than `query`, since nothing else that is kept of them is read.
        """
        found = self._call("query", query_embeddings=vector[np.newaxis, :], n_results=k, include=["distances"])
        return [(i, 1.0 - distance) for i, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def get_vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Those of `ids` that exist, and their vectors in the same order, shape (n, dimension)."""
        found_ids: list[str] = []
        parts: list[Vectors] = []
        for start in range(0, len(ids), _BATCH):
            found = self._call("get", ids=list(ids[start : start + _BATCH]), include=["embeddings"])
            if found["ids"]:
                found_ids += found["ids"]
                parts.append(np.asarray(found["embeddings"], dtype=np.float32))
        return found_ids, np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def delete(self, ids: Sequence[str] | None = None, *, where: Mapping[str, Any] | None = None) -> None:
        """Delete by ids (unknown ones are ignored) or by metadata; exactly one of the two."""
        if (ids is None) == (where is None):
            raise ValueError("pass ids or where")
        if where is not None:
            self._call("delete", where=dict(where))
            return
        for start in range(0, len(ids or ()), _BATCH):
            self._call("delete", ids=list((ids or ())[start : start + _BATCH]))

    def ids(self) -> set[str]:
        """All ids."""
        return set(self._call("get", include=[])["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._call("count"))

    def clear(self) -> None:
        """Delete everything in the collection."""
        self.delete(sorted(self.ids()))
