"""tau-bench retail's tasks are played as a customer would talk, and judged by the shop's end state alone."""

import json
import os
from pathlib import Path

import pytest

from assistant.conversation.reply import CardMove, ProposalCard, Reply
from assistant.evaluation.tau.customer import ScriptedCustomer
from assistant.evaluation.tau.errands import Errand, errand_of
from assistant.evaluation.tau.play import read_tasks
from assistant.routing.decision import RoutingDecision
from assistant.settings import PROJECT_DIR
from tests.evaluation.suites.conftest import Command, command, encoders, settings  # noqa: F401  fixtures

DATA = Path(os.environ.get("ASSISTANT_TEST_DATA", PROJECT_DIR.parent / "shared" / "data")) / "tau_retail"
KETTLE = {"name": "Kettle", "product_id": "1", "item_id": "11", "options": {"color": "red", "size": "1L"}}
SHOP = {
    "users": {
        "ann": {
            "payment_methods": {
                "credit_card_7": {"source": "credit_card", "brand": "visa", "last_four": "1234"},
                "gift_card_8": {"source": "gift_card"},
            }
        }
    },
    "orders": {"#W1": {"items": [KETTLE]}},
    "products": {
        "1": {"variants": {"11": {"options": KETTLE["options"]}, "12": {"options": {"color": "blue", "size": "1L"}}}}
    },
}


def errand(name: str, **arguments: object) -> Errand:
    found = errand_of({"name": name, "arguments": arguments}, SHOP, "ann")
    assert found is not None
    return found


def test_a_customer_names_things_and_ways_to_pay_by_their_words_and_never_by_ids() -> None:
    for told in (
        errand("cancel_pending_order", order_id="#W1", reason="ordered by mistake"),
        errand("return_delivered_order_items", order_id="#W1", item_ids=["11"], payment_method_id="credit_card_7"),
        errand(
            "exchange_delivered_order_items",
            order_id="#W1",
            item_ids=["11"],
            new_item_ids=["12"],
            payment_method_id="gift_card_8",
        ),
        errand("modify_pending_order_payment", order_id="#W1", payment_method_id="credit_card_7"),
    ):
        words = f"{told.opening} {told.items} {told.payment} {told.wanted} {told.reason}"
        assert "#W1" in words
        assert "credit_card_7" not in words
        assert "gift_card_8" not in words
        assert "_order" not in words
    assert (
        "for one with color blue"
        in errand(
            "exchange_delivered_order_items", order_id="#W1", item_ids=["11"], new_item_ids=["12"], payment_method_id=""
        ).opening
    )
    assert errand_of({"name": "get_order_details", "arguments": {"order_id": "#W1"}}, SHOP, "ann") is None


def reply(text: str, card: ProposalCard | None = None, handoff: bool = False) -> Reply:
    decision = RoutingDecision(language="en", outcome="routed")
    return Reply.model_validate(
        {
            "conversation_id": "c",
            "turn_id": "t",
            "text": text,
            "language": "en",
            "decision": decision,
            "proposal": card,
            "handoff": handoff,
        }
    )


def card(kind: str, method: str) -> ProposalCard:
    move = CardMove(direction="refund", amount="$5.00", method=method, words="")
    return ProposalCard.model_validate(
        {
            "proposal_id": "p",
            "kind": kind,
            "order_id": "#W1",
            "title": "t",
            "moves": [move],
            "expires_at": "2026-11-24T10:00:00Z",
        }
    )


def test_the_customer_answers_what_is_asked_and_says_yes_once_to_the_errand() -> None:
    told = errand("return_delivered_order_items", order_id="#W1", item_ids=["11"], payment_method_id="credit_card_7")
    customer = ScriptedCustomer(told)
    assert customer.answer(None) == "I want to return the Kettle (red, 1L) from order #W1."
    assert customer.answer(reply("Why are you sending it back?")) == "I don't need it any more"
    assert customer.answer(reply("Has it been opened?")) == "No, it is unopened."
    assert (
        customer.answer(reply("Go ahead?", card(told.tool, "gift card")))
        == "Please use my visa ending in 1234 instead."
    )
    assert customer.answer(reply("Go ahead?", card(told.tool, "Visa ending in 1234"))) == "Yes, please do that."
    assert customer.answer(reply("Done. Anything else?")) == ""


def test_the_customer_refuses_what_they_did_not_ask_for_and_leaves_a_handoff() -> None:
    told = errand("cancel_pending_order", order_id="#W1", reason="no longer needed")
    assert ScriptedCustomer(told).answer(reply("?", card("reorder", "PayPal"))) == "No, leave that as it is."
    assert ScriptedCustomer(told).answer(reply("A person answers you.", handoff=True)) == ""


@pytest.mark.skipif(not (DATA / "replay_train.jsonl").exists(), reason=f"tau-bench retail's tasks are not in {DATA}")
def test_most_of_the_first_tasks_end_rightly_without_a_model(command: Command) -> None:  # noqa: F811
    tasks = DATA / "replay_train.jsonl"
    assert len(read_tasks(tasks)) > 400
    told = command("eval", "tau", "--data", str(DATA), "--tasks", str(tasks), "--limit", "8", "--json").output
    found = json.loads(told[told.index("{") :])
    assert found["user"] == "scripted"
    assert found["pass"]["1"] >= 0.75
    assert len(found["results"]) == 8
