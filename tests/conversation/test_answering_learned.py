"""How likely a passage answers is learned on labelled questions, by a command that anybody can run again."""

import json
import random
from dataclasses import fields

import pytest

from assistant.app import Wiring
from assistant.conversation.pages.answerable import FITS, Signals
from assistant.evaluation.answering.collect import Example, collect
from assistant.evaluation.answering.fit import fit, leave_page_out
from assistant.evaluation.answering.labelled import Labelled, read_labelled
from assistant.settings import PROJECT_DIR
from assistant.tools.results import PassageView

_NAMES = [field.name for field in fields(Signals)]


def examples(many: int = 240) -> list[Example]:
    """Passages that answer stand ahead of the others; which page they are on means nothing."""
    chance = random.Random(3)
    made = []
    for number in range(many):
        answers = chance.random() < 0.5
        values = dict.fromkeys(_NAMES, 0.0) | {
            "logit": chance.gauss(0, 1),
            "ahead": chance.gauss(1.5 if answers else -1.5, 1),
        }
        made.append(Example("en", f"page-{number % 12}", Signals(**values), answers))
    return made


def test_what_tells_answers_apart_gets_the_weight() -> None:
    learned = fit(examples())
    assert list(learned.weights) == _NAMES
    assert learned.weights["ahead"] > 1 > abs(learned.weights["logit"])
    assert fit(examples()) == learned


def test_figures_are_those_of_pages_that_were_not_fitted_on() -> None:
    figures = leave_page_out(examples(), (0.1, 0.9))
    assert figures.auroc > 0.9 > 0.6 > figures.auroc_of_score
    assert figures.kept[0.1][0] >= figures.kept[0.9][0] > figures.kept[0.9][1]


def test_examples_that_all_answer_teach_nothing() -> None:
    with pytest.raises(ValueError, match="class"):
        fit([one for one in examples() if one.answers])


def test_the_weights_in_use_are_of_the_signals_there_are() -> None:
    kept = json.loads(FITS.read_text(encoding="utf-8"))
    assert {language: list(one["weights"]) for language, one in kept.items()} == {"en": _NAMES, "zh": _NAMES}


def passage(**more: object) -> PassageView:
    made = {"passage_id": "p", "page": "policies/returns", "title": "Returns", "heading": "How long", "language": "en"}
    return PassageView(**made, text="You have **30 days**.", score=0.5, confident=True, **more)  # type: ignore[arg-type]


def test_a_question_knows_what_answers_it() -> None:
    by_facts = Labelled("how long?", "en", "policies/returns", facts=(("30 days", "a month"),))
    assert by_facts.answered_by(passage()) is True
    by_section = Labelled("how long?", "en", "policies/returns", "How long")
    assert by_section.answered_by(passage()) is True
    other = Labelled("how long?", "en", "policies/returns", "What can't go back")
    assert other.answered_by(passage()) is None
    assert Labelled("how long?", "en", "policies/refunds", "How long").answered_by(passage()) is False
    assert Labelled("who is your boss?", "en").answered_by(passage()) is False


def test_questions_of_the_bench_that_measures_it_are_not_learned_on(house: Wiring) -> None:
    learned = {one.question for one in read_labelled(PROJECT_DIR / "evals", house.catalogue)}
    lines = [line for name in ("en", "zh") for line in (PROJECT_DIR / f"evals/faithfulness/{name}.jsonl").open()]
    assert len(learned) > 1000
    assert not learned & {json.loads(line)["question"] for line in lines}


def test_a_visitor_s_question_becomes_an_example(house: Wiring) -> None:
    asked = [
        Labelled(
            "How long do I have to return an item?", "en", "policies/returns", "How long you have to return an item"
        ),
        Labelled("你们CEO的邮箱是多少？", "zh"),
    ]
    answering, other = collect(house, asked)
    assert (answering.answers, answering.page, other.answers) == (True, "policies/returns", False)
    assert answering.signals.logit > other.signals.logit
