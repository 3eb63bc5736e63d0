"""Real embeddings, real SQLite, real Chroma."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings

from assistant.clock import FixedClock
from assistant.knowledge.search import KnowledgeSearch
from assistant.knowledge.sync import SyncReport, sync
from assistant.models.embeddings.load import blended
from assistant.settings import Settings
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.vectors import VectorStore


class CountingEmbeddings(Embeddings):
    """The real ones, counting the texts that they embed; `fail_after` texts they fail."""

    def __init__(self) -> None:
        self.inner = blended(Settings())
        self.fingerprint = self.inner.fingerprint
        self.texts = 0
        self.fail_after: int | None = None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.fail_after is not None and self.texts + len(texts) > self.fail_after:
            raise KeyboardInterrupt
        self.texts += len(texts)
        return self.inner.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self.inner.embed_query(text)


@dataclass
class House:
    """A folder of pages with everything that serves them."""

    folder: Path
    data: Path
    embeddings: CountingEmbeddings
    clock: FixedClock
    database: Database
    vectors: VectorStore
    search: KnowledgeSearch = field(init=False)

    def __post_init__(self) -> None:
        self.search = KnowledgeSearch(self.database, self.vectors, self.clock)

    def write(self, path: str, body: str, **front: str) -> Path:
        """Write a page; title and topic are made up where they aren't given."""
        fields = {"title": path.rpartition("/")[2].removesuffix(".md"), "topic": "test", **front}
        head = "\n".join(f"{name}: {value}" for name, value in fields.items())
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8")
        return target

    def sync(self, on_switch: Callable[[], None] | None = None) -> SyncReport:
        """Sync the folder."""
        return sync(self.folder, self.database, self.vectors, self.clock, on_switch=on_switch)

    def reopen(self) -> None:
        """What a restart does."""
        self.vectors.close()
        self.vectors = VectorStore(self.data / "chroma", self.embeddings, self.embeddings.fingerprint)
        self.search = KnowledgeSearch(self.database, self.vectors, self.clock)


@pytest.fixture(scope="session")
def real_embeddings() -> CountingEmbeddings:
    return CountingEmbeddings()


@pytest.fixture
def house(tmp_path: Path, real_embeddings: CountingEmbeddings) -> Iterator[House]:
    real_embeddings.texts, real_embeddings.fail_after = 0, None
    database = Database(f"sqlite:///{tmp_path / 'data' / 'assistant.db'}")
    upgrade(database)
    (tmp_path / "pages").mkdir()
    made = House(
        folder=tmp_path / "pages",
        data=tmp_path / "data",
        embeddings=real_embeddings,
        clock=FixedClock(datetime(2026, 11, 24, 9, tzinfo=UTC)),
        database=database,
        vectors=VectorStore(tmp_path / "data" / "chroma", real_embeddings, real_embeddings.fingerprint),
    )
    yield made
    made.vectors.close()
    database.close()
