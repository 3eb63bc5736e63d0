"""Where it is unsure the assistant says so; what a model words is checked, tried once more, then replaced."""

from collections.abc import Callable
from typing import Any

from assistant.conversation.pages.answer_kind import asks_beyond
from assistant.conversation.reply import Reply

Ask = Callable[..., Reply]


def test_a_question_that_the_pages_hardly_touch_is_hedged_and_a_person_offered(ask: Ask) -> None:
    reply = ask("Do you offer a discount for veterans?")
    assert reply.wordings in (("closest",), ("nothing_found",))
    assert "person" in reply.text


def test_a_clear_question_is_answered_without_hedging(ask: Ask) -> None:
    reply = ask("Can I return headphones I opened?")
    assert "closest" not in reply.wordings
    assert "14 days" in reply.text


def test_a_visitor_s_question_about_a_change_is_answered_before_they_are_asked_who_they_are(ask: Ask) -> None:
    reply = ask("I hit buy by accident and it's still pending - can I call it off?")
    assert reply.decision.intents[0].intent == "cancel_order"
    assert "pending" in reply.text
    assert reply.text.endswith("sign in to the shop.")
    assert reply.citations


def test_a_visitor_who_wants_it_done_is_asked_who_they_are(ask: Ask) -> None:
    assert not ask("cancel my order").citations


def test_a_detail_that_the_product_s_data_lack_is_not_made_up(ask: Ask) -> None:
    reply = ask("Who manufactures the Aria 300 headphones?")
    assert "nothing about that" in reply.text or not reply.tools


def test_words_that_ask_for_what_is_told_in_other_words_are_no_gap() -> None:
    told = "Aria 300, $79.00. weight: 198 g; color: black; noise cancelling: no"
    assert not asks_beyond("how heavy is the Aria 300?", told, "Aria 300")
    assert not asks_beyond("what colours does it have", told, "Aria 300")
    assert asks_beyond("who manufactures the Aria 300", told, "Aria 300")


def test_an_agent_s_unsupported_words_are_asked_for_once_more_then_replaced(with_model: Callable[..., Any]) -> None:
    ask, _ = with_model("They cost $9,999.", "They still cost $8,888.", repeat=True)
    reply = ask("compare your two best gaming keyboards")
    assert {"$9,999", "$8,888"} <= set(reply.failed_checks)
    assert "9,999" not in reply.text
    assert "8,888" not in reply.text
    assert reply.wordings == ("replaced",)


def test_an_agent_s_words_that_are_right_at_the_second_attempt_are_said(with_model: Callable[..., Any]) -> None:
    ask, _ = with_model("They cost $9,999.", "Which keyboards do you mean?", repeat=True)
    reply = ask("compare your two best gaming keyboards")
    assert reply.text == "Which keyboards do you mean?"
    assert reply.wordings == ("model_again",)
