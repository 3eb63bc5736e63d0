"""Customers who write in traditional characters, and in another order or script than their language would."""

from assistant.conversation.slots.postal import read_address
from tests.conversation.conftest import Ask


def test_stranger_who_writes_in_traditional_characters_is_told_the_rule_and_keeps_their_own_words(ask: Ask) -> None:
    told = ask("請問退貨的期限是幾天？")
    assert "30" in told.text


def test_english_address_in_a_chinese_message_is_read_whole() -> None:
    found = read_address("新地址 2210 Oak Ridge Ave, Apt 5, Tampa, FL 33602", {})
    assert (found["address1"], found["address2"], found["city"], found["state"], found["zip"]) == (
        "2210 Oak Ridge Ave",
        "Apt 5",
        "Tampa",
        "FL",
        "33602",
    )


def test_postcode_of_a_municipality_tells_its_city_and_whose_place_it_is_belongs_to_no_street() -> None:
    found = read_address("我想寄到公司 海淀区中关村大街27号 1203室 邮编100080", {})
    assert (found["address1"], found["address2"], found["city"]) == ("海淀区中关村大街27号", "1203室", "北京")


def test_big_city_needs_no_word_for_city() -> None:
    found = read_address("地址要改成他那儿 广州天河区体育西路103号 510620", {})
    assert (found["city"], found["address1"]) == ("广州", "天河区体育西路103号")
