"""The same amount in other words is the same quantity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.quantities import quantities


def found(text: str) -> set[tuple[str, str]]:
    return {(quantity.kind, quantity.value) for quantity in quantities(text)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within 30 days", "within thirty days"),
        ("30 days", "三十天"),
        ("30 days", "30天内"),
        ("a period of 2 weeks", "两周"),
        ("24 months", "24个月"),
        ("5–7 business days", "5至7个工作日"),
        ("on Nov 20", "on 20 November"),
        ("20 November 2026", "2026-11-20"),
        ("November 20, 2026", "2026年11月20日"),
        ("November 20, 2026", "2026 年 11 月 20 日"),
        ("$1,299.00", "1299 USD"),
        ("$60 to $1,500", "60 至 1,500 美元"),
        ("$5.99", "5.99 美元"),
        ("15 %", "百分之十五"),
        ("order #W1234567", "订单 #w1234567"),
        ("from 16 years on", "年满 16 岁"),
        ("in May", "5 月份"),
    ],
)
def test_equal_quantities_are_equal_in_any_wording(one: str, other: str) -> None:
    assert found(one) == found(other) != set()


def test_a_range_gives_both_its_ends() -> None:
    assert found("5 to 7 days") == {("duration", "5 day"), ("duration", "7 day")}


def test_different_units_are_different() -> None:
    assert found("30 days") != found("30 weeks")


def test_money_is_not_a_plain_number() -> None:
    assert found("$50") == {("money", "50")}
    assert found("50") == {("number", "50")}


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.kind
        assert quantity.value


@given(st.integers(0, 10_000_000))
def test_cents_survive_formatting(cents: int) -> None:
    units, rest = divmod(cents, 100)
    assert found(f"it costs ${units:,}.{rest:02d} now") == found(f"{units}.{rest:02d} USD")


@pytest.mark.parametrize(
    "text",
    ["your bank converts it at its own rate and may add a fee", "worn shoes and may not be returned", "门口四周、信箱"],
)
def test_words_that_only_look_like_a_month_or_a_time_are_no_quantity(text: str) -> None:
    assert not found(text)
