"""Customers who go on with a thing or an order that was just talked about, or that can't be had as they wish."""

from tests.conversation.conftest import Ask

EMMA = "emma.wilson@example.com"
JAMES = "james.porter@example.com"
LI_WEI = "li.wei@example.com"
WANG_FANG = "wang.fang@example.com"
NOAH = "noah.bennett@example.com"


def test_customer_who_wants_a_piece_out_of_an_order_begins_nothing_and_may_change_it_instead(ask: Ask) -> None:
    told = ask("I don't need the pillow any more", EMMA)
    assert "only as a whole" in told.text
    assert told.proposal is None
    changed = ask("swap it for the soft one then", EMMA, after=told)
    assert changed.proposal is not None
    assert "soft" in changed.text


def test_customer_whose_thing_came_too_long_ago_is_told_so_before_anything_is_asked(ask: Ask) -> None:
    told = ask("I'd like another switch type for the keyboard I got from you", JAMES)
    assert "18 November" in told.text
    assert told.quick_replies == ()


def test_customer_with_a_number_that_is_not_theirs_sees_the_list_of_orders_once(ask: Ask) -> None:
    first = ask("return order W5550009 please", JAMES)
    again = ask("W5550009", JAMES, after=first)
    assert "Which order do you mean" in first.text
    assert "Which order do you mean" not in again.text
    assert "#W5550009" in again.text


def test_customer_who_names_a_thing_by_the_end_of_its_chinese_name_means_its_order(ask: Ask) -> None:
    told = ask("机器人别寄家里了，寄公司", LI_WEI)
    assert "#W1006001" in told.text


def test_customer_who_adds_to_a_case_with_a_person_is_told_that_the_person_sees_it(ask: Ask) -> None:
    passed = ask("昨天收到的包裹里少了一个水杯，没在包裹里", WANG_FANG)
    assert "人工同事" in passed.text
    more = ask("好的", WANG_FANG, after=passed)
    assert "同事会在这个聊天里" in more.text


def test_customer_who_asks_for_the_dearest_of_the_orders_shown_gets_that_one(ask: Ask) -> None:
    shown = ask("what are my orders", NOAH)
    dearest = ask("what's in the most expensive one", NOAH, after=shown)
    assert "#W1008002" in dearest.text
