"""Customers point at what a reply listed: "the second one", "第二个"; they compare, choose and change by place."""

import pytest

from assistant.conversation.reading.pointing import by_price, pointed
from tests.conversation.conftest import Ask

MIA, LI = "mia.chen@example.com", "li.wei@example.com"
THREE = ("a", "b", "c")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("the second one", ("b",)),
        ("is the last one in stock?", ("c",)),
        ("compare the first and the third", ("a", "c")),
        ("what about the 2nd", ("b",)),
        ("第二个呢", ("b",)),
        ("第1款和第3款哪个好", ("a", "c")),
        ("后者多少钱", ("c",)),
        ("the fourth one", ()),
        ("first I want to know when it comes", ()),
        ("my last order", ()),
        ("the second time I ask", ()),
        ("last month", ()),
        ("the first one and the first again", ("a",)),
    ],
)
def test_places_in_a_list_are_understood(words: str, meant: tuple[str, ...]) -> None:
    assert pointed(words, THREE) == meant


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("is the cheaper one quiet?", "cheapest"),
        ("the most expensive one", "dearest"),
        ("便宜的那个有红色吗", "cheapest"),
        ("贵的那款", "dearest"),
        ("a cheap one", None),
        ("is it cheaper than the other", None),
    ],
)
def test_an_end_of_the_prices_is_understood(words: str, end: str | None) -> None:
    assert by_price(words) == end


def test_one_thing_is_no_list() -> None:
    assert pointed("the first one", ("a",)) == ()


def test_a_product_of_the_list_is_looked_at_and_set_beside_another(ask: Ask) -> None:
    listed = ask("show me wireless headphones")
    second = ask("is the second one in stock?", after=listed)
    assert "Kestrel Raid Wireless Gaming Headset is in stock" in second.text
    both = ask("compare the first and the third", after=listed)
    assert "Aria 300 Wireless Headphones: $79.00" in both.text
    assert "Aria 500 Noise-Cancelling Headphones: $189.00" in both.text


def test_in_chinese_the_product_spoken_of_is_set_beside_one_of_the_list(ask: Ask) -> None:
    listed = ask("帮我看看有没有便宜点的蓝牙耳机")
    second = ask("第二个有白色吗", after=listed)
    assert second.text.startswith("Aria 300 无线头戴式耳机（白色）有货")
    compared = ask("跟第一个比呢", after=second)
    assert "Aria 300 无线头戴式耳机：$79.00" in compared.text
    assert "Aria Buds Lite 真无线耳塞：$49.00" in compared.text


def test_an_order_of_the_list_is_followed_and_cancelled(ask: Ask) -> None:
    listed = ask("我的东西到哪了", LI)
    followed = ask("第二个呢", LI, after=listed)
    assert "#W1006001" in followed.text
    assert "#W1006002" not in followed.text
    cancelled = ask("把第一个取消掉", LI, after=listed)
    assert cancelled.decision.intents[0].intent == "cancel_order"
    assert cancelled.quick_replies == ("下错单了", "不再需要")


@pytest.mark.parametrize("words", ["gift for my girlfriend under 100", "有没有适合送女朋友的礼物，100以内"])
def test_a_gift_of_no_kind_is_suggested_within_the_price(ask: Ask, words: str) -> None:
    reply = ask(words, MIA)
    assert reply.text.count("•") >= 2
    assert "Aria Buds Pro" not in reply.text
