"""Customers talk about products as people do: in a few words, about what they were shown, and change their mind."""

import pytest

from tests.conversation.conftest import Ask


def test_a_question_about_one_thing_of_a_product_is_answered_with_that_thing(ask: Ask) -> None:
    answer = ask("how heavy a person can sit on the Align chair?")
    assert "load: 136 kg" in answer.text
    assert "warranty" not in answer.text


def test_what_the_data_do_not_tell_is_said_to_be_unknown(ask: Ask) -> None:
    shown = ask("tell me about the Drift speaker by Tidewell")
    assert "found nothing about that" in ask("does it have a radio?", after=shown).text


def test_something_that_comes_with_a_product_is_no_other_product(ask: Ask) -> None:
    shown = ask("tell me about the Northbeam Vault")
    assert "Braid" not in ask("does it come with a cable?", after=shown).text


def test_a_version_is_narrowed_word_by_word(ask: Ask) -> None:
    shown = ask("do you have the washed cotton sheet set in king size?")
    white = ask("white", after=shown)
    assert "(king, white) is sold out" in white.text
    assert "king, sand: $114.00" in white.text


def test_nothing_sold_out_is_offered_instead(ask: Ask) -> None:
    shown = ask("do you have the k75 with tactile switches?")
    black = ask("in black?", after=shown)
    assert "tactile, white" in black.text
    assert "• tactile, black" not in black.text


@pytest.mark.parametrize("words", ["cheaper?", "that's too expensive", "anything less expensive?"])
def test_cheaper_means_cheaper_than_what_was_shown(ask: Ask, words: str) -> None:
    shown = ask("how much is the Aria 500?")
    answer = ask(words, after=shown)
    assert "Aria 300" in answer.text
    assert "Aria 500" not in answer.text


def test_where_nothing_is_cheaper_that_is_said(ask: Ask) -> None:
    shown = ask("how much is the Breezely Ceramic Space Heater?")
    assert "nothing cheaper" in ask("cheaper?", after=shown).text


def test_others_are_others_than_those_shown(ask: Ask) -> None:
    shown = ask("tell me about the Boil kettle by Hearthline")
    more = ask("what else do you have?", after=shown)
    assert "Gooseneck" in more.text
    assert "Boil Electric" not in more.text


def test_one_word_finds_a_kind_of_product(ask: Ask) -> None:
    assert "Turntable" in ask("turntable").text


def test_how_long_the_warranty_of_a_product_is_comes_from_the_product(ask: Ask) -> None:
    shown = ask("tell me about the Ironleaf Cast Iron Dutch Oven")
    assert "120 months" in ask("how long is the warranty?", after=shown).text


def test_a_day_of_arrival_is_asked_of_what_was_not_ordered(ask: Ask) -> None:
    shown = ask("tell me about the Aria 500")
    answer = ask("could i get it by friday?", after=shown)
    assert answer.citations
    assert "business days" in answer.text


def test_a_wish_for_a_thing_for_it_finds_that_thing(ask: Ask) -> None:
    shown = ask("tell me about the Northbeam 27 4K Monitor")
    assert "Reach Monitor Arm" in ask("do you have an arm for it?", after=shown).text


def test_a_customer_who_sleeps_badly_is_not_told_how_sorry_we_are(ask: Ask) -> None:
    assert "抱歉" not in ask("想买个送妈妈的生日礼物，她睡眠不好").text


def test_a_child_afraid_of_the_dark_wants_no_black_lamp(ask: Ask) -> None:
    answer = ask("我家娃怕黑，有小夜灯吗")
    assert "Hearthline Moon" in answer.text
    assert "黑色" not in answer.text


def test_the_largest_is_the_largest_version_of_what_was_shown(ask: Ask) -> None:
    shown = ask("tell me about the Pebblewood Field Wool Rug")
    assert "200 x 300 cm" in ask("the biggest one", after=shown).text
