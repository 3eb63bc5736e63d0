"""What a message says beside a change of how it shall be made belongs to the change; what asks for more doesn't."""

from collections.abc import Iterator

import pytest

from assistant.app import Wiring
from tests.conversation.conftest import Ask
from tests.conversation.test_dialogues import seed

EMMA = "emma.wilson@example.com"
FANG = "wang.fang@example.com"


@pytest.fixture(scope="module", autouse=True)
def as_seeded(house: Wiring) -> Iterator[None]:
    seed(house)
    yield
    seed(house)


@pytest.mark.parametrize(
    ("email", "message", "kind", "heard"),
    [
        (FANG, "I want to return the towels, I changed my mind, refund to paypal", "return", "$49.00 back to PayPal"),
        (FANG, "refund to paypal. I want to return the towels, I changed my mind", "return", "$49.00 back to PayPal"),
        (FANG, "我要退浴巾，改主意了，退款退到PayPal", "return", "PayPal"),
        (FANG, "我要退浴巾。钱退到PayPal就行。不想要了", "return", "PayPal"),
        (EMMA, "cancel my fan order, refund it to my visa. ordered by mistake", "cancel", "Visa ending in 0192"),
        (EMMA, "I want to change the sheets in order #W1003002. Navy please.", "modify", "king, navy"),
        (EMMA, "Change the address of my fan order. Make it 12 Oak Street, Bristol BS1 4DJ", "modify", "12 Oak Street"),
    ],
)
def test_a_value_in_the_same_message_is_part_of_the_change(
    ask: Ask, email: str, message: str, kind: str, heard: str
) -> None:
    reply = ask(message, email)
    assert reply.proposal is not None, reply.text
    assert reply.proposal.kind.startswith(kind)
    assert heard in reply.text
    assert len(reply.decision.intents) == 1


@pytest.mark.parametrize(
    ("email", "message", "first"),
    [
        (FANG, "I want to return the towels, and where is my refund for the mouse?", "return_items"),
        (FANG, "return the towels. where is order #W1007002?", "return_items"),
        (EMMA, "cancel my fan order and return the dutch oven", "cancel_order"),
        (EMMA, "cancel my fan order and tell me how long refunds take", "cancel_order"),
    ],
)
def test_a_request_of_its_own_is_served_beside_the_change(ask: Ask, email: str, message: str, first: str) -> None:
    intents = ask(message, email).decision.intents
    assert len(intents) == 2
    assert intents[0].intent == first


def test_a_wish_for_the_money_is_part_of_the_cancellation(ask: Ask) -> None:
    reply = ask("hi, order #W1003001 — can you cancel it and refund me to my card?", "emma.wilson@example.com")
    assert [intent.intent for intent in reply.decision.intents] == ["cancel_order"]
    both = ask("cancel order W1003001, and when will my refund arrive?", "emma.wilson@example.com")
    assert [intent.intent for intent in both.decision.intents] == ["cancel_order", "refund_status"]


def test_an_e_mail_address_is_not_where_somebody_lives(ask: Ask) -> None:
    reply = ask("change my email address to new@example.com", "emma.wilson@example.com")
    assert "street" not in reply.text
    assert reply.citations


def test_a_thing_that_was_never_ordered_is_said_to_be_in_no_order(ask: Ask) -> None:
    emma = "emma.wilson@example.com"
    assert "None of your orders holds what you name." in ask("I'd like to return the lamp", emma).text
    assert "您的订单里没有您说的商品" in ask("我想退掉台灯", emma).text
    assert "None of your orders" not in ask("I'd like to return the dutch oven", emma).text


@pytest.mark.parametrize(
    ("begin", "reason", "asked"),
    [
        ("cancel W1003002", "I no longer need it", "hmm wait, how much do I get back?"),
        ("cancel W1003002", "I no longer need it", "what's the refund to?"),
        ("我要取消订单 W1003002", "不再需要", "能退多少钱"),
        ("我要取消订单 W1003002", "不再需要", "钱退到哪里"),
    ],
)
def test_what_a_proposal_brings_is_told_from_the_proposal(ask: Ask, begin: str, reason: str, asked: str) -> None:
    emma = "emma.wilson@example.com"
    proposed = ask(reason, emma, after=ask(begin, emma))
    assert proposed.proposal is not None
    told = ask(asked, emma, after=proposed)
    assert "$173.00" in told.text
    assert "0192" in told.text
    assert told.proposal is not None
    assert told.proposal.proposal_id == proposed.proposal.proposal_id


def test_what_free_shipping_costs_is_no_question_about_the_proposal(ask: Ask) -> None:
    emma = "emma.wilson@example.com"
    proposed = ask("I no longer need it", emma, after=ask("cancel W1003002", emma))
    other = ask("how much do I have to spend for free shipping?", emma, after=proposed)
    assert other.citations
    assert "still waiting" in other.text


def test_what_was_done_is_not_undone_by_a_word_and_a_person_is_offered(ask: Ask) -> None:
    emma = "emma.wilson@example.com"
    proposed = ask("I no longer need it", emma, after=ask("cancel W1003002", emma))
    done = ask("yes", emma, after=proposed)
    assert "a person, please" in ask("undo that please", emma, after=done).text
    assert "转人工" in ask("撤销刚才的操作", emma, after=done).text


@pytest.mark.parametrize(
    "words",
    [
        "my lamp arrived with a crack and I never got the refund for the pillow",
        "台灯有裂缝，另外枕头的退款一直没收到",
    ],
)
def test_money_that_has_not_come_is_asked_for_beside_a_report_of_damage(ask: Ask, words: str) -> None:
    found = ask(words, "emma.wilson@example.com").decision.intents
    assert [intent.intent for intent in found] == ["report_damaged", "refund_status"]
