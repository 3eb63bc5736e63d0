"""MPNet on its real weights: the vectors of its maker, from a graph of our own in 8 bits."""

from pathlib import Path

import numpy as np
import pytest

from assistant.models.embeddings import blended, encoders
from assistant.models.embeddings.encoder import Encoder
from assistant.models.embeddings.mpnet_graph import position_buckets
from assistant.settings import Settings

TEXTS = (
    "Where is my parcel?",
    "Has my package been shipped yet?",
    "I'd like to send this lamp back, the shade is torn and the box was open when it arrived.",
    "Do you sell vacuum cleaners for stairs?",
)
COSINES = (
    (1.000, 0.474, 0.198, 0.153),
    (0.474, 1.000, 0.202, 0.121),
    (0.198, 0.202, 1.000, 0.069),
    (0.153, 0.121, 0.069, 1.000),
)
"""Between these texts, by the maker's own program in 32 bits."""

needs_weights = pytest.mark.skipif(
    "mpnet" not in encoders(Settings()), reason="the weights of MPNet are not there: assistant models pull mpnet"
)


@pytest.fixture(scope="module")
def mpnet() -> Encoder:
    return encoders(Settings())["mpnet"]


@needs_weights
def test_eight_bits_keep_what_texts_have_in_common(mpnet: Encoder) -> None:
    vectors = mpnet.embed(TEXTS)
    assert vectors @ vectors.T == pytest.approx(np.array(COSINES), abs=0.02)


@needs_weights
@pytest.mark.parametrize("text", ["", "?", "[MASK] [PAD] <s>", "\x00", "\ud800", "😀 退货", "order " * 3_000])
def test_any_text_gets_a_finite_unit_vector_alone_and_among_others(mpnet: Encoder, text: str) -> None:
    alone = mpnet.embed([text])[0]
    mpnet.forget()
    among = mpnet.embed([*TEXTS, text, "hm"])[len(TEXTS)]
    assert np.linalg.norm(alone) == pytest.approx(1.0, abs=1e-3)
    assert float(alone @ among) == pytest.approx(1.0, abs=5e-3)


@needs_weights
def test_a_graph_that_was_damaged_is_made_again(tmp_path: Path, mpnet: Encoder) -> None:
    from assistant.models.embeddings.mpnet import MpnetEncoder

    weights = tmp_path / "weights.safetensors"
    weights.symlink_to(mpnet.pins()[0].path)

    def encoder() -> MpnetEncoder:
        return MpnetEncoder(tmp_path / "stamps", lambda: weights, lambda: mpnet.pins()[1].path)

    expected = encoder().embed(TEXTS)
    graph = next(tmp_path.glob("*.onnx"))
    graph.write_bytes(graph.read_bytes()[:1000])
    assert encoder().embed(TEXTS) == pytest.approx(expected, abs=1e-6)


@needs_weights
def test_passages_are_found_as_before_beside_it() -> None:
    with_it = blended(Settings())
    assert with_it.dimension == 1280
    assert "mpnet" not in with_it.fingerprint


def test_near_places_are_told_apart_and_far_ones_by_their_logarithm() -> None:
    buckets = position_buckets(256)
    assert buckets[0, :10].tolist() == [0, 17, 18, 19, 20, 21, 22, 23, 24, 24]
    assert buckets[140, [0, 10, 100, 130, 140, 150, 200, 255]].tolist() == [15, 15, 12, 8, 0, 24, 29, 31]
