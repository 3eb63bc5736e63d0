"""`assistant router` on a small bank's catalogue: training, correcting, refitting, as an operator types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.app import Wiring
from assistant.cli.router import app
from assistant.errors import OperatorError
from assistant.models.ladder import ModelLadder
from assistant.settings import PROJECT_DIR, Settings
from tests.routing.small_bank import BANK
from tests.three_encoders import three_as_one

ODD = "the plastic thing went swimming in the lake"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Wiring]:
    """All parts of the assistant, over a catalogue of three intents and empty folders."""
    prompts = tmp_path / "prompts"
    (prompts / "intents").mkdir(parents=True)
    (prompts / "routing").symlink_to(PROJECT_DIR / "prompts" / "routing")
    (prompts / "intents" / "bank.yaml").write_text(BANK.replace("agent: bank", "agent: orders"), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", local_model="none", prompts_dir=prompts)
    wiring = Wiring(settings.model_copy(update={"cache_dir": tmp_path / "cache"}), ladder=ModelLadder(rungs=()))
    wiring.__dict__["embeddings"] = three_as_one(settings)  # their weights lie in the user's own cache
    wiring.__dict__["product_names"] = []
    yield wiring
    wiring.database.close()


def run(bank: Wiring, *words: str) -> Result:
    """The command, in a process that has just begun."""
    bank.__dict__.pop("router", None)
    return CliRunner().invoke(app, list(words), obj=bank)


def test_training_writes_the_router_with_a_manifest_and_calibration_tells_what_it_is_worth(
    bank: Wiring, tmp_path: Path
) -> None:
    told = run(bank, "train", "--out", str(tmp_path / "out"))
    assert told.exit_code == 0, told.output
    assert "3 intents, 36 examples" in told.output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]["router.npz"]["bytes"] > 0
    assert run(bank, "export", "--out", str(tmp_path / "again")).exit_code == 0
    assert json.loads((tmp_path / "again" / "manifest.json").read_text(encoding="utf-8")) == manifest
    calibrated = run(bank, "calibrate").output
    assert "en, minilm+use: accuracy" in calibrated
    assert "zh, use+e5: accuracy" in calibrated


def test_training_from_a_folder_of_labelled_messages(bank: Wiring, tmp_path: Path) -> None:
    data = tmp_path / "cards"
    data.mkdir()
    texts = {"lost": ["my card is gone", "card stolen", "where is my card"], "pin": ["new pin", "lost pin", "pin?"]}
    lines = [json.dumps({"text": text, "intent": name}) for name, said in texts.items() for text in said]
    (data / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    told = run(bank, "train", "--data", str(data), "--out", str(tmp_path / "out"))
    assert told.exit_code == 0, told.output
    assert "2 intents, 6 examples" in told.output


def test_a_student_needs_messages_to_be_measured_on(bank: Wiring, tmp_path: Path) -> None:
    data = tmp_path / "cards"
    data.mkdir()
    (data / "train.jsonl").write_text('{"text": "my card is gone", "intent": "lost"}\n', encoding="utf-8")
    told = run(bank, "distill", "--data", str(data), "--out", str(tmp_path / "out"))
    assert isinstance(told.exception, OperatorError)
    assert "no valid.jsonl" in str(told.exception)
    assert "only train.jsonl" in str(told.exception)


def test_a_correction_counts_at_once_and_a_refit_makes_it_an_example(bank: Wiring, tmp_path: Path) -> None:
    told = run(bank, "learn", ODD, "lost_card")
    assert told.output == f"{ODD!r} is now read as lost_card\n"
    memory = tmp_path / "data" / "corrections.jsonl"
    before = memory.read_text(encoding="utf-8")
    assert "nothing was changed" in run(bank, "refit", "--dry-run").output
    assert memory.read_text(encoding="utf-8") == before
    told = run(bank, "refit")
    assert told.exit_code == 0, told.output
    assert "refit 0001 is in force" in told.output
    assert "1 corrections as examples" in told.output
    manifest = json.loads((tmp_path / "data" / "refits" / "0001" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["examples"] == 37
    assert manifest["figures"]["corrections"] == 1
    assert "lost_card" in run(bank, "explain", ODD).output


def test_a_refit_is_taken_back_and_its_corrections_are_remembered_again(bank: Wiring, tmp_path: Path) -> None:
    run(bank, "learn", ODD, "lost_card")
    run(bank, "refit")
    run(bank, "learn", "is there anything left in the pot", "balance")
    assert "refit 0002 is in force" in run(bank, "refit").output
    assert "refit 0001 is in force again" in run(bank, "refit", "--undo").output
    assert "the catalogue alone is in force again" in run(bank, "refit", "--undo").output
    memory = (tmp_path / "data" / "corrections.jsonl").read_text(encoding="utf-8")
    assert ODD in memory
    assert "left in the pot" in memory
    assert "lost_card" in run(bank, "explain", ODD).output
    assert isinstance(run(bank, "refit", "--undo").exception, OperatorError)


def test_a_refit_by_which_an_intent_would_lose_is_refused_and_everything_stays(bank: Wiring, tmp_path: Path) -> None:
    for text in ("my card was stolen", "I lost my card", "card is gone", "block my stolen card"):
        run(bank, "learn", text, "loan")  # somebody corrects what was right
    memory = tmp_path / "data" / "corrections.jsonl"
    before = memory.read_text(encoding="utf-8")
    told = run(bank, "refit")
    assert told.exit_code == 1
    assert "refused" in told.output
    assert memory.read_text(encoding="utf-8") == before
    assert not (tmp_path / "data" / "refits" / "current").exists()


def test_a_refit_without_corrections_says_how_to_make_one(bank: Wiring) -> None:
    told = run(bank, "refit")
    assert isinstance(told.exception, OperatorError)
    assert "assistant router learn" in told.exception.fix


def test_what_a_refit_took_in_is_forgotten_with_the_customer_who_said_it(bank: Wiring, tmp_path: Path) -> None:
    run(bank, "learn", ODD, "lost_card")
    run(bank, "refit")
    assert bank.forgetting._quotes.forget((), [ODD]) == 1
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and ODD.encode() in path.read_bytes()]
    assert left == []
    assert not list((tmp_path / "data" / "refits").rglob("*.npz"))
    assert not list((tmp_path / "cache" / "router").glob("*.npz"))
    assert ODD not in run(bank, "explain", ODD, "--json").output.replace(f'"words": "{ODD}"', "")


def test_more_examples_are_tried_before_they_are_the_shops(bank: Wiring, tmp_path: Path) -> None:
    more = tmp_path / "kept.jsonl"
    lines = [{"text": ODD, "intent": "lost_card"}, {"text": "how do I bake bread", "intent": "out_of_scope"}]
    more.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    told = run(bank, "train", "--also", str(more), "--out", str(tmp_path / "out"))
    assert told.exit_code == 0, told.output
    assert "3 intents, 38 examples" in told.output
    more.write_text(json.dumps({"text": ODD, "intent": "lost_crad"}), encoding="utf-8")
    refused = run(bank, "train", "--also", str(more), "--out", str(tmp_path / "out"))
    assert isinstance(refused.exception, OperatorError)
    assert "lost_crad" in refused.exception.message


def test_paraphrases_need_a_language_model_and_intents_that_there_are(bank: Wiring, tmp_path: Path) -> None:
    told = run(bank, "augment", "--model", "none", "--out", str(tmp_path / "out"))
    assert isinstance(told.exception, OperatorError)
    assert "none" in told.exception.message
    assert not (tmp_path / "out").exists()
