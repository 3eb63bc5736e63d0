"""Which order a customer means, in their words."""

from datetime import date

import pytest

from assistant.ids import CustomerId
from assistant.shop.service import Shop
from assistant.shop.time_words import time_wish
from tests.shop.conftest import NOW

JAMES, EMMA, NOAH, FANG = "james_porter_1002", "emma_wilson_1003", "noah_bennett_1008", "fang_wang_1007"


@pytest.mark.parametrize(
    ("customer", "words", "numbers"),
    [
        (JAMES, "the blue one from last month", ["#W1002003"]),
        (JAMES, "headphones", ["#W1002003"]),
        (JAMES, "my earbuds", ["#W1002002"]),
        (JAMES, "耳机", ["#W1002002", "#W1002003"]),
        (JAMES, "上个月买的键盘", ["#W1002003"]),
        (JAMES, "the monitor", ["#W1002001"]),
        (JAMES, "order w1002004", ["#W1002004"]),
        (JAMES, "my latest order", ["#W1002001"]),
        (JAMES, "what I bought this month", ["#W1002001", "#W1002002"]),
        (JAMES, "the chair I ordered in April", ["#W1002004"]),
        (JAMES, "the one that is on its way", ["#W1002001"]),
        (JAMES, "the vacuum cleaner", []),
        (EMMA, "the pending ones", ["#W1003001", "#W1003002"]),
        (EMMA, "the fan", ["#W1003001"]),
        (EMMA, "the sheets and the pillow", ["#W1003002"]),
        (NOAH, "the cancelled order", ["#W1008002"]),
        (NOAH, "退货的那个鼠标", ["#W1008001"]),
        (FANG, "浴巾", ["#W1007001"]),
        (FANG, "那个黑色鼠标", ["#W1007002"]),
    ],
)
def test_the_order_that_is_meant_is_found(shop: Shop, customer: str, words: str, numbers: list[str]) -> None:
    found = shop.orders_matching(CustomerId(customer), words, NOW)

    assert [order.order_id for order in found] == numbers


def test_words_that_say_nothing_about_an_order_leave_all_of_them(shop: Shop) -> None:
    found = shop.orders_matching(CustomerId(JAMES), "please, could you help me with it", NOW)

    assert found == shop.orders(CustomerId(JAMES))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("yesterday", date(2026, 11, 23), date(2026, 11, 23)),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("上周", date(2026, 11, 16), date(2026, 11, 22)),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("上个月", date(2026, 10, 1), date(2026, 10, 31)),
        ("in December", date(2025, 12, 1), date(2025, 12, 31)),
        ("10月份", date(2026, 10, 1), date(2026, 10, 31)),
        ("three days ago", date(2026, 11, 20), date(2026, 11, 22)),
        ("两周前", date(2026, 11, 7), date(2026, 11, 13)),
        ("a month ago", date(2026, 10, 10), date(2026, 11, 9)),
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("in the last 30 days", date(2026, 10, 25), date(2026, 11, 24)),
        ("over the past two weeks", date(2026, 11, 10), date(2026, 11, 24)),
        ("最近三个月", date(2026, 8, 26), date(2026, 11, 24)),
        ("近一周", date(2026, 11, 17), date(2026, 11, 24)),
        ("since September", date(2026, 9, 1), date(2026, 11, 24)),
        ("on 5 November", date(2026, 11, 5), date(2026, 11, 5)),
        ("November 5th", date(2026, 11, 5), date(2026, 11, 5)),
        ("6月3号", date(2026, 6, 3), date(2026, 6, 3)),
        ("in 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("an hour ago", date(2026, 11, 23), date(2026, 11, 24)),
        ("二十分钟前", date(2026, 11, 23), date(2026, 11, 24)),
    ],
)
def test_times_in_words_are_spans_of_days(words: str, first: date, last: date) -> None:
    wish = time_wish(f"the kettle {words}", NOW.date())

    assert (wish.first, wish.last) == (first, last)
    assert words.removeprefix("in the ").removeprefix("over the ") not in wish.rest


def test_a_day_that_is_near_is_to_come(shop: Shop) -> None:
    assert time_wish("can it come on 3 December", NOW.date()).first is None


def test_what_was_bought_just_now_was_bought_today(shop: Shop) -> None:
    for words in ("I just ordered a lamp", "我刚下的单", "刚刚拍的"):
        assert time_wish(words, NOW.date()).last == NOW.date()
    assert time_wish("the one I just asked about", NOW.date()).first is None
    assert time_wish("刚才那个", NOW.date()).first is None
