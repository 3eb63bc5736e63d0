"""Whole turns, as customers have them, without a language model."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from assistant.app import Wiring
from assistant.conversation.reply import Reply, Rung, TurnEvent
from assistant.errors import CustomerError
from assistant.storage.conversation_tables import HandoffRow, MessageRow, ToolCallRow, TurnRow

Ask = Callable[..., Reply]
JAMES = "james.porter@example.com"
MIA = "mia.chen@example.com"
EMMA = "emma.wilson@example.com"
SOFIA = "sofia.martinez@example.com"


def test_customer_asks_where_the_order_is_and_gets_the_tracking_facts_without_a_model(ask: Ask, house: Wiring) -> None:
    reply = ask("Where is my order?", JAMES)
    order = house.shop.open_parcels(house.shop.customer_by_email(JAMES).customer_id)[0]  # type: ignore[union-attr]
    assert order.order_id in reply.text
    assert order.shipments[0].tracking_id in reply.text
    assert "on its way" in reply.text
    assert [tool.name for tool in reply.tools] == ["track_shipment"]
    assert (reply.model_calls, reply.rung, reply.failed_checks) == (0, Rung.NONE, ())


def test_customer_asks_the_same_in_chinese(ask: Ask) -> None:
    reply = ask("我的订单到哪了？", MIA)
    assert reply.language == "zh"
    assert "正在派送中" in reply.text
    assert "#W1001001" in reply.text
    assert reply.model_calls == 0


def test_customer_without_orders_is_told_so(ask: Ask) -> None:
    assert "can't see any orders" in ask("where is my parcel", SOFIA).text


def test_stranger_must_sign_in_before_private_things_are_told(ask: Ask) -> None:
    reply = ask("Where is my order #W1002001?")
    assert "sign in" in reply.text
    assert reply.tools == ()


def test_customer_names_an_order_of_somebody_else_and_learns_nothing(ask: Ask) -> None:
    foreign = ask("Where is my order #W1002001?", MIA)
    unknown = ask("Where is my order #W9999999?", MIA)
    assert foreign.text.replace("#W1002001", "") == unknown.text.replace("#W9999999", "")
    assert "948174082897" not in foreign.text


def test_customer_asks_about_a_policy_and_gets_the_page_quoted(ask: Ask) -> None:
    reply = ask("Can I return headphones I opened?")
    assert reply.citations
    assert "headphone-returns" in reply.citations[0].page
    assert f"[{reply.citations[0].number}]" in reply.text
    assert reply.rung is Rung.NONE


def test_customer_asks_about_the_policy_in_chinese(ask: Ask) -> None:
    reply = ask("拆封的耳机可以退吗？")
    assert reply.citations
    assert reply.citations[0].language == "zh"
    assert "headphone-returns" in reply.citations[0].page


def test_customer_searches_products_up_to_a_price(ask: Ask) -> None:
    reply = ask("wireless headphones under $100")
    assert "Aria 300" in reply.text
    assert "$79.00" in reply.text


def test_customer_with_two_pending_orders_is_asked_which_one_and_answers(ask: Ask) -> None:
    first = ask("cancel my order", EMMA)
    assert "Which order" in first.text
    assert {"#W1003001", "#W1003002"} <= set(first.quick_replies)
    second = ask("the second one", EMMA, after=first)
    assert second.decision.intents[0].intent == "cancel_order"
    assert second.decision.intents[0].slot("order_id") == first.quick_replies[1]


def test_customer_asks_two_things_at_once_and_both_are_answered(ask: Ask) -> None:
    reply = ask("Where is my order, and do gift cards expire?", JAMES)
    assert [intent.agent for intent in reply.decision.intents] == ["orders", "faq"]
    assert "#W1002001" in reply.text
    assert "never expire" in reply.text


def test_customer_asks_for_a_person_and_the_desk_gets_a_brief(ask: Ask, house: Wiring) -> None:
    first = ask("Where is my order?", JAMES)
    reply = ask("I want to talk to a human", JAMES, after=first)
    assert reply.handoff
    with house.database.read() as session:
        row = session.scalars(select(HandoffRow).where(HandoffRow.conversation_id == reply.conversation_id)).one()
    assert row.brief["reason"] == "asked for a person"
    assert row.brief["last_messages"][0] == "customer: Where is my order?"


def test_customer_asks_for_a_person_twice_and_is_queued_once(ask: Ask, house: Wiring) -> None:
    first = ask("I want to talk to a human", JAMES)
    ask("let me talk to a person now", JAMES, after=first)
    with house.database.read() as session:
        query = select(HandoffRow).where(HandoffRow.conversation_id == first.conversation_id)
        assert len(session.scalars(query).all()) == 1


def test_everything_about_a_turn_is_recorded(ask: Ask, house: Wiring) -> None:
    reply = ask("Where is my order?", JAMES)
    with house.database.read() as session:
        turn = session.get(TurnRow, reply.turn_id)
        messages = session.scalars(
            select(MessageRow).where(MessageRow.turn_id == reply.turn_id).order_by(MessageRow.at)
        ).all()
        calls = session.scalars(select(ToolCallRow).where(ToolCallRow.turn_id == reply.turn_id)).all()
    assert turn is not None
    assert turn.decision["intents"][0]["intent"] == "track_shipment"
    assert {"receive", "recall", "understand", "act", "compose", "check", "total"} <= turn.timings_ms.keys()
    assert [(message.author, message.text) for message in messages] == [
        ("customer", "Where is my order?"),
        ("assistant", reply.text),
    ]
    assert [call.name for call in calls] == ["track_shipment"]


def test_checked_words_are_streamed_and_join_to_the_reply(ask: Ask) -> None:
    events: list[TurnEvent] = []
    reply = ask("Where is my order, and do gift cards expire?", JAMES, on_event=events.append)
    assert "".join(event.text for event in events if event.kind == "delta") == reply.text
    assert [event.text for event in events if event.kind == "stage"][:2] == ["recall", "understand"]
    assert events[-1].reply == reply


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_an_unusable_message_is_refused_in_words_for_the_customer(ask: Ask, text: str) -> None:
    with pytest.raises(CustomerError, match="message"):
        ask(text, JAMES)


def test_nobody_enters_the_conversation_of_another_customer(ask: Ask) -> None:
    private = ask("Where is my order?", JAMES)
    for stranger in ("", MIA):
        with pytest.raises(CustomerError, match="no longer open"):
            ask("and when does it come?", stranger, after=private)


def test_a_crash_becomes_a_handoff_and_an_honest_answer(
    ask: Ask, house: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(type(house.shop), "open_parcels", broken)
    reply = ask("Where is my order?", JAMES)
    assert "Something went wrong" in reply.text
    assert reply.handoff
    assert "fire" not in reply.text
    assert reply.crashed == "RuntimeError"


def test_a_product_that_is_named_briefly_is_shown_compared_and_kept_in_mind(ask: Ask) -> None:
    shown = ask("show me the aria 500")
    assert "Aria 500 Noise-Cancelling Headphones, $189.00" in shown.text
    compared = ask("how does it compare to the aria 300", after=shown)
    assert "Aria 500 Noise-Cancelling Headphones: $189.00" in compared.text
    assert "Aria 300 Wireless Headphones: $79.00" in compared.text


@pytest.mark.parametrize("words", ["do you have it in black?", "is it waterproof", "有黑色的吗"])
def test_without_a_product_to_speak_of_the_customer_is_asked_which(ask: Ask, words: str) -> None:
    reply = ask(words)
    assert "Which product" in reply.text or "哪款商品" in reply.text


def test_the_cheapest_comes_first_when_it_is_asked_for(ask: Ask) -> None:
    text = ask("tell me about your cheapest vacuum").text
    assert 0 < text.index("Solva Hush Quiet Vacuum Cleaner") < text.index("Solva Swift Cordless Vacuum Cleaner")
