"""The development set and the exam: readable, no copies of the catalogue, and decided as well as is claimed."""

import json
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.copies import nearest_examples
from assistant.routing.learning.evaluate import Case, evaluate, read_cases
from assistant.routing.router import Router
from assistant.text.language import Language

EVALS = Path(__file__).resolve().parents[2] / "evals" / "routing"
EVERY = 5  # of the cases, so that the test takes seconds
FLOORS: dict[Language, float] = {"en": 0.85, "zh": 0.8}
# what is reached now, less the spread of a fifth of the cases; the goal is .95/.93, .9, .9 and .03
EXAM: dict[Language, dict[str, float]] = {
    "en": {"single": 0.85, "both": 0.55, "scope": 0.8, "alarms": 0.04},
    "zh": {"single": 0.8, "both": 0.45, "scope": 0.8, "alarms": 0.06},
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_development_set_has_200_messages_that_do_not_copy_the_catalogue(
    catalogue: Catalogue, language: Language
) -> None:
    cases = read_cases(EVALS / f"dev_{language}.jsonl", catalogue)
    assert len({case.text for case in cases}) == len(cases) >= 200
    examples = [example.text.lower() for example in catalogue.examples if example.language == language]
    for case in cases[::EVERY]:
        if len(case.intents) == 1:
            assert max(SequenceMatcher(None, example, case.text.lower()).ratio() for example in examples) < 0.8


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_development_set_is_decided_as_well_as_is_claimed(
    router: Router, catalogue: Catalogue, language: Language
) -> None:
    cases = read_cases(EVALS / f"dev_{language}.jsonl", catalogue)[::EVERY]
    figures = evaluate(router, cases, language)
    assert figures.accuracy >= FLOORS[language]
    assert figures.model_calls == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_exam_has_600_messages_and_none_is_a_near_copy_of_an_example(
    catalogue: Catalogue, language: Language
) -> None:
    texts = [case.text for case in read_cases(EVALS / f"exam_{language}.jsonl", catalogue)]
    assert len(set(texts)) == len(texts) >= 600
    examples = [example.text for example in catalogue.examples if example.language == language]
    assert [near for near in nearest_examples(texts, examples) if near.is_copy] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_fifth_of_the_exam_is_decided_as_well_as_is_claimed(
    router: Router, catalogue: Catalogue, language: Language
) -> None:
    cases = read_cases(EVALS / f"exam_{language}.jsonl", catalogue)[::EVERY]
    figures, least = evaluate(router, cases, language), EXAM[language]
    assert figures.single >= least["single"]
    assert figures.both_found >= least["both"]
    assert figures.scope_recall >= least["scope"]
    assert figures.false_alarms <= least["alarms"]


def test_figures_are_told_by_how_a_message_is_said(router: Router) -> None:
    cases = [
        Case("wheres my ordr", ("track_shipment",), tags=("typo", "slang")),
        Case("wheres my ordr", ("gift_cards",), tags=("typo",)),
    ]
    tags = evaluate(router, cases).tags
    assert (tags["typo"].right, tags["typo"].cases) == (0.5, 2)
    assert (tags["slang"].right, tags["slang"].cases) == (1.0, 1)


def test_figures_count_what_they_say(router: Router) -> None:
    figures = evaluate(
        router,
        [
            Case("where is my order", ("track_shipment",)),
            Case("where is my order", ("cancel_order",)),
            Case("what is the weather in Rome", ()),
            Case("Where is order #W1111222? Also, please cancel #W3333444.", ("track_shipment", "cancel_order")),
        ],
    )
    assert (figures.cases, figures.accuracy, figures.single) == (4, 0.75, 0.5)
    assert (figures.scope_recall, figures.false_alarms, figures.both_found) == (1.0, 0.0, 1.0)
    assert [miss.case.intents for miss in figures.misses] == [("cancel_order",)]
    assert 0 < figures.p50_ms <= figures.p95_ms


@pytest.mark.parametrize("line", ["not json", '{"text": "x"}', json.dumps({"text": "x", "intents": ["fly"]})])
def test_a_wrong_line_is_named(tmp_path: Path, catalogue: Catalogue, line: str) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(f'{{"text": "hi", "intents": ["greeting"]}}\n{line}\n', encoding="utf-8")
    with pytest.raises(OperatorError, match=r"cases\.jsonl:2"):
        read_cases(path, catalogue)
