"""What rules say without a number ("free", "for life", "the same day") may be said only where a page says it."""

import pytest

from assistant.conversation.grounding.check import Check
from assistant.settings import PROJECT_DIR

RETURNS = "Most items can be returned within 30 days of delivery. Hand the parcel over within 14 days of the request."
RETURNS_ZH = "大多数商品自签收之日起 30 天内可以退货。申请后请在 14 天内寄出。"
WRAPPING = "Gift wrapping costs $3.99 per item and can be chosen in the basket."
WRAPPING_ZH = "礼品包装每件 3.99 美元，可以在购物车中选择。"
SHIPPING = "Standard shipping is free for orders of $50 or more. The label costs nothing."
LATE = "If an express parcel arrives later than promised, we refund the express price."
LATE_ZH = "加急包裹晚于承诺时间送达的，我们退还加急运费。"


@pytest.fixture(scope="module")
def check() -> Check:
    return Check(PROJECT_DIR / "prompts")


@pytest.mark.parametrize(
    ("page", "claim", "words"),
    [
        (RETURNS, "Sending it back is on the house.", "on the house"),
        (RETURNS, "Sending it back doesn't cost you anything.", "doesn't cost"),
        (RETURNS, "You can bring it back whenever you wish.", "whenever"),
        (RETURNS, "The money is there the very same day.", "the very same day"),
        (RETURNS, "The money will be there overnight.", "overnight"),
        (RETURNS, "Hand it over before the weekend.", "weekend"),
        (RETURNS, "You have a couple of months.", "a couple of months"),
        (RETURNS, "You have a month and a half.", "a month and a half"),
        (RETURNS, "You have 30 days from the order.", "days from the order"),
        (RETURNS, "Somebody from the team is going to ring you.", "Somebody from the team is going to ring"),
        (RETURNS, "You'll hear from us.", "You'll hear"),
        (RETURNS, "I've extended your time.", "I've extended"),
        (RETURNS, "You'll definitely get it all back.", "definitely"),
        (WRAPPING, "Wrapping is $3.99 per order.", "per order"),
        (WRAPPING, "Wrapping is complimentary.", "complimentary"),
        (LATE, "We refund a third of the express price.", "a third"),
        (LATE, "We refund half of the express price.", "half"),
        (LATE, "We refund double the price.", "double"),
        (LATE, "You get a voucher.", "voucher"),
        (LATE, "We refund the whole order.", "whole order"),
        (SHIPPING, "Silver members pay no express price.", "Silver"),
        (RETURNS, "You can send it back all summer.", "summer"),
        (RETURNS, "The courier comes at noon.", "noon"),
        (RETURNS, "Hand it over by the 15th.", "the 15th"),
        (RETURNS, "Leave it with me.", "Leave it with me"),
        (RETURNS, "A manager has approved it.", "has approved"),
        (RETURNS, "The label costs a tenner.", "tenner"),
        (WRAPPING, "It is $3.99 plus tax.", "plus tax"),
        (LATE, "That goes for Norway too.", "norway"),
        (RETURNS_ZH, "退货不花一分钱。", "不花一分钱"),
        (RETURNS_ZH, "叁拾伍天内可以退货。", "三十五天"),
        (RETURNS_ZH, "３５天内可以退货。", "35天"),
        (RETURNS_ZH, "廿天内可以退货。", "廿天"),
        (RETURNS_ZH, "俩月内可以退货。", "两月"),
        (RETURNS_ZH, "最晚三十号寄出。", "三十号"),
        (RETURNS_ZH, "春节前都可以退货。", "春节"),
        (RETURNS_ZH, "包在我身上。", "包在我"),
        (RETURNS_ZH, "另外多退您一成。", "一成"),
        (RETURNS_ZH, "随时可以退货。", "随时"),
        (RETURNS_ZH, "退款隔天到账。", "隔天"),
        (RETURNS_ZH, "年底前都可以退货。", "年底"),
        (RETURNS_ZH, "三十多天内可以退货。", "十多天"),
        (RETURNS_ZH, "您放心，一定会退给您。", "放心"),
        (RETURNS_ZH, "已经帮您登记了。", "已经帮您登记"),
        (WRAPPING_ZH, "包装每单 3.99 美元。", "每单"),
        (WRAPPING_ZH, "包装是赠送的。", "赠送"),
        (LATE_ZH, "我们退还三分之一运费。", "三分之一"),
        (LATE_ZH, "我们双倍退还运费。", "双倍"),
        (LATE_ZH, "我们退还整单。", "整单"),
    ],
)
def test_what_the_page_does_not_say_is_refused(check: Check, page: str, claim: str, words: str) -> None:
    assert any(words in wrong for wrong in check.unfounded(claim, [page], []))


@pytest.mark.parametrize(
    ("page", "honest"),
    [
        (RETURNS, "You have 30 days after delivery to return most items."),
        (RETURNS, "You can send most things back for 30 days, counted from the day of delivery."),
        (WRAPPING, "We wrap each item for $3.99; choose it in the basket."),
        (WRAPPING, "Wrapping isn't free: it costs $3.99 for every item."),
        (SHIPPING, "From $50, standard shipping costs nothing."),
        (LATE, "When express is late, you get the express price back."),
        (RETURNS_ZH, "签收后 30 天内，大多数商品都可以退。"),
        (WRAPPING_ZH, "包装每件收 3.99 美元，在购物车里选。"),
        (LATE_ZH, "加急晚到时，加急运费会退还给您。"),
    ],
)
def test_what_the_page_says_in_other_words_may_be_said(check: Check, page: str, honest: str) -> None:
    assert check.unfounded(honest, [page], []) == []


def test_what_only_the_customer_says_is_no_rule(check: Check) -> None:
    claim = "Wrapping is free and costs nothing."
    assert check.unfounded(claim, [WRAPPING], [], said=["since wrapping is free, add it"])
