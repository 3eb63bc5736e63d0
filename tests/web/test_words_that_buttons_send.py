"""What the widget's buttons say is understood: each brings what its label promises, in both languages."""

import json
from pathlib import Path
from typing import Any

import pytest

import assistant.web
from assistant.app import Wiring
from assistant.conversation.reply import Incoming, Reply
from assistant.conversation.showing.cards import ProductsCard, TrackingCard
from tests.conversation.conftest import house

__all__ = ["house"]
TEXTS = json.loads((Path(assistant.web.__file__).parent / "static" / "texts.json").read_text(encoding="utf-8"))
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
MIA, EMMA = "mia.chen@example.com", "emma.wilson@example.com"


def say(house: Wiring, words: str, language: Any, email: str = MIA) -> Reply:
    customer = house.shop.customer_by_email(email)
    assert customer is not None
    return house.assistant.ask(Incoming(text=words, customer_id=customer.customer_id, language=language))


@LANGUAGES
def test_where_is_it(house: Wiring, language: str) -> None:
    reply = say(house, TEXTS[language]["actions"]["track_said"].format(order_id="#W1001001"), language)
    (card,) = reply.cards
    assert isinstance(card, TrackingCard)
    assert card.order_id == "#W1001001"


@LANGUAGES
def test_cancel_it(house: Wiring, language: str) -> None:
    reply = say(house, TEXTS[language]["actions"]["cancel_said"].format(order_id="#W1003001"), language, EMMA)
    assert reply.decision.intents[0].intent == "cancel_order"
    assert len(reply.quick_replies) == 2 or reply.proposal is not None


@LANGUAGES
def test_return_something(house: Wiring, language: str) -> None:
    reply = say(house, TEXTS[language]["actions"]["return_said"].format(order_id="#W1001002"), language)
    assert reply.decision.intents[0].intent == "return_items"
    assert len(reply.quick_replies) == 3


@LANGUAGES
def test_details_of_any_product(house: Wiring, language: str) -> None:
    for product in house.shop.products()[::5]:
        name = product.title("zh" if language == "zh" else "en")
        reply = say(house, TEXTS[language]["actions"]["details_said"].format(name=name), language)
        (card,) = reply.cards
        assert isinstance(card, ProductsCard)
        assert [shown.name for shown in card.products] == [name]


@LANGUAGES
def test_talk_to_a_person(house: Wiring, language: str) -> None:
    assert say(house, TEXTS[language]["person_said"], language).handoff


@LANGUAGES
def test_questions_to_start_with_are_answered(house: Wiring, language: str) -> None:
    for group in ("suggestions", "suggestions_guest"):
        for question in TEXTS[language][group]:
            reply = say(house, question["text"], language)
            assert reply.decision.outcome == "routed", question
            assert not reply.handoff, question
