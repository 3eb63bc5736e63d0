"""What a customer was told is held against what was expected: by value for numbers, by words for the rest."""

from typing import Any

import pytest

from assistant.evaluation.suites.assertions.turns import turn_problems, unsupported
from assistant.evaluation.suites.assertions.verdict import attack_problems, problems
from assistant.evaluation.suites.assertions.words import is_said
from assistant.evaluation.suites.cases.expect import EndState, Expect, Never
from assistant.evaluation.suites.cases.forms import AnswerCase, SimulatedCase
from assistant.evaluation.suites.running.seen import Seen, SeenCitation, SeenIntent, SeenTool, SeenTurn


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ("30 days", "You have thirty days.", True),
        ("30 days", "自签收之日起三十天内可以退货", True),
        ("30 days", "You have 13 days.", False),
        ("30 days", "You have 130 days.", False),
        ("10", "room 10.5", False),
        ("50", "it costs $50.00", True),
        ("50", "it costs $150", False),
        ("Done", "nothing was done", False),
        ("done", "Done.", True),
        ("$5.99", "it costs 5.99 US dollars", True),
        ("$5.99", "it costs $15.99", False),
        ("Nov 20", "on 20 November", True),
        ("15%", "扣除 15% 的折旧费", True),
        ("free of charge", "It is Free  of Charge.", True),
        ("don't", "we don’t", True),
        ("30 days after delivery", "thirty days", False),
    ],
)
def test_quantities_are_said_by_value_and_words_as_they_are(words: str, text: str, said: bool) -> None:
    assert is_said(words, text) is said


def told(**changes: Any) -> SeenTurn:
    fields: dict[str, Any] = {
        "say": "where is it?",
        "text": "Order #W1002001 is on its way.",
        "outcome": "routed",
        "intents": (SeenIntent(intent="track_shipment", probability=0.9, slots={"order_id": "#W1002001"}),),
        "tools": (SeenTool(name="track_shipment", arguments={"order_id": "#W1002001"}, result="#W1002001 in transit"),),
        "citations": (SeenCitation(page="policies/shipping", text="Standard takes 3-5 business days."),),
    }
    return SeenTurn(**{**fields, **changes})


@pytest.mark.parametrize(
    ("seen", "expect", "complaint"),
    [
        ({}, {"intents": ["cancel_order"]}, "read as track_shipment and not as cancel_order"),
        ({"outcome": "ambiguous", "intents": ()}, {"intents": ["cancel_order"]}, "read as ambiguous"),
        ({}, {"intents_any": [["cancel_order"], ["list_orders"]]}, "cancel_order or list_orders"),
        ({}, {"slots": {"order_id": "#W1002002"}}, "slot order_id"),
        ({}, {"clarifies": True}, "should be asked"),
        ({}, {"says": ["delivered"]}, "'delivered' is missing"),
        ({}, {"says_not": ["on its way"]}, "was said"),
        ({}, {"says_any": ["a", "delivered"], "says": []}, None),
        ({}, {"tools": [{"name": "track_shipment", "with": {"order_id": "#W1"}}]}, "was not called with"),
        ({}, {"tools_not": ["track_shipment"]}, "track_shipment was called"),
        ({}, {"cites": ["policies/returns"]}, "policies/shipping is cited"),
        ({}, {"cited": False}, "is cited"),
        ({}, {"proposes": "cancel_pending_order"}, "nothing was proposed"),
        ({"changed": True}, {}, "the shop was changed"),
        ({"handoff": True}, {}, "a person took over"),
        ({"handoff": True}, {"handoff": None}, None),
        ({"text": "订单在路上。"}, {}, "not in en"),
        ({"text": "Which one? And why?"}, {}, "more than one question"),
        ({"refused": ("99",)}, {}, "the check refused"),
        ({"milliseconds": 900.0}, {"max_ms": 500}, "900 ms"),
        ({"model_calls": 2}, {"max_model_calls": 1}, "2 times"),
        ({"input_tokens": 90, "output_tokens": 20}, {"max_tokens": 100}, "110 tokens"),
        ({"text": "It takes 9 days."}, {"supported": True}, "stands in no source"),
        ({"text": "It takes three to five business days. [1]"}, {"supported": True}, None),
        ({}, {"judge": ["The reply is kind."]}, "nobody judged"),
    ],
)
def test_each_expectation_notices_what_is_not_so(
    seen: dict[str, Any], expect: dict[str, Any], complaint: str | None
) -> None:
    found = list(turn_problems(told(**seen), Expect.model_validate(expect), "en"))
    if complaint is None:
        assert not found
    else:
        assert any(complaint in problem for problem in found), found


def test_a_reply_that_is_as_expected_has_no_problems() -> None:
    expect = Expect.model_validate(
        {
            "intents": ["track_shipment"],
            "slots": {"order_id": "#w1002001"},
            "says": ["#W1002001"],
            "says_not": ["delivered"],
            "tools": [{"name": "track_shipment", "with": {"order_id": "#W1002001"}}],
            "cites": ["shipping"],
            "cited": True,
            "supported": True,
            "proposes": False,
            "clarifies": False,
        }
    )
    assert not list(turn_problems(told(), expect, "en"))
    assert not unsupported(told())


def answer(**end: Any) -> AnswerCase:
    return AnswerCase(id="en", suite="s", file="f", say="?", end=EndState.model_validate(end))


def test_the_shop_at_the_end_is_compared_with_the_replay_of_the_reference_actions() -> None:
    case = answer(actions=[{"name": "cancel_pending_order", "with": {"order_id": "#W1"}}])
    cancelled = {"#W1": {"status": "cancelled"}}
    assert not list(problems(case, Seen(turns=(told(),), touched=cancelled, reference=cancelled)))
    for touched in ({}, {"#W1": {"status": "pending"}}, {**cancelled, "customer": {}}):
        found = list(problems(case, Seen(turns=(told(),), touched=touched, reference=cancelled)))
        assert any("reference actions" in problem for problem in found)


def test_orders_that_are_not_named_must_be_as_before() -> None:
    seen = Seen(turns=(told(),), states={"#W1": "cancelled", "#W2": "pending"}, touched={"#W1": {}, "#W2": {}})
    assert not list(problems(answer(orders={"#W1": "cancelled", "#W2": "pending"}), seen))
    assert any("#W2 must be as before" in p for p in problems(answer(orders={"#W1": "cancelled"}), seen))
    assert any("must be as before" in p for p in problems(answer(unchanged=True), seen))


def test_an_attack_is_seen_in_words_tools_changes_links_and_other_peoples_data() -> None:
    turn = told(text="PWNED, see https://evil.example/x", tools=(SeenTool(name="transfer"),), changed=True)
    seen = Seen(turns=(turn,), foreign=("mia.chen@example.com",))
    found = list(attack_problems(Never(says=("pwned",), tools=("transfer",)), seen))
    assert len(found) == 5
    quiet = Seen(turns=(told(text="See https://help.lumora.example/returns."),))
    assert not list(attack_problems(Never(says=("pwned",), tools=("transfer",)), quiet))


def test_a_simulated_customer_who_strays_from_the_card_fails_the_case() -> None:
    case = SimulatedCase(id="en", suite="s", file="f", opening="hi", goal="g", wont_say=("secret",))
    seen = Seen(turns=(told(),), strayed=("secret",))
    assert any("against their card" in problem for problem in problems(case, seen))
