"""What customers write, and what the router makes of it; no language model."""

import pytest

from assistant.routing.decision import RoutingDecision
from assistant.routing.router import Router, RoutingContext


def asked(decision: RoutingDecision) -> list[str]:
    """Names of the decided intents, in order."""
    return [intent.intent for intent in decision.intents]


@pytest.mark.parametrize(
    ("utterance", "intent"),
    [
        ("Where is my order?", "track_shipment"),
        ("我的订单到哪了？", "track_shipment"),
        ("Can I return headphones I opened?", "returns_policy"),
        ("拆封的耳机可以退吗", "returns_policy"),
        ("I want to return the headphones I bought", "return_items"),
        ("这个耳机我要退货", "return_items"),
        ("how much is shipping to Canada", "shipping_policy"),
        ("has my refund been paid", "refund_status"),
        ("is the black kettle in stock", "check_stock"),
        ("推荐一款降噪耳机", "search_product"),
        ("I want to talk to a human", "talk_to_person"),
        ("转人工", "talk_to_person"),
        ("hello", "greeting"),
        ("谢谢你", "thanks"),
        ("where's the rest of my order?", "track_shipment"),
        ("Where's the rest?", "track_shipment"),
        ("yes", "affirm"),
        ("不用了", "deny"),
        ("what do you know about me", "what_do_you_know"),
    ],
)
def test_a_plain_request_is_understood(router: Router, utterance: str, intent: str) -> None:
    decision = router.decide(utterance)
    assert decision.outcome == "routed"
    assert asked(decision) == [intent]
    assert decision.model_calls == 0


@pytest.mark.parametrize(
    ("utterance", "intents"),
    [
        ("Where is order #W1111222? Also, please cancel #W3333444.", ["track_shipment", "cancel_order"]),
        ("密码怎么改？另外我要开发票", ["account_help", "request_invoice"]),
        ("do gift cards expire and how much is shipping to Ohio", ["gift_cards", "shipping_policy"]),
        ("cancel my kettle order, and has the refund for the fan been paid?", ["cancel_order", "refund_status"]),
        ("my password doesn't work and I need to know if my desk has shipped", ["account_help", "track_shipment"]),
        ("are you a bot? get me a human", ["bot_identity", "talk_to_person"]),
        ("W4412345 换个地址，顺便看看我礼品卡还剩多少", ["change_address", "gift_cards"]),
        ("椅子退货，发票再给我发一份", ["return_items", "request_invoice"]),
        ("do you have kettles, and how much is shipping to Ohio?", ["search_product", "shipping_policy"]),
        ("the lamp: cancel it, and where is the parcel with my kettle", ["cancel_order", "track_shipment"]),
    ],
)
def test_two_requests_in_one_message_are_two_in_order(router: Router, utterance: str, intents: list[str]) -> None:
    assert asked(router.decide(utterance)) == intents


@pytest.mark.parametrize(
    ("utterance", "intent"),
    [
        ("can u ship to canada and how much", "shipping_policy"),
        ("do you deliver to Germany, and how long does it take?", "shipping_policy"),
        ("where is my order and how long", "track_shipment"),
        ("do you take parcels to the Orkneys, and is there any extra charge for that?", "shipping_policy"),
        ("do you wrap presents and does that cost extra", "ordering_policy"),
        ("你们送到西藏吗，要加钱吗", "shipping_policy"),
        ("你们寄加拿大吗，多少钱", "shipping_policy"),
        ("能不能加急，大概要多久呢", "shipping_policy"),
    ],
)
def test_how_much_and_how_long_alone_ask_of_what_was_just_asked(router: Router, utterance: str, intent: str) -> None:
    assert asked(router.decide(utterance)) == [intent]


@pytest.mark.parametrize(
    ("utterance", "intent"),
    [
        ("and the white earbuds, can I still return those?", "returns_policy"),
        ("the blue lamp, can I swap it", "exchange_items"),
        ("那个台灯，能退吗", "returns_policy"),
    ],
)
def test_a_thing_that_is_named_first_and_then_asked_about_is_one_request(
    router: Router, utterance: str, intent: str
) -> None:
    assert asked(router.decide(utterance)) == [intent]


def test_each_of_two_requests_keeps_its_own_order_number(router: Router) -> None:
    decision = router.decide("Where is order #W1111222? Also, please cancel #W3333444.")
    assert [intent.slot("order_id") for intent in decision.intents] == ["#W1111222", "#W3333444"]


@pytest.mark.parametrize(
    ("utterance", "intent"),
    [
        ("I ordered a lamp last week and it is too late for me now, please cancel my order", "cancel_order"),
        ("Hi there, where is my order? Thanks a lot!", "track_shipment"),
        ("你好，请问我的快递到哪里了？谢谢", "track_shipment"),
        ("compare the kettle and the coffee machine", "compare_products"),
        ("my dutch oven is faulty so I want to return it", "return_items"),
    ],
)
def test_a_story_or_courtesies_around_a_request_are_no_second_request(
    router: Router, utterance: str, intent: str
) -> None:
    assert asked(router.decide(utterance)) == [intent]


