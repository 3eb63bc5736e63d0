"""Nothing is said that no tool result, page or customer's word supports."""

import pytest

from assistant.conversation.grounding.check import Check
from assistant.settings import PROJECT_DIR

POLICY = "Most items can be returned within 30 days of delivery. The restocking fee is 15 %. Free shipping over $50."


@pytest.fixture
def check() -> Check:
    return Check(PROJECT_DIR / "prompts")


@pytest.mark.parametrize(
    "supported",
    [
        "You can return it within thirty days [1].",
        "三十天内可以退货[1]，手续费为15%。",
        "Shipping is free from $50.00.",
        "1. Pack it.\n2. Send it back within 30 days.",
    ],
)
def test_what_the_page_says_may_be_said(check: Check, supported: str) -> None:
    assert check.unsupported(supported, [POLICY], citations=1) == ()


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("You have 45 days.", "45 days"),
        ("您有六十天的时间。", "六十天"),
        ("The fee is $15.", "$15"),
        ("The fee is 20 %.", "20 %"),
        ("It arrives on 3 May.", "3 May"),
        ("Your order is #W7654321.", "#W7654321"),
        ("See [2].", "[2]"),
        ("I'll look into it for you.", "I'll look into"),
        ("Your order has been cancelled.", "Your order has been cancelled"),
        ("我会尽快联系您。", "我会尽快联系"),
        ("已经为您取消了订单。", "已经为您取消"),
    ],
)
def test_what_nothing_supports_is_refused(check: Check, claim: str, words: str) -> None:
    assert words in check.unsupported(claim, [POLICY], citations=1)


def test_a_date_may_be_said_without_its_year(check: Check) -> None:
    assert check.unsupported("Delivered on 20 November.", ["2026-11-20 14:03 UTC"]) == ()


def test_a_promise_that_the_page_makes_may_be_repeated(check: Check) -> None:
    page = "Once it arrives, we will refund the full amount."
    assert check.unsupported("Once it arrives, we will refund the full amount.", [page]) == ()
