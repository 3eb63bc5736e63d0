"""What customers ask around what the shop can't or doesn't do at once: why not, what else, and who repairs it."""

import pytest

from tests.conversation.conftest import Ask

OLIVER = "oliver.hughes@example.com"
FINN = "finn.bellamy6733@example.com"
SIMON = "simon.parrish8127@example.com"
JACK = "jack.sinclair9243@example.com"
LUCAS = "lucas.brown@example.com"
XUELI = "xueli.sun7901@example.com"


@pytest.mark.parametrize("why", ["why not?", "but why?", "why can't you?"])
def test_customer_who_asks_why_after_a_refusal_is_told_the_rule_with_its_page(ask: Ask, why: str) -> None:
    refused = ask("cancel my espresso machine order", OLIVER)
    told = ask(why, OLIVER, after=refused)
    assert "pending" in told.text
    assert told.citations


def test_customer_who_asks_why_in_chinese_is_told_the_rule_with_its_page(ask: Ask) -> None:
    refused = ask("帮我把订单取消了", XUELI)
    told = ask("为什么不行", XUELI, after=refused)
    assert "待处理" in told.text
    assert told.citations


def test_why_after_something_else_is_no_question_about_the_refusal(ask: Ask) -> None:
    refused = ask("cancel my espresso machine order", OLIVER)
    tracked = ask("where is it now?", OLIVER, after=refused)
    assert "Cancelling" not in ask("why?", OLIVER, after=tracked).text


def test_customer_is_told_what_can_still_go_back_until_when_and_in_which_condition(ask: Ask) -> None:
    text = ask("which of my orders can I still send back?", SIMON).text
    assert "#W7281590: Tidewell Groove Turntable (walnut) until 5 December." in text
    assert "Aria Buds Lite Earbuds (pink) until 31 January 2027, only with the seal unbroken" in text
    assert "#W5433831" not in text


def test_customer_whose_orders_are_all_too_old_is_told_that_nothing_goes_back(ask: Ask) -> None:
    text = ask("what can I still return?", LUCAS).text
    assert "the time for it is over" in text
    assert "#" not in text


def test_nothing_is_begun_by_asking_what_can_go_back(ask: Ask) -> None:
    listed = ask("我还有哪些东西可以退", "yutong.he2599@example.com")
    assert listed.proposal is None
    assert "#W5347231" in listed.text


def test_a_fault_after_months_is_told_with_the_last_day_of_the_warranty_and_handed_over_prepared(ask: Ask) -> None:
    told = ask("my turntable hums", LUCAS)
    assert "27 May 2028" in told.text
    assert not told.handoff
    passed = ask("yes please", LUCAS, after=told)
    assert passed.handoff
    assert "claim" in passed.text


def test_customer_who_asks_whether_their_thing_is_still_covered_is_told_until_when(ask: Ask) -> None:
    text = ask("is my soundbar still under warranty?", JACK).text
    assert text.startswith("Your Tidewell Beam Soundbar (110 cm) arrived on 20 October")
    assert "20 October 2028" in text
