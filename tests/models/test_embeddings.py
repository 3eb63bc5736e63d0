"""The embeddings on real weights: what they find, and that they are the same each time."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from assistant.errors import OperatorError
from assistant.models.embeddings import blended, encoders, load_embeddings
from assistant.models.embeddings.blend import WEIGHTS, BlendedEmbeddings
from assistant.models.embeddings.pins import PinnedFile, require_pinned
from assistant.settings import Settings
from assistant.text.language import Language

CASES = yaml.safe_load(Path(__file__).with_name("retrieval_set.yaml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(
    not (Settings().models_dir / "all-minilm-l6-v2-tokenizer.json").is_file(),
    reason="the tokenizer of MiniLM is not there: assistant models pull minilm-tokenizer",
)


@pytest.fixture(scope="module")
def embeddings() -> BlendedEmbeddings:
    return blended(Settings())


@pytest.fixture(scope="module")
def vectors(embeddings: Any) -> Any:
    return {
        (language, kind): embeddings.embed_array([case[language][kind] for case in CASES], as_query=kind == "question")
        for language in ("en", "zh")
        for kind in ("question", "passage")
    }


def recall(questions: Any, passages: Any, k: Any) -> Any:
    scores = questions @ passages.T
    ranks = (scores >= scores.diagonal()[:, np.newaxis]).sum(axis=1)
    return float((ranks <= k).mean())


@pytest.mark.parametrize(
    ("asked", "written", "first", "third"),
    [("en", "en", 0.65, 0.77), ("zh", "zh", 0.47, 0.72), ("en", "zh", 0.42, 0.72), ("zh", "en", 0.42, 0.70)],
)
def test_questions_find_their_passages_within_and_between_languages(
    vectors: Any, asked: Any, written: Any, first: Any, third: Any
) -> None:
    questions, passages = vectors[asked, "question"], vectors[written, "passage"]
    assert recall(questions, passages, 1) >= first
    assert recall(questions, passages, 3) >= third


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_passage_in_the_customers_language_comes_before_its_translation(vectors: Any, language: Any) -> None:
    passages = np.concatenate([vectors["en", "passage"], vectors["zh", "passage"]])
    nearest = (vectors[language, "question"] @ passages.T).argmax(axis=1)
    own = (nearest < len(CASES)) if language == "en" else (nearest >= len(CASES))
    assert own.mean() >= 0.95


def test_unrelated_texts_are_far_apart_and_translations_near(vectors: Any) -> None:
    for asked, written in (("en", "en"), ("zh", "zh"), ("en", "zh")):
        scores = vectors[asked, "question"] @ vectors[written, "passage"].T
        assert abs(np.mean(scores - np.diag(scores.diagonal()))) < 0.12
        assert scores.diagonal().mean() > scores.mean() + 0.08


def test_the_cosine_is_the_weighted_mean_of_the_encoders_cosines(embeddings: Any) -> None:
    texts = ["Where is my parcel?", "The charger of the laptop gets very hot."]
    blend = embeddings.embed_array(texts, as_query=True)
    expected = 0.0
    for name, weight in WEIGHTS["en"].items():
        first, second = embeddings.encoders()[name].embed(texts, as_query=True)
        expected += weight * float(first @ second)
    assert float(blend[0] @ blend[1]) == pytest.approx(expected, abs=1e-5)
    assert np.linalg.norm(blend, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others(embeddings: Any) -> None:
    text = "Can I still return the espresso machine if the box is gone?"
    others = ["退货", "A much longer text about warranties, batteries and what to do with old fridges. " * 5, "hm"]
    alone = blended(Settings()).embed_array([text], as_query=False)[0]
    among = embeddings.embed_array([*others, text, text], as_query=False)
    assert among[3] == pytest.approx(alone, abs=1e-5)
    assert (among[3] == among[4]).all()


@pytest.mark.parametrize("text", ["", " ", "?", "W1234567", "\x00", "\ud800", "😀", "x" * 20_000, "退" * 5_000])
def test_any_text_gets_a_finite_unit_vector(embeddings: Any, text: Any) -> None:
    vector = embeddings.embed_query(text)
    assert len(vector) == embeddings.dimension == 1280
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_no_texts_give_no_vectors(embeddings: Any) -> None:
    assert embeddings.embed_array([], as_query=False).shape == (0, 1280)
    assert all(encoder.embed([]).shape == (0, encoder.dimension) for encoder in embeddings.encoders().values())


def test_threads_get_the_vectors_that_one_thread_gets(embeddings: Any) -> None:
    texts = [f"Where is parcel number {number}?" for number in range(12)]
    expected = blended(Settings()).embed_array(texts, as_query=True)
    results = {}

    def work(start: Any) -> None:
        results[start] = [embeddings.embed_query(text) for text in texts[start::4]]

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for start in range(4):
        assert np.array(results[start]) == pytest.approx(expected[start::4], abs=1e-5)


def test_the_fingerprint_changes_with_weights_and_centres() -> None:
    parts = encoders(Settings()).values()
    plain = BlendedEmbeddings(parts, centres_sha256="a")
    assert plain.fingerprint == BlendedEmbeddings(parts, centres_sha256="a").fingerprint
    assert plain.fingerprint != BlendedEmbeddings(parts, centres_sha256="b").fingerprint
    other: dict[Language, dict[str, float]] = {"en": {"minilm": 1.0}, "zh": {"use": 1.0}}
    assert plain.fingerprint != BlendedEmbeddings(parts, other, centres_sha256="a").fingerprint
    with pytest.raises(ValueError, match="sum to 1"):
        BlendedEmbeddings(parts, {"en": {"minilm": 0.7}, "zh": {"use": 1.0}})


def test_a_missing_tokenizer_is_told_with_the_command_that_brings_it(tmp_path: Path) -> None:
    embeddings = load_embeddings(Settings(cache_dir=tmp_path))
    with pytest.raises(OperatorError, match="minilm-tokenizer") as caught:
        embeddings.embed_query("Where is my order?")
    assert caught.value.fix == "assistant models pull minilm-tokenizer"


def test_other_weights_are_refused_and_right_ones_are_read_once(tmp_path: Path) -> None:
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"right")
    right = "27042f4e6eaf3c8ed93a6b2d5f2bb7bfb5e6e5ae4a3c0f3fe4c3ab1e8c1bfb2d"
    with pytest.raises(OperatorError, match="not the pinned ones"):
        require_pinned(PinnedFile(weights, right), tmp_path / "stamps")
    import hashlib

    pin = PinnedFile(weights, hashlib.sha256(b"right").hexdigest())
    require_pinned(pin, tmp_path / "stamps")
    stamp = next((tmp_path / "stamps").iterdir())
    noted = stamp.stat().st_mtime_ns
    require_pinned(pin, tmp_path / "stamps")
    assert stamp.stat().st_mtime_ns == noted
    weights.write_bytes(b"wrong weights")
    with pytest.raises(OperatorError, match="make setup"):
        require_pinned(pin, tmp_path / "stamps")
    with pytest.raises(OperatorError, match="missing"):
        require_pinned(PinnedFile(tmp_path / "nowhere", right), tmp_path / "stamps")


def test_chroma_keeps_questions_and_passages_apart(embeddings: Any) -> None:
    from assistant.models.embeddings.chroma import ChromaEmbedding

    function = ChromaEmbedding(embeddings)
    text = "我的订单到哪了?"
    assert np.asarray(function([text])[0]) == pytest.approx(embeddings.embed_array([text], as_query=False)[0], abs=1e-5)
    assert np.asarray(function.embed_query([text])[0]) == pytest.approx(embeddings.embed_query(text), abs=1e-5)
    assert function.get_config() == {"fingerprint": embeddings.fingerprint}


def test_a_real_chroma_collection_finds_through_the_embedding_function(tmp_path: Path, embeddings: Any) -> None:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    from assistant.models.embeddings.chroma import ChromaEmbedding

    client: Any = chromadb.PersistentClient(tmp_path, settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection("pages", embedding_function=ChromaEmbedding(embeddings))
    collection.add(ids=[case["id"] for case in CASES[:8]], documents=[case["en"]["passage"] for case in CASES[:8]])
    found = collection.query(query_texts=["I need it tomorrow, what does express cost?"], n_results=1)
    assert found["ids"] == [["express"]] or found["ids"] == [["standard-delivery"]]
    client.close()


def test_the_stored_configuration_builds_the_same_function_or_is_refused(embeddings: Any) -> None:
    from assistant.models.embeddings.chroma import ChromaEmbedding

    built = ChromaEmbedding.build_from_config({"fingerprint": embeddings.fingerprint})
    assert built.get_config() == {"fingerprint": embeddings.fingerprint}
    with pytest.raises(OperatorError, match="other embeddings"):
        ChromaEmbedding.build_from_config({"fingerprint": "other:1"})


@pytest.mark.model
def test_the_shipped_centres_are_those_of_the_shipped_sentences(tmp_path: Path) -> None:
    from assistant.models.embeddings.centres import load_centres
    from assistant.models.embeddings.e5 import E5Encoder
    from assistant.models.embeddings.make_centres import compute_centres, save_centres

    computed, shipped = compute_centres(E5Encoder(tmp_path, centred=False)), load_centres()
    for part, centre in shipped.items():
        assert computed[part] == pytest.approx(centre, abs=1e-3)
    save_centres(computed, tmp_path / "centres.json")
    assert (tmp_path / "centres.json").stat().st_size < 10_000
