"""What customers call things is put into the words of the shop, where it sells such things."""

import pytest

from assistant.shop.everyday import in_shop_words


def _all(_kind: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my vac has gone weak", "my vacuum cleaner has gone weak"),
        ("that thirty two inch screen", "that 32 inch monitor"),
        ("the swan neck one in copper", "the gooseneck in copper"),
        ("are the buds any good", "are the earbuds any good"),
        ("six spotlights please", "six GU10 bulbs please"),
        ("我那个扫地的吵不吵", "我那个扫地机器人吵不吵"),
        ("27寸的屏多少钱", "27寸的显示器多少钱"),
        ("有天鹅颈的壶吗", "有鹅颈手冲壶吗"),
    ],
)
def test_a_thing_is_called_as_the_shop_calls_it(said: str, meant: str) -> None:
    assert in_shop_words(said, _all) == meant


@pytest.mark.parametrize(
    "said",
    [
        "Aria Buds Pro in white",
        "how big is the screen of the laptop",
        "my laptop with the 15 inch screen",
        "screen protector for my phone",
        "are you a robot?",
        "the vacuum cleaner",
        "我的手表什么时候到",
        "扫地机器人有哪些",
    ],
)
def test_what_is_called_so_already_or_means_something_else_stays(said: str) -> None:
    assert in_shop_words(said, _all) == said


def test_what_the_shop_does_not_sell_is_not_meant() -> None:
    assert in_shop_words("my 27 inch screen", lambda kind: kind != "monitor") == "my 27 inch screen"
