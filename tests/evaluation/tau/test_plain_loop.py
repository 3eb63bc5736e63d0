"""The benchmark's own plain loop is played with the same customer, and shows what a model alone comes to."""

import pytest

from assistant.evaluation.retail.shop import RetailShop
from assistant.evaluation.tau.customer import TalkedCustomer
from assistant.evaluation.tau.plain_loop import PlainLoop
from assistant.evaluation.tau.play import TauResult, read_tasks
from assistant.evaluation.tau.policy import benchmark_tools, policy_for
from assistant.models.scripted import Line, ScriptedChatModel, ToolUse
from assistant.settings import Settings
from assistant.shop.importers import tau_retail
from tests.evaluation.tau.test_tau import DATA, errand

needs_data = pytest.mark.skipif(
    not (DATA / "replay_train.jsonl").exists(), reason=f"tau-bench retail's tasks are not in {DATA}"
)


def test_tools_have_the_benchmarks_names_and_act_at_once() -> None:
    tools = {tool["function"]["name"]: tool["function"] for tool in benchmark_tools()}
    assert len(tools) == 16
    assert tools["cancel_pending_order"]["description"].startswith("Cancel a whole pending order")
    assert "user_id" in tools["modify_user_address"]["parameters"]["required"]
    assert not any("Propose" in told["description"] or "confirms" in told["description"] for told in tools.values())
    assert "ann_1" in policy_for("ann_1")


def test_the_customer_tells_who_they_are_says_yes_and_loses_patience() -> None:
    customer = TalkedCustomer(errand("cancel_pending_order", order_id="#W1", reason="no longer needed"), "I am Ann.")
    assert "cancel my order #W1" in customer.answer(None)
    assert customer.answer("Please provide your e-mail.") == "I am Ann."
    assert customer.answer("What is the reason?") == "I no longer need it"
    assert customer.answer("I will cancel #W1. Shall I proceed?") == "Yes, please do that."
    assert customer.answer("I will look into it.") == "Please go ahead."
    assert customer.answer("I will look into it.") == ""


def first_cancellation() -> tuple[dict[str, object], dict[str, object]]:
    data = tau_retail.read_file(DATA / "db.json")
    for task in read_tasks(DATA / "replay_train.jsonl"):
        if [action["name"] for action in task["actions"]] == ["cancel_pending_order"]:
            return task, data
    raise AssertionError("no task only cancels")


def looped(*script: Line) -> TauResult:
    task, data = first_cancellation()
    return PlainLoop(ScriptedChatModel(script=list(script)), RetailShop(Settings())).play(task, data)


@needs_data
def test_a_model_that_calls_the_right_tool_passes_and_one_that_only_promises_fails() -> None:
    task, _ = first_cancellation()
    action = task["actions"][0]  # type: ignore[index]
    call = ToolUse(action["name"], action["arguments"])
    look = ToolUse("get_order_details", {"order_id": action["arguments"]["order_id"]})
    done = looped(look, "I will cancel it, is that right?", call)
    assert done.passed, done.wrong
    assert done.model_calls == 3
    assert not looped("It is cancelled.", "It is cancelled.").passed


@needs_data
def test_a_model_that_makes_the_same_call_again_and_again_is_stopped() -> None:
    stuck = looped(*[ToolUse("get_order_details", {"order_id": "#W0"})] * 4)
    assert not stuck.passed
    assert stuck.model_calls == 4
