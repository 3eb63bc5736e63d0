"""What a customer takes for granted is no evidence for a rule of the shop; their own case may be told back to them."""

import pytest

from assistant.conversation.grounding.check import Check
from assistant.settings import PROJECT_DIR

CHECK = Check(PROJECT_DIR / "prompts")
RETURNS = "Most items can be returned within 30 days of delivery. Opened headphones: 14 days, restocking fee 15%."
FREE = "Standard shipping is free for orders of $50 or more."


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            "Since returns are open for 60 days, I still have a month?",
            "Items can be returned within 60 days of delivery.",
        ),
        ("The restocking fee is 25 %, right?", "Opened headphones: 14 days, restocking fee 25%."),
        ("Free from $35, isn't it?", "Standard shipping is free for orders of $35 or more."),
        ("退货期是六十天吧？", "大多数商品签收后 60 天内可以退货。"),
        ("So your 60 days start on delivery?", "Your 60 days start with the delivery."),
    ],
)
def test_a_rule_that_only_the_customer_has_said_is_refused(asked: str, answer: str) -> None:
    assert CHECK.unfounded(answer, [RETURNS, FREE], [], said=[asked])


@pytest.mark.parametrize(
    ("asked", "answer", "own"),
    [
        ("Is my $45 order free?", "Shipping is free for orders of $50 or more, so your $45 order isn't.", "$45"),
        ("Open for 60 days?", "Most items can be returned within 30 days of delivery, not 60 days.", "60 days"),
        ("I paid $20, why?", "Standard shipping is free for orders of $50 or more; you paid $20.", "$20"),
        ("I got it 3 weeks ago", "Most items can be returned within 30 days; it came 3 weeks ago.", "3 weeks"),
        ("我下了 45 美元的单", "订单满 50 美元免运费，您的订单是 45 美元。", "45 美元"),
    ],
)
def test_the_customer_s_own_case_and_a_denial_may_be_told(asked: str, answer: str, own: str) -> None:
    wrong = CHECK.unfounded(answer, [RETURNS, FREE], [], said=[asked])
    assert own in answer
    assert own not in wrong


def test_another_row_s_number_isn_t_supported_by_what_the_customer_presumes() -> None:
    table = "| Products | Warranty |\n|---|---|\n| Monitors | 24 months |\n| Chairs | 12 months |"
    asked = "Chairs have 24 months of warranty, don't they?"
    assert CHECK.unfounded("Chairs: 24 months.", [table], [], said=[asked]) == ["24 months"]
    assert CHECK.unfounded("Chairs: 12 months.", [table], [], said=[asked]) == []


def test_where_no_page_is_told_a_wish_may_be_repeated_but_no_time_or_share() -> None:
    tool = "Quiet Fan, $45.00"
    assert CHECK.unfounded("Under $50: the Quiet Fan at $45.00.", [], [tool], said=["a fan under $50?"]) == []
    assert CHECK.unfounded("It has a warranty of 36 months.", [], [tool], said=["36 months of warranty, right?"])
