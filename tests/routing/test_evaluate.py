"""The development set: readable, no copy of the catalogue, and decided as well as is claimed."""

import json
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from assistant.errors import OperatorError
from assistant.routing.catalogue import Catalogue
from assistant.routing.evaluate import Case, evaluate, read_cases
from assistant.routing.router import Router
from assistant.text.language import Language

EVALS = Path(__file__).resolve().parents[2] / "evals" / "routing"
EVERY = 5  # of the cases, so that the test takes seconds
FLOORS: dict[Language, float] = {"en": 0.0, "zh": 0.0}


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
