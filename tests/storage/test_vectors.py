"""Chroma behind our own door: cosine, one owner, one kind of embeddings."""

import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from assistant.errors import OperatorError
from assistant.storage.gate import Gate
from assistant.storage.vectors import VectorStore

EMBEDDINGS = DeterministicFakeEmbedding(size=16)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "chroma", EMBEDDINGS, "fake-16")


def test_a_text_finds_itself_with_cosine_one(store: VectorStore) -> None:
    collection = store.collection("things")
    collection.upsert(["a", "b"], ["lamp", "kettle"], [{"kind": "light"}, {"kind": "kitchen"}], ["Lamp", "Kettle"])
    hits = collection.query("lamp", 2)
    assert [hit.id for hit in hits] == ["a", "b"]
    assert hits[0].score == pytest.approx(1.0, abs=1e-5)
    assert hits[0].document == "Lamp"
    assert [hit.id for hit in collection.query("lamp", 2, where={"kind": "kitchen"})] == ["b"]


def test_writing_an_id_again_replaces_it(store: VectorStore) -> None:
    collection = store.collection("things")
    collection.upsert(["a"], ["lamp"])
    collection.upsert(["a"], ["kettle"])
    assert collection.count() == 1
    assert collection.query("kettle", 1)[0].score == pytest.approx(1.0, abs=1e-5)


def test_more_than_one_batch_is_written_and_read_whole(store: VectorStore) -> None:
    collection = store.collection("many")
    ids = [f"id-{n}" for n in range(5_600)]
    vectors = np.random.default_rng(7).normal(size=(len(ids), 4)).astype(np.float32)
    collection.upsert_vectors(ids, vectors)
    found, read = collection.get_vectors([*ids, "absent"])
    assert set(found) == set(ids)
    order = {id_: at for at, id_ in enumerate(found)}
    assert np.allclose(read[[order[id_] for id_ in ids]], vectors, atol=1e-6)
    collection.clear()
    assert collection.count() == 0


def test_deleting_what_is_not_there_is_no_error(store: VectorStore) -> None:
    collection = store.collection("things")
    collection.upsert(["a"], ["lamp"])
    collection.delete(["absent", "a"])
    assert collection.ids() == set()


def test_what_was_written_is_there_after_a_restart(store: VectorStore, tmp_path: Path) -> None:
    store.collection("things").upsert(["a"], ["lamp"])
    store.close()
    again = VectorStore(tmp_path / "chroma", EMBEDDINGS, "fake-16")
    assert again.collection("things").ids() == {"a"}


def test_vectors_of_other_embeddings_are_refused_or_cleared(store: VectorStore, tmp_path: Path) -> None:
    store.collection("things").upsert(["a"], ["lamp"])
    store.close()
    other = VectorStore(tmp_path / "chroma", DeterministicFakeEmbedding(size=8), "fake-8")
    with pytest.raises(OperatorError, match="knowledge sync"):
        other.collection("things")
    cleared = other.collection("things", when_stale="clear")
    assert cleared.count() == 0
    cleared.upsert(["a"], ["lamp"])
    assert other.collection("things").count() == 1


def test_a_second_process_is_told_what_to_do_and_harms_nothing(store: VectorStore, tmp_path: Path) -> None:
    store.collection("things").upsert(["a"], ["lamp"])
    script = (
        "import sys\n"
        "from assistant.storage.vectors import VectorStore\n"
        "from langchain_core.embeddings import DeterministicFakeEmbedding\n"
        "VectorStore(sys.argv[1], DeterministicFakeEmbedding(size=16), 'fake-16').collection('things')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "chroma")], capture_output=True, text=True, check=False
    )
    assert run.returncode != 0
    assert "one process at a time" in run.stderr
    assert "ASSISTANT_CHROMA_URL" in run.stderr
    assert store.collection("things").ids() == {"a"}


def test_a_server_that_does_not_answer_is_named() -> None:
    store = VectorStore("http://127.0.0.1:9", EMBEDDINGS, "fake-16")
    with pytest.raises(OperatorError, match="no Chroma server answers"):
        store.collection("things")


PERTURBED = textwrap.dedent("""
    import sys
    from pathlib import Path
    import numpy as np
    from assistant.storage.vectors import VectorStore

    folder = Path(sys.argv[1])
    vectors = np.ones((3, 512), dtype=np.float32)


    def opened() -> VectorStore:
        return VectorStore(folder, None, "any")


    def look(what: str) -> None:
        files = [file for name in ("data_level0.bin", "length.bin") for file in folder.glob(f"*/{name}")]
        print(what, len(files) // 2, [file.name for file in files if any(file.read_bytes())])


    store = opened()
    things = store.collection("things")
    things.upsert_vectors(["a", "b", "c"], vectors)
    look("written")
    others = store.collection("others")
    others.count()
    others.upsert_vectors(["x"], vectors[:1])
    look("beside")
    store.rewrite("things", {"a"})
    look("rewritten")
    others.get_vectors(["x"])
    things.nearest(vectors[0], 1)
    look("asked")
    store.close()
    store = opened()
    store.collection("things").nearest(vectors[0], 1)
    store.collection("others").get_vectors(["x"])
    look("reopened")
""")


def test_memory_of_the_process_never_stands_in_the_files_of_an_index(tmp_path: Path) -> None:
    """glibc fills what it hands out with 0xAA here, as if forgotten words had stood there; no close blanks it."""
    script = tmp_path / "perturbed.py"
    script.write_text(PERTURBED, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "chroma")],
        capture_output=True, text=True, check=True, env={**os.environ, "MALLOC_PERTURB_": "85"},
    )  # fmt: skip
    assert ended.stdout.split("\n")[:-1] == [
        "written 1 []", "beside 2 []", "rewritten 2 []", "asked 2 []", "reopened 2 []",
    ]  # fmt: skip


def test_who_wants_the_gate_alone_comes_before_those_who_arrive_later() -> None:
    gate, inside, release = Gate(), threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        with gate.shared(), gate.shared():
            inside.set()
            release.wait(10)
            order.append("first")

    def alone() -> None:
        with gate.alone(), gate.alone(), gate.shared():
            order.append("alone")

    def later() -> None:
        with gate.shared():
            order.append("later")

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(first)]
        assert inside.wait(10)
        running.append(pool.submit(alone))
        assert gate.wanted.wait(10)
        running.append(pool.submit(later))
        release.set()
        for future in running:
            future.result(timeout=10)
    assert order == ["first", "alone", "later"]
