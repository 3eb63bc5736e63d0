"""An index of its own in a folder: tables, Chroma and a cache of vectors, with the assistant's encoders."""

from pathlib import Path
from types import TracebackType

from assistant.clock import SystemClock
from assistant.knowledge.search import KnowledgeSearch
from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.models.embeddings.load import blended
from assistant.settings import Settings
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.vectors import VectorStore


class SyncHouse:
    """Opens the index in `folder`, or makes it.

    Args:
        folder: where everything lies.
        sentences: its encoders, which several houses may share; None loads them.
    """

    def __init__(self, folder: Path, sentences: BlendedEmbeddings | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = Database(f"sqlite:///{folder / 'index.db'}")
        upgrade(self.database)
        embeddings = CachedEmbeddings(sentences or blended(Settings()), folder / "embeddings")
        self.embeddings = embeddings
        self.vectors = VectorStore(folder / "chroma", embeddings, embeddings.fingerprint)
        self.search = KnowledgeSearch(self.database, self.vectors, SystemClock())

    def __enter__(self) -> "SyncHouse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.vectors.close()
        self.embeddings.close()
        self.database.close()