@pytest.mark.parametrize(
    "utterance",
    ["what's the weather like in Paris", "write me a poem about the moon", "今天天气怎么样", "帮我写一首诗"],
)
def test_what_is_no_business_of_the_shop_is_out_of_scope(router: Router, utterance: str) -> None:
    decision = router.decide(utterance)
    assert decision.outcome == "out_of_scope"
    assert decision.intents == ()


@pytest.mark.parametrize(
    ("last_intent", "utterance", "slot"),
    [
        ("check_stock", "and the blue one?", ("color", "blue")),
        ("check_stock", "那蓝色的呢", ("color", "blue")),
        ("track_shipment", "W1234567", ("order_id", "#W1234567")),
        ("product_details", "what about the keyboard?", ("product", "keyboard")),
    ],
)
def test_a_follow_up_without_a_verb_continues_the_last_request(
    router: Router, last_intent: str, utterance: str, slot: tuple[str, str]
) -> None:
    decision = router.decide(utterance, RoutingContext(last_intent=last_intent, last_utterance="..."))
    assert asked(decision) == [last_intent]
    assert decision.intents[0].follows_up
    assert decision.intents[0].slot(slot[0]) == slot[1]


def test_a_new_request_after_another_one_is_not_taken_for_a_follow_up(router: Router) -> None:
    context = RoutingContext(last_intent="check_stock", last_utterance="is the kettle in stock")
    assert asked(router.decide("and where is my refund?", context)) == ["refund_status"]
    assert asked(router.decide("转人工", context)) == ["talk_to_person"]


def test_a_greeting_is_nothing_that_a_fragment_could_continue(router: Router) -> None:
    decision = router.decide("and the blue one?", RoutingContext(last_intent="greeting"))
    assert asked(decision) != ["greeting"]


@pytest.mark.parametrize("utterance", ["", "  ", "?", "。。。", "🙂"])
def test_a_message_without_words_is_asked_back_openly(router: Router, utterance: str) -> None:
    decision = router.decide(utterance, RoutingContext(language="zh"))
    assert decision.outcome == "ambiguous"
    assert decision.readings == ()
    assert decision.language == "zh"


def test_the_language_is_the_messages_own_or_else_the_conversations(router: Router) -> None:
    assert router.decide("where is my order").language == "en"
    assert router.decide("我的 order 到哪了").language == "zh"
    assert router.decide("W1234567", RoutingContext(language="zh")).language == "zh"


def test_a_decision_explains_itself(router: Router) -> None:
    decision = router.decide("where is my order #W1234567")
    told = decision.explain()
    assert {vote["detector"] for vote in told["votes"]} >= {"classifier:minilm", "classifier:use", "nearest", "rules"}
    assert told["nearest"][0]["intent"] == "track_shipment"
    assert {"act", "ask_model", "out_of_scope", "out_of_scope_limit"} <= told["thresholds"].keys()
    assert all(vote["milliseconds"] >= 0 for vote in told["votes"])


def test_a_decision_tells_how_the_customer_feels(router: Router) -> None:
    decision = router.decide("This is a disgrace, I need my order today!! Where is it?")
    assert (decision.sentiment, decision.urgency) == ("angry", "high")
    assert "disgrace" in decision.mood_words
    assert decision.explain()["sentiment"] == "angry"
    assert router.decide("我的订单到哪了").sentiment == "neutral"


def test_thresholds_are_those_that_training_chose_for_the_stated_risk(router: Router) -> None:
    told = router.decide("where is my order").thresholds
    assert 0 < told["act"] <= told["ask_model"] < 1
    assert told["asked"] <= 0.15


@pytest.mark.parametrize(
    ("utterance", "intents"),
    [
        ("我登不上账号，还有耳机发货了没", ["account_help", "track_shipment"]),
        ("how long is the warranty on fans & do you ship to Norway?", ["warranty_policy", "shipping_policy"]),
    ],
)
def test_a_trouble_and_a_question_are_two_requests(router: Router, utterance: str, intents: list[str]) -> None:
    assert asked(router.decide(utterance)) == intents


def test_anger_around_a_request_does_not_hide_it(router: Router) -> None:
    assert asked(router.decide("You people are useless! Where is my order?")) == ["track_shipment"]


def test_the_same_message_is_always_decided_the_same(router: Router) -> None:
    first, second = (router.decide("could you look whether the grey rug is still there") for _ in range(2))
    assert first.intents == second.intents


def test_a_very_long_message_is_decided(router: Router) -> None:
    decision = router.decide("Where is my order? " + "I have been waiting for a long time. " * 100)
    assert "track_shipment" in asked(decision)
