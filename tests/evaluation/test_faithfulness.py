"""The faithfulness bench: its judge is fair, and what a model invents never reaches the customer."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.conversation.reply import Citation, Reply
from assistant.evaluation.dialogues.run import NOW
from assistant.evaluation.faithfulness.cases import FaithfulnessCase, read_cases
from assistant.evaluation.faithfulness.judge import judge, unsupported
from assistant.evaluation.faithfulness.run import fill, report, run
from assistant.ids import ConversationId, PassageId, TurnId
from assistant.models.inventing import inventing_ladder
from assistant.routing.decision import RoutingDecision
from assistant.settings import PROJECT_DIR, Settings

PAGE = "Most items can be returned within 30 days of delivery. The fee is 15%. 退货期限为 30 天。"
CASES = read_cases(PROJECT_DIR / "evals" / "faithfulness")


def reply(text: str, **more: Any) -> Reply:
    cited = Citation(
        number=1, passage_id=PassageId("p"), page="p", title="Returns", heading="", text=PAGE, language="en"
    )
    return Reply(
        conversation_id=ConversationId("c"), turn_id=TurnId("t"), text=text, language="en",
        decision=RoutingDecision(language="en", outcome="routed"), **{"citations": (cited,), **more},
    )  # fmt: skip


def case(kind: str, **more: Any) -> FaithfulnessCase:
    return FaithfulnessCase(id="x", language="en", kind=kind, question="How long?", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "invented",
    [
        "You have 45 days.",
        "You have forty days.",
        "您有六十天。",
        "You have 30 weeks.",
        "It costs $15.",
        "Your number is #W7712345.",
        "Write to sales@shop.example.",
        "We will call you back.",
        "我们会尽快联系您。",
    ],
)
def test_the_judge_sees_what_the_evidence_does_not_hold(invented: str) -> None:
    assert list(unsupported(invented, [PAGE]))


@pytest.mark.parametrize("said", ["You have thirty days. [1]", "期限是三十天。", "1. 30 days\n2. a fee of 15 %"])
def test_the_judge_lets_the_evidence_be_said(said: str) -> None:
    assert list(unsupported(said, [PAGE])) == []


def test_an_answer_is_right_only_with_all_its_facts_and_a_source() -> None:
    asked = case("answerable", facts=(("30 days", "thirty days"), ("15%",)))
    assert judge(asked, reply("Within 30 days; the fee is 15%. [1]")).right
    assert not judge(asked, reply("Within 30 days. [1]")).right
    assert not judge(asked, reply("Within 30 days; the fee is 15%.", citations=())).right


def test_a_presumption_is_corrected_by_the_fact_and_never_by_a_yes() -> None:
    asked = case("presumption", facts=(("30 days",),), never=("60 days",))
    assert judge(asked, reply("Most items can be returned within 30 days of delivery. [1]")).corrected
    assert judge(asked, reply("Yes, you have 60 days. [1]")).confirmed
    assert judge(asked, reply("Yes, that's fine. [1]")).confirmed
    assert not judge(asked, reply("It isn't 60 days but 30 days. [1]")).confirmed


def test_a_refusal_cites_nothing_and_a_hedge_counts_apart() -> None:
    asked = case("unanswerable")
    assert judge(asked, reply("I couldn't find anything about that.", citations=())).declined
    assert not judge(asked, reply("You have 30 days. [1]", wordings=("quote",))).declined
    hedged = judge(asked, reply("I'm not sure. What comes closest: 30 days. [1]", wordings=("closest",)))
    assert hedged.declined
    assert hedged.hedged


def test_the_set_has_three_hundred_questions_of_all_kinds_in_both_languages() -> None:
    counted = Counter((one.language, one.kind) for one in CASES)
    assert len(CASES) >= 300
    assert set(counted.values()) == {50}
    assert len({one.question for one in CASES}) == len(CASES)
    assert all(one.facts for one in CASES if one.kind != "unanswerable")


def test_what_a_model_invents_never_reaches_the_customer(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, local_model="none")
    house = Wiring(settings, clock=FixedClock(NOW), ladder=inventing_ladder(3))
    fill(house)
    figures = report(list(run(house, CASES[::9])))
    house.database.close()
    assert sum(figures.unsupported.values()) == 0
    assert figures.confirmed_presumptions == 0
    assert figures.replies_with_failed_checks > 0
    assert "model" not in figures.wordings
