"""What lies near a question and doesn't answer it is not shown; what answers it is said as it is."""

from collections.abc import Callable

import pytest

from assistant.conversation.direct.words import asks
from assistant.conversation.pages.answer_kind import asks_of_later, wanted
from assistant.conversation.pages.asked_for import asked_kinds, holds_kind
from assistant.conversation.reading.as_kinds import of_kinds
from assistant.conversation.reply import Reply

Ask = Callable[..., Reply]


@pytest.mark.parametrize(
    "question",
    [
        "which courier company brings your parcels in Spain?",
        "in which city is your repair workshop?",
        "你们的隐私负责人叫什么名字",
    ],
)
def test_a_name_or_a_place_that_no_page_tells_is_declined_without_passages(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply.wordings == ("nothing_found",)
    assert not reply.citations


def test_who_asks_for_another_country_hears_where_the_shop_delivers(ask: Ask) -> None:
    reply = ask("I heard you deliver to Canada for 9.99, how many days?")
    assert "We don't ship to other countries" in reply.text
    assert "$5.99" not in reply.text


def test_a_product_s_name_stands_for_its_kind_in_a_question_about_the_rules(ask: Ask) -> None:
    assert "14 days" in ask("return opened black Aria 300").text


def test_a_word_in_the_other_language_finds_its_rule(ask: Ask) -> None:
    assert "don't accept Alipay" in ask("can I use 支付宝 to pay?").text


def test_a_guide_answers_before_a_product_is_asked_for(ask: Ask) -> None:
    assert "15 kg" in ask("your shelves hold 50 kg a board, so my encyclopaedia is safe?").text


def test_a_page_s_opening_isn_t_quoted_under_its_first_section(ask: Ask) -> None:
    assert "Where we ship, what it costs" not in ask("How much is shipping to Germany?").text


def test_kinds_of_things_that_are_asked_for_are_told_apart() -> None:
    assert asked_kinds("which company delivers?", "en") == ("name",)
    assert asked_kinds("快递噪音多大声", "zh") == ("sound",)
    assert not asked_kinds("can I return it?", "en")
    assert holds_kind("sound", "In night mode they stay below 30 dB.", "en")
    assert not holds_kind("name", "The carrier rings twice.", "en")


def test_names_of_products_become_kinds_but_not_where_sending_costs_are_asked_for() -> None:
    names = ["Aria 300 Wireless Headphones"]
    assert of_kinds("can the Aria 300 go back?", names) == "can the Wireless Headphones go back?"
    assert of_kinds("is shipping free for the Aria 300?", names) == "is shipping free for the Aria 300?"


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        ("I have no printer at home for the label", "QR code"),
        ("music cuts out all the time", "10 metres"),
        ("tower or pedestal, which moves more air?", "Pedestal fans"),
        ("红轴茶轴青轴有啥区别", "青轴"),
    ],
)
def test_a_page_that_surely_answers_is_told_however_the_message_was_read(ask: Ask, message: str, answer: str) -> None:
    reply = ask(message)
    assert answer in reply.text
    assert reply.citations


def test_who_wants_something_done_is_not_sent_to_a_page(ask: Ask) -> None:
    assert not ask("please send my order to another address").citations
    assert not ask("帮我取消订单").citations


def test_what_is_asked_of_a_later_time_is_not_answered_from_today_s_stock(ask: Ask) -> None:
    reply = ask("人体工学椅明年春天会出姜黄色吗")
    assert reply.wordings == ("closest",)
    assert asks_of_later("will there be a red one next autumn?")
    assert not asks_of_later("is it in stock?")


def test_an_amount_of_something_else_doesn_t_answer_and_a_rule_for_all_does() -> None:
    wish = wanted("how much is express to Germany?")
    assert wish is not None
    assert wish.met_by("Destination: European Union; Express: $18.99")
    assert not wish.met_by("Destination: United States; Express: $12.99")
    assert wish.met_by("Express always costs $18.99.")


def test_colloquial_questions_are_heard_as_questions() -> None:
    assert all(map(asks, ("收纳箱能摞几层", "他要带啥", "咋退", "能代收一下不")))
    assert not any(map(asks, ("试了几次都不行", "帮我退了", "不要了", "我买了几个杯子")))
