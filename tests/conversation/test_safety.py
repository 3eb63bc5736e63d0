"""Customers who tell of smoke, sparks, a shock or a burning smell."""

import pytest

from assistant.conversation.pages.safety import tells_danger


@pytest.mark.parametrize(
    "text",
    [
        "my charger smells burnt and gets really hot",
        "the kettle gave me a shock",
        "it started smoking when I plugged it in",
        "there were sparks from the plug",
        "the power bank is swollen, battery is bulging",
        "the lamp just caught fire",
        "充电头有点烫手，还有股糊味",
        "插上就冒火花",
        "水壶漏电，把我电到了",
        "移动电源鼓包了",
    ],
)
def test_a_dangerous_thing_is_heard(text: str) -> None:
    assert tells_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "do you have an air purifier that is good with cigarette smoke",
        "is the smoke grey one in stock",
        "does the pan get hot evenly",
        "my order has been shipped, I am shocked how fast",
        "sparkling water bottle",
        "这个插座有漏电保护吗",
        "水烧到多少度",
        "空气净化器能去烟味吗",
    ],
)
def test_other_smoke_heat_and_sparks_are_no_danger(text: str) -> None:
    assert not tells_danger(text)
