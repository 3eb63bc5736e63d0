"""What customers ask of the orders of a time, say of a time that isn't theirs, or want to have more pieces of."""

import pytest

from assistant.conversation.reading.counts import wants_other_count
from tests.conversation.conftest import Ask

MIA = "mia.chen@example.com"


def test_customer_is_told_what_they_spent_in_a_month(ask: Ask) -> None:
    text = ask("how much did I spend in November in total", MIA).text
    assert text.startswith("From 1 November to 24 November you placed 2 orders:")
    assert "Together they come to $347.00" in text
    zh = ask("这个月一共花了多少钱", MIA).text
    assert "11月1日至11月24日，您下了 2 个订单" in zh
    assert "合计 $347.00" in zh


def test_customer_who_bought_nothing_then_is_told_so_and_goes_on_to_another_month(ask: Ask) -> None:
    nothing = ask("what did I buy last month", MIA)
    assert nothing.text == "You placed no order from 1 October to 31 October."
    then = ask("and in November?", MIA, after=nothing).text
    assert "you placed 2 orders" in then
    assert "Together" not in then


def test_an_order_is_found_by_the_day_on_which_it_was_placed(ask: Ask) -> None:
    text = ask("what's in the order I placed on 5 November", MIA).text
    assert "#W1001002" in text
    assert "#W1001001" not in text


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("I placed an order an hour ago and want to change the colour", "You have no order from then."),
        ("昨天下的单想换个颜色", "您在那段时间没有下过订单。"),
    ],
)
def test_a_change_of_an_order_that_was_placed_at_another_time_begins_with_a_question(
    ask: Ask, wish: str, said: str
) -> None:
    asked = ask(wish, MIA)
    assert asked.text.startswith(said)
    assert asked.proposal is None


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("can I add one more thing to my order please", "Items can't be added to an order"),
        ("make it two kettles instead of one", "the quantity can't be changed"),
        ("add two more kettles please", "Items can't be added to an order"),
        ("我昨天刚下的单能改成两件吗", "订单不能追加商品"),
        ("能不能帮我多加一个台灯一起发", "订单不能追加商品"),
    ],
)
def test_customer_who_wants_more_pieces_is_told_the_rule_and_offered_no_exchange(
    ask: Ask, wish: str, said: str
) -> None:
    told = ask(wish, MIA)
    assert said in told.text
    assert told.citations
    assert told.proposal is None


@pytest.mark.parametrize(
    "words",
    [
        "make it two sizes larger",
        "the black one instead of the white one",
        "换个大一号的",
        "改成黑色",
        "换成两人份套装的那款",
    ],
)
def test_another_version_is_no_other_count(words: str) -> None:
    assert not wants_other_count(words)


def test_a_parcel_that_is_said_to_have_come_is_told_of_handed_over_and_looked_for(ask: Ask) -> None:
    told = ask("it says delivered but I never got it", MIA)
    assert told.handoff
    assert "Order #W1001002 is marked as delivered on 12 November." in told.text
    assert "with the neighbours" in told.text
    assert told.citations
    zh = ask("包裹显示签收了但我没收到", MIA)
    assert zh.handoff
    assert "订单#W1001002显示11月12日已送达" in zh.text


@pytest.mark.parametrize("number", ["order 1001002", "my order number is W1001002", "订单号1001002", "#W1001002"])
def test_an_order_s_number_alone_is_taken_as_a_question_about_it(ask: Ask, number: str) -> None:
    told = ask(number, MIA)
    assert "#W1001002" in told.text
    assert "#W1001001" not in told.text


def test_customer_who_asks_for_another_language_is_told_which_there_are(ask: Ask) -> None:
    assert "English and Chinese" in ask("can you speak Spanish?", MIA).text
