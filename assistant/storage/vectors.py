"""Vectors in Chroma, and nothing but vectors: whatever lies here can be built again from tables and files.

Chroma runs embedded in this process, or as a server of its own (`chroma run`) when several processes share
it. Two processes on one embedded folder break it, so whoever opens the folder holds an advisory lock beside
it (`<folder>.lock`) until it closes or dies; the next one is told what to do instead. Vectors are always
computed here, by the embeddings that were handed in, and their fingerprint is kept in each collection:
vectors of different encoders never meet.
"""

import os
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import numpy as np

from assistant.errors import OperatorError, VectorsUnavailable
from assistant.storage.gate import Gate
from assistant.storage.ownership import own
from assistant.storage.purging import blank_unused, purge_chroma
from assistant.storage.vector_collection import VectorCollection, Vectors

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_COPY_BATCH = 1_000
_EMBED_BATCH = 64
_QUERIES_KEPT = 256


class VectorStore:
    """The collections of one Chroma; it is opened at the first use. One store per process and folder.

    Args:
        path_or_url: folder of the embedded Chroma, or `http://host:port` of a Chroma server.
        embeddings: computes all vectors.
        fingerprint: names the encoders and their weights; other fingerprint, other vectors.
    """

    def __init__(self, path_or_url: Path | str, embeddings: "Embeddings", fingerprint: str) -> None:
        self.address = str(path_or_url)
        self.fingerprint = fingerprint
        self._embeddings = embeddings
        self._client: Any = None  # chromadb's ClientAPI; its type would import chromadb
        self._lock_file: int | None = None
        self._opening = Lock()
        self._gate = Gate()
        self._settled: set[str] = set()
        self._handles: dict[str, Any] = {}
        self._query_vector = lru_cache(maxsize=_QUERIES_KEPT)(self._embed_one)

    @property
    def embedded(self) -> bool:
        """Whether Chroma runs inside this process."""
        return not self.address.startswith(("http://", "https://"))

    def collection(self, name: str, *, when_stale: Literal["refuse", "clear"] = "refuse") -> "VectorCollection":
        """The collection called `name`, made when there is none.

        Args:
            name: 3 to 512 letters, digits, `.`, `_` or `-`.
            when_stale: what to do with vectors of other embeddings: `refuse`, or `clear` them because the
                caller is about to write all of them again.

        Raises:
            VectorsUnavailable: another process owns the folder, or the Chroma server doesn't answer.
            OperatorError: the vectors come from other embeddings.
        """
        with self._gate.shared():
            found = (self._open(name).metadata or {}).get("fingerprint")
        if found == self.fingerprint:
            return VectorCollection(name, self)
        if when_stale == "refuse":
            raise OperatorError(
                f"the vectors of {name!r} were made by other embeddings ({found!r}, now {self.fingerprint!r})",
                fix="assistant knowledge sync && assistant memory rebuild",
            )
        with self._gate.alone():
            if (self._open(name).metadata or {}).get("fingerprint") != self.fingerprint:
                self._connected().delete_collection(name)
                self._replaced(name)
                self._open(name)
        return VectorCollection(name, self)

    def call(self, name: str, operation: str, /, **arguments: Any) -> Any:
        """One call of Chroma on the collection called `name`, whichever it is by now.

        The first use of an index by this process writes its file, with whatever the process's memory held where the
        index has room to grow. That happens alone, and the file is blanked before anybody else goes on.
        """
        with self._gate.shared():
            if not self.embedded or (name in self._settled and operation != "modify"):
                return self._asked(name, operation, arguments)
        with self._gate.alone():
            try:
                return getattr(self._open(name), operation)(**arguments)
            finally:
                if operation == "modify":
                    self._replaced(name)
                else:
                    self._settle(name)

    def _asked(self, name: str, operation: str, arguments: dict[str, Any]) -> Any:
        """Chroma's answer; a server that has gone meanwhile is named."""
        if self.embedded:
            return getattr(self._open(name), operation)(**arguments)
        from httpx import HTTPError

        try:
            return getattr(self._open(name), operation)(**arguments)
        except HTTPError as error:
            raise self._no_server(error) from error

    def _settle(self, name: str) -> None:
        """Have Chroma write the index of a collection now, and blank its reserve; the caller is alone.

        An empty collection has no index yet, so it isn't settled.
        """
        there = self._open(name).get(limit=1, include=["embeddings"])["ids"]
        blank_unused(Path(self.address))
        if there:
            self._settled.add(name)

    def rewrite(self, name: str, keep: Collection[str], progress: Callable[[int, int], None] | None = None) -> bool:
        """Write a collection anew with nothing but the vectors of `keep`, and take all others out of the files.

        Others are served from the old one meanwhile; they wait while the two change places and the files are
        vacuumed. May be interrupted anywhere and called again. A Chroma server is only told to delete.

        Returns:
            False when the files were in use and deleted bytes are still in them.
        """
        if not self.embedded:
            collection = self.collection(name)
            collection.delete(sorted(collection.ids() - set(keep)))
            return True
        old, new = f"{name}.old", f"{name}.new"
        self._finish_change(name, old, new)
        if self.collection(name).ids() - set(keep):
            self._copy(name, new, sorted(keep), progress)
            with self._gate.alone():
                self._open(name).modify(name=old)
                self._open(new).modify(name=name)
                self._connected().delete_collection(old)
                self._replaced(name, new, old)
                self._settle(name)
        with self._gate.alone():
            self._replaced()
            if self._client is not None:
                self._client.close()
                self._client = None
            purged = purge_chroma(Path(self.address))
            for there in self._connected().list_collections():  # whoever asks next finds the files written and blank
                self._settle(there.name)
            return purged

    def _copy(self, name: str, new: str, ids: Sequence[str], progress: Callable[[int, int], None] | None) -> None:
        self.collection(new)
        for start in range(0, len(ids), _COPY_BATCH):
            found = self.call(
                name,
                "get",
                ids=list(ids[start : start + _COPY_BATCH]),
                include=["embeddings", "metadatas", "documents"],
            )
            if found["ids"]:
                self.call(
                    new,
                    "upsert",
                    ids=found["ids"],
                    embeddings=found["embeddings"],
                    metadatas=found["metadatas"] if any(found["metadatas"]) else None,
                    documents=found["documents"] if any(found["documents"]) else None,
                )
            if progress:
                progress(min(start + _COPY_BATCH, len(ids)), len(ids))

    def _finish_change(self, name: str, old: str, new: str) -> None:
        """Finish a change of places that was interrupted, or drop the half copy that it left."""
        with self._gate.alone():
            client = self._connected()
            there = {collection.name for collection in client.list_collections()}
            if old in there and new in there:
                if name in there:  # made in between, by whoever wrote the next vectors
                    self._copy(name, new, sorted(self.collection(name).ids()), None)
                    client.delete_collection(name)
                self._open(new).modify(name=name)
            elif new in there:
                client.delete_collection(new)
            if old in there:
                client.delete_collection(old)
            self._replaced(name, old, new)

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimension,); the last 256 questions are kept."""
        return self._query_vector(text)

    def embed_documents(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Vectors of texts that will be searched, shape (n, dimension); `progress(done, all)` after each batch."""
        parts: list[Vectors] = []
        for start in range(0, len(texts), _EMBED_BATCH):
            batch = list(texts[start : start + _EMBED_BATCH])
            parts.append(np.asarray(self._embeddings.embed_documents(batch), dtype=np.float32))
            if progress:
                progress(min(start + _EMBED_BATCH, len(texts)), len(texts))
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)

    def forget(self, texts: Sequence[str]) -> None:
        """Drop what is kept of these texts outside the collections: cached vectors, the last questions."""
        self._query_vector.cache_clear()
        drop = getattr(self._embeddings, "forget", None)
        if drop is not None:
            drop(texts)

    def close(self) -> None:
        """Close the client and give the folder free."""
        with self._opening:
            if self._client is not None:
                self._client.close()
                self._client = None
                self._replaced()
                if self.embedded:
                    blank_unused(Path(self.address))
            self._release()

    def _embed_one(self, text: str) -> Vectors:
        return np.asarray(self._embeddings.embed_query(text), dtype=np.float32)

    def _open(self, name: str) -> Any:
        """Chroma's collection of that name; an embedded one is looked up once, since nobody else can replace it."""
        handle = self._handles.get(name)
        if handle is None:
            handle = self._connected().get_or_create_collection(
                name,
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
                metadata={"fingerprint": self.fingerprint},
            )
            if self.embedded:
                self._handles[name] = handle
        return handle

    def _replaced(self, *names: str) -> None:
        """Forget what is known of collections that were replaced, or of all of them."""
        for name in names or tuple(self._handles):
            self._handles.pop(name, None)
        self._settled -= set(names) if names else set(self._settled)

    def _connected(self) -> Any:
        with self._opening:
            if self._client is None:
                self._client = self._embedded_client() if self.embedded else self._server_client()
            return self._client

    def _embedded_client(self) -> Any:
        folder = Path(self.address)
        folder.mkdir(parents=True, exist_ok=True)
        if self._lock_file is None:
            self._lock_file = own(folder)
            blank_unused(folder)  # a process that died may have left what its memory held
        try:
            from chromadb import PersistentClient
            from chromadb.config import Settings

            return PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
        except BaseException:
            self._release()
            raise

    def _release(self) -> None:
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _server_client(self) -> Any:
        from chromadb import HttpClient
        from chromadb.config import Settings

        url = urlsplit(self.address)
        secure = url.scheme == "https"
        try:
            client = HttpClient(
                host=url.hostname or "127.0.0.1",
                port=url.port or (443 if secure else 80),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
            client.heartbeat()
        except (ValueError, OSError) as error:
            raise self._no_server(error) from error
        return client

    def _no_server(self, error: Exception) -> VectorsUnavailable:
        return VectorsUnavailable(
            f"no Chroma server answers at {self.address!r} ({error})",
            fix="chroma run --path data/chroma --host 127.0.0.1 --port 8001, or unset ASSISTANT_CHROMA_URL",
        )
