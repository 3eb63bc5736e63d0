"""Customers ask about the versions of a product: the cheapest, below a price, in a colour that there may not be."""

import pytest

from assistant.conversation.reading.variant_questions import asks_which_end, names_limit
from tests.conversation.conftest import Ask

MIA = "mia.chen@example.com"


@pytest.mark.parametrize(
    "words", ["which is the cheapest", "and the most expensive one?", "最贵的是哪个", "最便宜的呢", "那最便宜的多少钱"]
)
def test_a_question_for_an_end_of_the_prices_is_known(words: str) -> None:
    assert asks_which_end(words)


@pytest.mark.parametrize("words", ["the cheapest shipping to Canada", "cheapest keyboard", "最便宜的键盘"])
def test_what_names_its_thing_is_no_bare_question_for_an_end(words: str) -> None:
    assert not asks_which_end(words)


def test_a_limit_alone_is_known() -> None:
    assert names_limit("under $70?")
    assert names_limit("100美元以内有吗")
    assert not names_limit("is it good")


def test_one_product_is_asked_about_by_colour_price_and_end(ask: Ask) -> None:
    blue = ask("do you have the Aria 300 in blue?")
    assert blue.text == "Aria 300 Wireless Headphones (blue) is sold out at the moment."
    assert "you can buy now is" in ask("and what's the cheapest version?", after=blue).text
    below = ask("under $70?", after=blue)
    assert "costs more than $70.00 in every version" in below.text
    assert "$79.00" in below.text
    red = ask("does it come in red", after=blue)
    assert red.text == (
        "There is no Aria 300 Wireless Headphones (red) like that. It comes in color black, white, blue, sage."
    )


def test_a_question_about_something_else_of_it_is_no_question_about_versions(ask: Ask) -> None:
    answer = ask("what's the battery life of the black Aria 300?")
    assert "55 hours" in answer.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("can I return the black Aria 300 I got if I opened it?", "return"),
        ("what is the warranty on a white Aria 300, how long do I have?", "24 months"),
        ("退白色的Aria 300有运费吗", "运费"),
    ],
)
def test_a_question_about_a_rule_is_none_about_versions_whichever_colour_is_named(
    ask: Ask, words: str, told: str
) -> None:
    answer = ask(words, MIA)
    assert told in answer.text
    assert answer.citations


def test_the_same_in_chinese(ask: Ask) -> None:
    first = ask("Aria 300有红色的吗")
    assert "没有红色的款式" in first.text
    limited = ask("100美元以内有吗", after=first).text
    assert "$79.00" in limited
    assert "没有红色" not in limited  # that was said already
    assert "最便宜的" in ask("最便宜的呢", after=first).text
    assert "$79.00" in ask("100美元以内有吗", after=first).text


def test_the_end_of_a_list_s_prices_is_the_product_at_that_end(ask: Ask) -> None:
    listed = ask("show me keyboards")
    assert "Kestrel Apex Gaming Keyboard" in ask("which is the most expensive", after=listed).text


@pytest.mark.parametrize("words", ["how much have I spent on all my orders", "我在你们这一共花了多少钱"])
def test_orders_are_added_up_without_cancelled_ones(ask: Ask, words: str) -> None:
    answer = ask(words, MIA)
    assert "$347.00" in answer.text


def test_the_sum_of_one_order_is_told_of_that_order(ask: Ask) -> None:
    first = ask("what was in order #W1001002?", MIA)
    answer = ask("how much did I pay in total?", MIA, after=first)
    assert "$158.00" in answer.text
    assert "$347.00" not in answer.text
