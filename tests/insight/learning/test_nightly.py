"""What is learned every night: behind a gate, taken up without a restart, and taken back to the byte."""

import json
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.errors import OperatorError
from assistant.insight.learning.bench import bench_refit, poison
from assistant.insight.learning.build import build_nightly
from assistant.insight.learning.nightly import Nightly
from assistant.insight.learning.student import as_onnx, write_student
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import Correction
from assistant.routing.learning.student import Student

ODD = "the plastic thing went swimming in the lake"
HELD = [
    Example("someone stole my card", "lost_card", "en"), Example("how rich am I", "balance", "en"),
    Example("can you lend me money", "loan", "en"), Example("卡被偷走了", "lost_card", "zh"),
    Example("sing me a song", "", "en"),
]  # fmt: skip


@pytest.fixture
def nightly(bank: Wiring) -> Nightly:
    return build_nightly(bank, measured_on=HELD)


def remember(nightly: Nightly, text: str, intent: str) -> None:
    nightly.refitting.taught.corrections.add(Correction(text, intent, "en"))


def files_of(folder: Path) -> dict[str, bytes]:
    """All files but the database's own."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "assistant.db" not in path.name]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_running_router_takes_a_refit_up_and_gives_it_back_without_a_restart(bank: Wiring, nightly: Nightly) -> None:
    router = bank.router
    assert [found.intent for found in router.decide(ODD).intents] != ["lost_card"]
    remember(nightly, ODD, "lost_card")
    assert [found.intent for found in router.decide(ODD).intents] == ["lost_card"]
    found, taken = nightly.refitting.compare(nightly.refitting.taught.corrections.all())
    nightly.refitting.accept(found, taken, nightly.refitting.taught.corrections.all(), bank.clock.now())
    nightly.refitting.taught.corrections.rewrite([])
    router.renew(wait=True)
    after = router.decide(ODD)
    assert [found.intent for found in after.intents] == ["lost_card"]
    assert after.nearest[0].text == ODD  # it is an example now, in the process that ran all the time
    nightly.rollback("router")
    router.renew(wait=True)
    assert ODD not in [near.text for near in router.decide(ODD).nearest]


def test_a_rollback_brings_back_every_correction_in_its_order_and_keeps_what_came_since(nightly: Nightly) -> None:
    memory = nightly.refitting.taught.corrections
    remember(nightly, ODD, "loan")
    remember(nightly, ODD, "lost_card")
    before = memory.all()
    found, taken = nightly.refitting.compare(before)
    nightly.refitting.accept(found, taken, before)
    remember(nightly, "is there anything left in the pot", "balance")
    nightly.rollback("router")
    assert memory.all() == (*before, Correction("is there anything left in the pot", "balance", "en"))
    with pytest.raises(OperatorError, match="nothing to take back"):
        nightly.rollback("router")


def test_wrong_corrections_lower_nothing_in_service_and_the_rollback_restores_every_answer(nightly: Nightly) -> None:
    pool = [
        Example("my wallet and card were taken", "lost_card", "en"), Example("card left on the bus", "lost_card", "en"),
        Example("what do I have left", "balance", "en"), Example("am I in the red", "balance", "en"),
        Example("I want to borrow for a car", "loan", "en"), Example("interest on a mortgage", "loan", "en"),
        Example("my card is gone again", "lost_card", "en"), Example("tell me my balance", "balance", "en"),
        Example("a loan for a flat", "loan", "en"), Example("stolen card, block it", "lost_card", "en"),
    ]  # fmt: skip
    found = bench_refit(nightly, pool, HELD, share=0.2, seed=3)
    assert (found.corrections, found.wrong) == (10, 2)
    assert found.holds
    assert found.restored
    if found.step.outcome == "in force":
        assert found.step.figures["after"] >= found.step.figures["before"]


def test_a_refit_that_would_lose_is_refused_and_nothing_changes(nightly: Nightly, tmp_path: Path) -> None:
    for text in ("my cards were stolen", "I have lost my card", "cards are gone", "please block my stolen card"):
        remember(nightly, text, "loan")
    before = files_of(tmp_path / "data")
    step = nightly.router()
    assert step.outcome in ("refused", "nothing to learn")
    assert files_of(tmp_path / "data") == before


def test_a_correction_that_contradicts_all_evidence_is_set_aside(nightly: Nightly) -> None:
    screened = nightly.screened(
        [Correction("I lost my card", "loan", "en"), Correction("my card was stolen", "lost_card", "en"),
         Correction(ODD, "lost_card", "en")]
    )  # fmt: skip
    assert [one.text for one, _ in screened.aside] == ["I lost my card"]
    assert len(screened.kept) == 2


def test_the_poison_is_as_much_as_was_asked_for_and_the_same_for_the_same_seed() -> None:
    corrections, wrong = poison(HELD, ["lost_card", "balance", "loan"], 0.4, 5)
    assert len(wrong) == 2
    said = {one.text: one.intent for one in corrections}
    assert {one.text for one in HELD if said[one.text] != one.intent} == wrong
    assert poison(HELD, ["lost_card", "balance", "loan"], 0.4, 5) == (corrections, wrong)


def test_the_student_is_exported_with_a_manifest_and_taken_back_to_the_byte(
    nightly: Nightly, bank: Wiring, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "insight" / "student"
    step = nightly.student()
    assert step.outcome == "in force", step.words
    manifest = json.loads((folder / "0001" / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) >= {"data_sha256", "versions", "figures", "at", "files"}
    assert manifest["figures"]["onnx_agreement"] >= 0.999
    assert set(manifest["files"]) == {"student.npz", "student.onnx"}
    assert nightly.student().outcome == "not changed"
    first = {name: data for name, data in files_of(folder).items() if name.startswith("0001")}
    remember(nightly, ODD, "lost_card")
    found, taken = nightly.refitting.compare(nightly.refitting.taught.corrections.all())
    nightly.refitting.accept(found, taken, ())
    assert nightly.student().outcome == "in force"
    assert nightly.rollback("student") == "0001"
    assert {name: data for name, data in files_of(folder).items() if name != "current"} == first


def test_onnx_says_what_the_student_says(nightly: Nightly) -> None:
    import onnxruntime

    student = Student.load(_student(nightly))
    session = onnxruntime.InferenceSession(as_onnx(student), providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_inputs()] == ["features"]


def _student(nightly: Nightly) -> Path:
    nightly.student()
    path = nightly.kept["student"].file("student.npz")
    assert path is not None
    return path


def test_a_student_that_learned_nothing_is_refused(nightly: Nightly, tmp_path: Path) -> None:
    from dataclasses import replace

    from assistant.routing.learning.distil import distil

    found = distil(nightly._judge(), nightly.refitting.catalogue, HELD)
    with pytest.raises(OperatorError, match="asked for"):
        write_student(tmp_path, replace(found, agreement=0.2), [])


def test_there_is_no_artefact_of_another_name(nightly: Nightly) -> None:
    with pytest.raises(OperatorError, match="'nothing'"):
        nightly.rollback("nothing")
