"""Vectors of passages, kept by the hash of their text: an index that is built again costs nothing.

The cache holds hashes and vectors, never texts. Questions are not kept on disk; what customers wrote and the
memory embeds as a document can be taken out with `forget`.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.encoder import Encoder, Vectors

_LOG = logging.getLogger(__name__)

_CHUNK = 500
_KEPT = 50_000


class CachedEmbeddings(Embeddings):
    """Embeddings with a cache of document vectors in an SQLite file. Safe to use from several threads and processes.

    Vectors are kept in half precision and come back rounded to it, whether they were in the cache or not, so
    the same text always has the same vector. A cache that can't be read or written is left aside with a warning.

    Args:
        inner: computes what is missing.
        folder: where the file lies; one file per fingerprint.
        keep: about how many vectors are kept (2.5 KB each); the oldest go first.
    """

    def __init__(self, inner: BlendedEmbeddings, folder: Path, keep: int = _KEPT) -> None:
        self.inner = inner
        self._path = folder / f"{inner.fingerprint.replace('+', '-').replace(':', '-')}.sqlite"
        self._keep = keep
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self.inner.dimension

    @property
    def fingerprint(self) -> str:
        """Short name of everything that decides the vectors."""
        return self.inner.fingerprint

    def describe(self) -> dict[str, Any]:
        """See `BlendedEmbeddings.describe`."""
        return self.inner.describe()

    def encoders(self) -> Mapping[str, Encoder]:
        """The encoders alone, by name."""
        return self.inner.encoders()

    def warm_up(self) -> None:
        """Load every encoder now rather than at the first text."""
        self.inner.warm_up()

    def embed_array(self, texts: Sequence[str], *, as_query: bool) -> Vectors:
        """See `BlendedEmbeddings.embed_array`; passages come from the cache where they are in it."""
        if as_query:
            return self.inner.embed_array(texts, as_query=True)
        keys = [_key(text) for text in texts]
        known = self._read(set(keys))
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        if missing:
            vectors = self.inner.embed_array([text for _, text in missing], as_query=False).astype(np.float16)
            fresh = {key: vector for (key, _), vector in zip(missing, vectors, strict=True)}
            self._write(fresh)
            known |= fresh
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts that will be searched."""
        return [row.tolist() for row in self.embed_array(texts, as_query=False)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.inner.embed_query(text)

    def forget(self, texts: Iterable[str]) -> None:
        """Take the vectors of `texts` out of the cache, for texts that a customer wants erased."""
        keys = [(_key(text),) for text in texts]
        with self._lock:
            try:
                connection = self._open()
                connection.executemany("DELETE FROM vectors WHERE key = ?", keys)
                connection.commit()
            except (sqlite3.Error, OSError) as error:
                self._leave_aside(error)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _read(self, keys: set[bytes]) -> dict[bytes, Any]:
        found: dict[bytes, Any] = {}
        wanted = list(keys)
        size = self.dimension * 2
        with self._lock:
            try:
                for start in range(0, len(wanted), _CHUNK):
                    chunk = wanted[start : start + _CHUNK]
                    marks = ",".join("?" * len(chunk))
                    rows = self._open().execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", chunk)
                    found |= {key: np.frombuffer(blob, dtype="<f2") for key, blob in rows if len(blob) == size}
            except (sqlite3.Error, OSError) as error:
                self._leave_aside(error)
        return found

    def _write(self, vectors: dict[bytes, Any]) -> None:
        rows = [(key, vector.astype("<f2").tobytes()) for key, vector in vectors.items()]
        with self._lock:
            try:
                connection = self._open()
                connection.executemany("INSERT OR REPLACE INTO vectors (key, vector) VALUES (?, ?)", rows)
                connection.execute(
                    "DELETE FROM vectors WHERE rowid <= (SELECT max(rowid) FROM vectors) - ?", (self._keep,)
                )
                connection.commit()
            except (sqlite3.Error, OSError) as error:
                self._leave_aside(error)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=5.0, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors "
                "(id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)"
            )
            connection.commit()
            self._connection = connection
        return self._connection

    def _leave_aside(self, error: Exception) -> None:
        _LOG.warning("the cache of vectors %s is left aside: %s (it may be deleted)", self._path, error)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
