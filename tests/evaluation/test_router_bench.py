"""The router bench: any folder of labelled messages, measured by what its examples teach."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import OperatorError
from assistant.evaluation.router.bench import FUSED, Outcome, RouterBench
from assistant.evaluation.router.figures import auroc, figures_of, macro_f1
from assistant.evaluation.router.intent_sets import FULL, catalogue_of, read_set
from assistant.evaluation.router.report import write_report
from assistant.evaluation.router.table import table
from assistant.models.embeddings.encoder import Encoder
from assistant.models.embeddings.load import encoders as load_encoders
from assistant.routing.detectors.encoders import shop_plan
from assistant.routing.fusion.calibration import calibration_error
from assistant.settings import Settings

TRAIN = {
    "Lost card?": ["I lost my card", "my card was stolen", "card is gone", "I cannot find my card", "block my card"],
    "balance": ["what is my balance", "how much money have I", "show my balance", "account balance", "am I overdrawn"],
    "loan": ["I need a loan", "what are your mortgage rates", "can I borrow money", "apply for credit", "house loan"],
    "oos": ["tell me a joke", "what is the weather", "who won the match", "how tall is the tower", "play some music"],
}
HELD = {
    "Lost card?": ["somebody took my card", "my debit card has vanished"],
    "balance": ["how much is in my account", "tell me the balance please"],
    "loan": ["could you lend me some money", "I would like to take out a mortgage"],
    "oos": ["how do I bake bread", "sing me a song"],
}


def write(path: Path, groups: dict[str, list[str]]) -> None:
    lines = [json.dumps({"text": text, "intent": intent}) for intent, texts in groups.items() for text in texts]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "bank"
    data.mkdir()
    write(data / "train.jsonl", {name: texts for name, texts in TRAIN.items() if name != "oos"})
    write(data / "oos_train.jsonl", {"anything": TRAIN["oos"]})
    write(data / "val.jsonl", HELD)
    write(data / "test.jsonl", {"loan": ["lend me a thousand"]})
    return data


@pytest.fixture(scope="session")
def encoders() -> Mapping[str, Encoder]:
    return load_encoders(Settings())


@pytest.fixture
def outcome(folder: Path, encoders: Mapping[str, Encoder], tmp_path: Path) -> Outcome:
    return RouterBench(read_set(folder), encoders, tmp_path / "cache").run([2, FULL], seeds=2)


def test_every_detector_is_measured_alone_and_all_are_fused(outcome: Outcome) -> None:
    full = {row.detector: row.figures for row in outcome.rows if row.shots == FULL}
    slow = shop_plan(load_encoders(Settings())).stages["en"][-1][0]
    assert {"classifier:minilm", "classifier:use", f"classifier:{slow}", "nearest", FUSED} <= full.keys()
    assert full[FUSED].accuracy == 1.0
    assert full[FUSED].auroc == 1.0
    assert "fused without nearest" in full


def test_what_is_timed_one_by_one_is_what_was_measured(outcome: Outcome) -> None:
    assert [timing.same_as_batch for timing in outcome.timings] == [1.0, 1.0]
    assert all(0 < timing.p50_ms <= timing.p95_ms for timing in outcome.timings)


def test_the_same_seeds_give_the_same_figures(
    outcome: Outcome, folder: Path, encoders: Mapping[str, Encoder], tmp_path: Path
) -> None:
    again = RouterBench(read_set(folder), encoders, tmp_path / "cache").run([2, FULL], seeds=2)
    assert again.rows == outcome.rows


def test_only_the_detectors_that_were_named_are_heard(
    folder: Path, encoders: Mapping[str, Encoder], tmp_path: Path
) -> None:
    found = RouterBench(read_set(folder), encoders, tmp_path / "cache").run([FULL], detectors=["nearest"])
    assert {row.detector for row in found.rows} == {"nearest", FUSED}


def test_the_report_holds_table_and_plots(outcome: Outcome, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(outcome, page)
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "http" not in text.replace("http://www.w3.org", "")
    assert "nearest" in table(outcome)


def test_few_shot_samples_take_some_of_each_intent_and_differ_by_seed(folder: Path) -> None:
    data = read_set(folder)
    first, again, other = (data.sample(2, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(example.intent for example in first) == sorted(["Lost card?", "balance", "loan", ""] * 2)


def test_a_split_that_came_with_the_set_is_seed_zero(folder: Path) -> None:
    write(folder / "train_2.jsonl", {"balance": ["balance please"]})
    assert [example.text for example in read_set(folder).sample(2, 0)] == ["balance please"]


def test_messages_out_of_scope_are_known_by_their_file_or_the_intents_name(folder: Path) -> None:
    data = read_set(folder)
    assert sum(not example.intent for example in data.train) == 5
    assert sum(not example.intent for example in data.held) == 2
    assert [example.text for example in read_set(folder, "test").held] == ["lend me a thousand"]


def test_intents_of_any_name_become_a_catalogue(folder: Path) -> None:
    catalogue, names = catalogue_of(read_set(folder).train)
    assert names == {"Lost card?": "lost_card", "balance": "balance", "loan": "loan"}
    assert catalogue.get("lost_card").label("en") == "lost card"


def test_a_folder_without_its_files_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"train\.jsonl"):
        read_set(tmp_path)
    (tmp_path / "train.jsonl").write_text('{"text": "hello"}\n', encoding="utf-8")
    with pytest.raises(OperatorError, match=r"train\.jsonl:1 is no labelled message"):
        read_set(tmp_path)


def test_the_figures_are_the_textbooks() -> None:
    assert auroc(np.array([0.9, 0.8, 0.3, 0.3]), np.array([True, False, True, False])) == pytest.approx(0.625)
    assert macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1])) == pytest.approx(2 / 3)
    assert calibration_error(np.array([0.9, 0.9]), np.array([True, False])) == pytest.approx(0.4)
    logs = np.log(np.array([[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]]))
    found = figures_of(logs, np.array([0, 1, 2]), np.array([0.1, 0.2, 0.9]), np.array([False, False, True]))
    assert (found.accuracy, found.scope_recall, found.scope_accuracy, found.auroc) == (0.5, 1.0, 0.5, 1.0)
    assert found.risk["0.5"] == 0.0
