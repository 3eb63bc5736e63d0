"""The copilot in situations at the desk; `assistant bench copilot` plays all of them."""

from typing import Any

import pytest

from assistant.copilot.bench import DeskBench
from assistant.copilot.bench_cases import DeskCase, read_desk_cases
from assistant.errors import OperatorError
from assistant.settings import PROJECT_DIR

CASES = read_desk_cases(PROJECT_DIR / "evals" / "copilot")
EACH_FILE = [case for name in dict.fromkeys(c.file for c in CASES) for case in [c for c in CASES if c.file == name][:3]]


@pytest.mark.parametrize("case", EACH_FILE, ids=lambda case: f"{case.file}: {case.name}")
def test_a_situation_is_read_rightly(bench: DeskBench, case: DeskCase) -> None:
    assert bench.run(case).problems == ()


def test_the_suite_is_large_and_in_both_languages() -> None:
    assert len(CASES) >= 60
    assert min(sum(case.language == language for case in CASES) for language in ("en", "zh")) >= 25


def test_the_bench_sees_what_is_wrong(bench: DeskBench) -> None:
    case = next(case for case in CASES if case.name == "parcel is delayed and the customer is angry")
    wrong = case.model_copy(update={"step": ("close",), "facts": ("by drone",), "claims": ("#W1004001",)})
    assert len(bench.run(wrong).problems) == 3


@pytest.mark.parametrize("tone", ["shorter", "friendlier", "firmer"])
def test_another_tone_says_the_same_facts(bench: DeskBench, tone: Any) -> None:
    case = next(case for case in CASES if case.name == "parcel is delayed and the customer is angry")
    conversation, _ = bench.hold(case)
    copilot = bench.house.copilot
    plain, other = copilot.draft(conversation, "en"), copilot.draft(conversation, "en", tone)
    assert other.text != plain.text
    assert other.unsupported == ()
    facts = [sentence.text for sentence in plain.sentences if sentence.origins]
    assert all(fact in other.text for fact in facts)
    assert (len(other.text) < len(plain.text)) == (tone != "friendlier")
    assert ("sorry" in other.text) == (tone == "friendlier")


def test_a_draft_stands_in_the_agents_language_beside_it(bench: DeskBench) -> None:
    conversation, _ = bench.hold(next(case for case in CASES if case.name == "派送未成功，顾客着急"))
    draft = bench.house.copilot.draft(conversation, "en")
    assert draft.language == "zh"
    assert "could not be delivered at the last attempt" in draft.mirror


def test_a_folder_without_situations_is_an_error(tmp_path: Any) -> None:
    with pytest.raises(OperatorError, match="fix:"):
        read_desk_cases(tmp_path)
