"""The cache of vectors: same vectors with and without it, nothing computed twice, nothing kept that must go."""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.models.embeddings.blend import BlendedEmbeddings
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.models.embeddings.encoder import Encoder


class CountingEncoder(Encoder):
    """Vectors by a seeded draw from the text; counts what it computes."""

    name = "counting"
    dimension = 8
    sha256 = ("none",)
    package = "counting==1"

    def __init__(self, stamps_dir: Any) -> None:
        super().__init__(stamps_dir)
        self.computed: list[str] = []

    def pins(self) -> Any:
        return ()

    def _load(self) -> None:
        pass

    def _encode(self, texts: Any, *, as_query: Any) -> Any:
        self.computed += texts
        return np.stack(
            [np.random.default_rng(sum(text.encode()) + as_query).normal(size=8).astype(np.float32) for text in texts]
        )


@pytest.fixture
def encoder(tmp_path: Path) -> Any:
    return CountingEncoder(tmp_path)


@pytest.fixture
def make(tmp_path: Path, encoder: Any) -> Any:
    inner = BlendedEmbeddings([encoder], {"en": {"counting": 1.0}, "zh": {"counting": 1.0}})
    opened = []

    def build(**options: Any) -> Any:
        cached = CachedEmbeddings(inner, tmp_path / "embeddings", **options)
        encoder._recent.clear()
        opened.append(cached)
        return cached

    yield build
    for cached in opened:
        cached.close()


def test_a_passage_is_computed_once_even_by_another_process(make: Any, encoder: Any) -> None:
    first = make().embed_documents(["returns", "refunds", "returns"])
    assert sorted(encoder.computed) == ["refunds", "returns"]
    again = make().embed_documents(["refunds", "returns"])
    assert len(encoder.computed) == 2
    assert again == [first[1], first[0]]


def test_questions_are_not_kept_on_disk(make: Any, encoder: Any) -> None:
    cached = make()
    cached.embed_query("where is my parcel")
    make().embed_query("where is my parcel")
    assert encoder.computed == ["where is my parcel"] * 2


def test_forgotten_texts_leave_the_file(make: Any, encoder: Any, tmp_path: Path) -> None:
    cached = make()
    cached.embed_documents(["my daughter's name is Ida", "shipping"])
    cached.forget(["my daughter's name is Ida"])
    cached.close()
    with sqlite3.connect(next((tmp_path / "embeddings").glob("*.sqlite"))) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_the_oldest_go_first(make: Any, encoder: Any) -> None:
    cached = make(keep=3)
    for number in range(6):
        cached.embed_documents([f"text {number}"])
    encoder.computed.clear()
    make(keep=3).embed_documents([f"text {number}" for number in range(6)])
    assert encoder.computed == ["text 0", "text 1", "text 2"]


def test_a_broken_cache_file_costs_time_and_not_answers(
    make: Any, encoder: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cached = make()
    expected = cached.embed_documents(["returns"])
    cached.close()
    for file in (tmp_path / "embeddings").iterdir():
        file.write_bytes(b"this is not a database" * 100)
    with caplog.at_level(logging.WARNING):
        assert make().embed_documents(["returns"]) == expected
    assert "left aside" in caplog.text


def test_no_passages_give_no_vectors(make: Any) -> None:
    assert make().embed_documents([]) == []


def test_threads_share_the_cache(make: Any, encoder: Any) -> None:
    cached = make()
    texts = [f"passage {number}" for number in range(40)]
    results = []
    threads = [threading.Thread(target=lambda: results.append(cached.embed_documents(texts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(result == results[0] for result in results)
    assert len(set(encoder.computed)) == 40
