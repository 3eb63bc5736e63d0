"""Cases are files that are checked before anything is run; a mistake is told with file and line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.evaluation.suites.cases.choosing import Choice, choose
from assistant.evaluation.suites.cases.forms import DecisionCase, DialogueCase, case_schema
from assistant.evaluation.suites.cases.reading import read_suites, suite_entries
from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.settings import PROJECT_DIR
from tests.evaluation.suites.conftest import Command

EVALS = PROJECT_DIR / "evals"
GOOD = """behaviour: customer asks where the parcel is
kind: decision
tags: [parcel]
cases:
  - say: where is my parcel
    expect: {intents: [track_shipment]}
  - say: 我的包裹在哪
    language: zh
    tags: [short]
    expect: {intents: [track_shipment]}
"""


def test_a_case_is_named_by_suite_file_and_language(write: Callable[..., Path]) -> None:
    (suite,) = read_suites(write("asks", "customer_asks.yaml", GOOD))
    assert [case.name for case in suite.cases] == ["asks/customer_asks:en", "asks/customer_asks:zh"]
    assert suite.cases[1].tags == ("parcel", "short")
    assert suite.cases[1].behaviour == "customer asks where the parcel is"


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        (
            "    expect: {intents: [track_shipment]}\n  - say: 我",
            "    expct: {}\n  - say: 我",
            6,
            "unknown key 'expct'",
        ),
        (
            "expect: {intents: [track_shipment]}\n  - say: 我",
            "expect: {itents: []}\n  - say: 我",
            6,
            "unknown key 'itents'",
        ),
        ("kind: decision\n", "kind: decision\nkinds: 3\n", 3, "unknown key 'kinds'"),
        ("language: zh", "language: fr", 8, "language"),
        ("    language: zh\n", "    language: zh\n    language: en\n", 9, "stands twice"),
        ("cases:\n", "cases: {\n", 5, "expected"),
        ("  - say: where is my parcel\n", "  - id: x\n", 5, "say"),
    ],
)
def test_a_mistake_ends_with_exit_code_2_and_names_file_and_line(
    write: Callable[..., Path], command: Command, old: str, new: str, line: int, complaint: str
) -> None:
    assert old in GOOD
    root = write("asks", "customer_asks.yaml", GOOD.replace(old, new, 1))
    told = command("eval", "run", "asks", "--cases", str(root), code=2).output
    assert f"customer_asks.yaml:{line}: " in told
    assert complaint in told


def test_two_cases_of_one_name_are_refused(write: Callable[..., Path]) -> None:
    root = write("asks", "customer_asks.yaml", GOOD.replace("    language: zh\n", ""))
    with pytest.raises(CaseError, match="two cases"):
        read_suites(root)


def test_an_unknown_suite_is_an_error_that_lists_the_others(write: Callable[..., Path], command: Command) -> None:
    root = write("asks", "customer_asks.yaml", GOOD)
    assert "asks" in command("eval", "run", "ask", "--cases", str(root), code=2).output


def test_a_suite_may_be_made_of_others_cases(write: Callable[..., Path]) -> None:
    write("asks", "customer_asks.yaml", GOOD)
    root = write("few", "unused.yaml", "", of=["asks/*:zh"])
    (suite,) = read_suites(root, ["few"])
    assert [case.name for case in suite.cases] == ["asks/customer_asks:zh"]
    assert [suite.name for suite in read_suites(root)] == ["asks"]


def test_cases_are_chosen_by_tag_words_and_seed(write: Callable[..., Path]) -> None:
    (suite,) = read_suites(write("asks", "customer_asks.yaml", GOOD))
    assert [case.language for case in choose(suite.cases, Choice(tags=("short",)))] == ["zh"]
    assert [case.language for case in choose(suite.cases, Choice(tags=("-short", "decision")))] == ["en"]
    assert len(choose(suite.cases, Choice(match="WHERE THE PARCEL"))) == 2
    with pytest.raises(CaseError, match="none of 2"):
        choose(suite.cases, Choice(tags=("tall",)))
    exam = read_suites(EVALS, ["routing"])[0].cases
    drawn = [choose(exam, Choice(sample=50, seed=seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 50


def test_the_published_schema_is_that_of_the_forms() -> None:
    assert json.loads((EVALS / "case.schema.json").read_text(encoding="utf-8")) == case_schema()


def test_every_file_of_cases_tells_editors_its_schema() -> None:
    entries = suite_entries(EVALS)
    for name, entry in entries.items():
        for path in (EVALS / name).glob("customer_*.yaml") if not entry.of else ():
            first = path.read_text(encoding="utf-8").partition("\n")[0]
            assert first == "# yaml-language-server: $schema=../case.schema.json", path


def test_the_dialogues_and_the_labelled_messages_are_suites_too() -> None:
    dialogues, routing = read_suites(EVALS, ["dialogues", "routing"])
    assert len(dialogues.cases) >= 188
    assert all(isinstance(case, DialogueCase) for case in dialogues.cases)
    assert all(isinstance(case, DecisionCase) for case in routing.cases)
    assert {case.language for case in routing.cases} == {"en", "zh"}
