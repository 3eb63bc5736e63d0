"""Learning from corrections, students, exports: on a small bank of made-up messages."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import OperatorError
from assistant.evaluation.router.bench import RouterBench
from assistant.evaluation.router.intent_sets import IntentSet, Labelled, catalogue_of
from assistant.evaluation.router.learning import LearnBench, learn_table
from assistant.models.embeddings.encoder import Encoder
from assistant.routing.learning.distil import Distilled, distil
from assistant.routing.learning.export import check, export
from assistant.routing.learning.refit import forbids, losses
from assistant.routing.learning.student import Student
from assistant.settings import Settings
from tests.three_encoders import three_encoders

TRAIN = {
    "lost_card": ["I lost my card", "my card was stolen", "card is gone", "I cannot find my card", "block my card"],
    "balance": ["what is my balance", "how much money have I", "show my balance", "account balance", "am I overdrawn"],
    "loan": ["I need a loan", "what are your mortgage rates", "can I borrow money", "apply for credit", "house loan"],
}
ODD = (
    Labelled("the plastic thing went swimming in the lake", "lost_card"),
    Labelled("is there anything left in the pot", "balance"),
    Labelled("a roof over my head needs paying", "loan"),
)
HELD = (
    Labelled("somebody took my card", "lost_card"),
    Labelled("how much is in my account", "balance"),
    Labelled("could you lend me some money", "loan"),
    Labelled("the plastic thing swam away in the lake", "lost_card"),
)


@pytest.fixture(scope="session")
def encoders() -> Mapping[str, Encoder]:
    return three_encoders(Settings())


@pytest.fixture
def data() -> IntentSet:
    train = tuple(Labelled(text, intent) for intent, texts in TRAIN.items() for text in texts)
    return IntentSet("bank", train + ODD, {5: train}, HELD)


@pytest.fixture
def distilled(data: IntentSet, encoders: Mapping[str, Encoder], tmp_path: Path) -> Distilled:
    catalogue, _ = catalogue_of(data.few[5], data.intents)
    return distil(RouterBench(data, encoders, tmp_path).judge(catalogue), catalogue, HELD, ["where is my card"])


def test_corrections_are_learned_one_at_a_time_and_nothing_is_forgotten(
    data: IntentSet, encoders: Mapping[str, Encoder], tmp_path: Path
) -> None:
    found = LearnBench(data, encoders, tmp_path).run(corrections=3, shots=5, every=1)
    assert found.curve[-1].corrections >= 1
    assert found.curve[-1].accuracy >= found.curve[0].accuracy
    assert found.curve[-1].still_right == 1.0
    assert found.repeated == (0.0, 0.0)
    assert found.p95_ms > 0
    assert "corrections of" in learn_table(found)


def test_a_training_by_which_an_intent_loses_more_than_a_point_is_refused() -> None:
    labels = ["a"] * 200 + ["b"] * 200
    before = labels
    after = ["a"] * 199 + ["b"] + ["b"] * 190 + ["a"] * 10
    assert [one.intent for one in losses(labels, before, after)] == ["b", "a"]
    assert [one.intent for one in forbids(losses(labels, before, after))] == ["b"]


def test_the_student_reads_mostly_as_its_teacher_and_weighs_a_byte_a_weight(distilled: Distilled) -> None:
    assert distilled.student.weights.dtype == np.int8
    assert distilled.agreement >= 0.75
    assert distilled.student.log_probabilities(["my card was stolen", "show my balance"]).argmax(axis=1).tolist() == [
        0,
        1,
    ]


def test_a_student_is_read_back_exactly(distilled: Distilled, tmp_path: Path) -> None:
    distilled.student.save(tmp_path / "student.npz")
    again = Student.load(tmp_path / "student.npz")
    texts = ["a loan please", "", "我的卡"]
    np.testing.assert_array_equal(again.log_probabilities(texts), distilled.student.log_probabilities(texts))


def test_an_export_says_what_it_was_learned_from(
    data: IntentSet, encoders: Mapping[str, Encoder], distilled: Distilled, tmp_path: Path
) -> None:
    catalogue, _ = catalogue_of(data.few[5], data.intents)
    _, trained = RouterBench(data, encoders, tmp_path / "cache").learned(catalogue)
    manifest = export(tmp_path / "out", trained, catalogue, encoders, distilled.student, distilled.figures())
    assert manifest == check(tmp_path / "out") == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["data_sha256"] == catalogue.fingerprint
    assert set(manifest["files"]) == {"router.npz", "student.npz"}
    assert manifest["figures"]["agreement"] == round(distilled.agreement, 4)
    assert manifest["encoders"]["minilm"]
    (tmp_path / "out" / "router.npz").write_bytes(b"other")
    with pytest.raises(OperatorError, match="not the file of the manifest"):
        check(tmp_path / "out")
