"""Who only tells something about themselves hears that it is remembered, and nothing else happens."""

from collections.abc import Iterator

import pytest

from assistant.app import Wiring
from tests.conversation.conftest import Ask, asker
from tests.conversation.test_forgetting_a_customer import copy_of

EMMA, FANG = "emma.wilson@example.com", "wang.fang@example.com"
ONLY = [
    ("I'm allergic to wool", "Noted: Allergic to wool.", EMMA),
    ("I prefer e-mail", "Noted: Prefers to be contacted by e-mail.", EMMA),
    ("Just so you know, my shoe size is 42. Thanks!", "Noted: Shoe size: 42.", EMMA),
    ("I prefer to be contacted by phone", "Noted: Prefers to be contacted by phone.", EMMA),
    ("I don't like leather", "Noted: Doesn't like: leather.", EMMA),
    ("hi, I usually wear XL", "Noted: Clothing size: XL.", EMMA),
    ("I'm no longer allergic to wool", "I no longer go by this: Allergic to wool.", EMMA),
    ("我穿42码", "记下了：鞋码：42。", FANG),
    ("顺便说一下，我对羊毛过敏", "记下了：对羊毛过敏。", FANG),
    ("以后请发邮件联系我", "记下了：希望的联系方式：电子邮件。", FANG),
    ("记住，我不喜欢皮革", "记下了：不喜欢：皮革。", FANG),
]
WITH_A_REQUEST = [
    ("I wear size 42. Where is my order?", EMMA, {"track_shipment", "list_orders"}),
    ("I'm allergic to latex, what does the warranty cover?", EMMA, {"warranty_policy"}),
    ("我穿42码，我的订单到哪了？", FANG, {"track_shipment", "list_orders"}),
]


@pytest.fixture(scope="module")
def say(house: Wiring, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    wiring = copy_of(house, tmp_path_factory.mktemp("noting") / "data")
    yield asker(wiring)
    wiring.vectors.close()
    wiring.database.close()


@pytest.mark.parametrize(("text", "told", "email"), ONLY, ids=[text for text, _, _ in ONLY])
def test_a_fact_by_itself_is_acknowledged(say: Ask, text: str, told: str, email: str) -> None:
    reply = say(text, email)
    assert told in reply.text
    assert ("forget that" if email == EMMA else "忘掉这些") in reply.text
    assert not reply.handoff
    assert not reply.tools
    assert reply.failed_checks == ()


def test_what_was_acknowledged_is_known_and_can_be_taken_back(say: Ask) -> None:
    reply = say("My ring size is 7", EMMA)
    assert "Ring size: 7" in say("what do you know about me?", EMMA).text
    asked = say("forget that", EMMA, after=reply)
    assert "Ring size: 7" in asked.text
    say("yes, please", EMMA, after=asked)
    assert "Ring size" not in say("what do you know about me?", EMMA).text


@pytest.mark.parametrize(("text", "email", "intents"), WITH_A_REQUEST, ids=[text for text, _, _ in WITH_A_REQUEST])
def test_a_request_beside_a_fact_is_served_as_ever(say: Ask, text: str, email: str, intents: set[str]) -> None:
    reply = say(text, email)
    assert {intent.intent for intent in reply.decision.intents} & intents
    assert "Noted" not in reply.text
    assert "记下了" not in reply.text


def test_of_a_stranger_nothing_is_said_to_be_remembered(say: Ask) -> None:
    reply = say("I'm allergic to wool")
    assert "only remember such things for customers who are signed in" in reply.text
    assert "Noted" not in reply.text


def test_a_fact_beside_something_out_of_scope_is_acknowledged_too(say: Ask) -> None:
    reply = say("I'm allergic to nickel. Who won the football match last night?", EMMA)
    assert "Noted: Allergic to nickel." in reply.text
    assert "outside what I can help with" in reply.text


def test_a_fact_in_the_midst_of_a_change_goes_back_to_the_change(say: Ask) -> None:
    asked = say("I want to cancel order #W1003001", EMMA)
    reply = say("I'm allergic to wool by the way", EMMA, after=asked)
    assert "Noted: Allergic to wool." in reply.text
    assert len(reply.text.split("\n\n")) >= 2
