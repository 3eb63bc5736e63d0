"""Customers say sizes by comparing: "the big one", "no, smaller", "最大的"."""

import pytest

from assistant.conversation.slots.sizes import size_said

BOTTLES = [{"capacity": size, "color": color} for size in ("500 ml", "750 ml", "1 L") for color in ("blue", "black")]
SHEETS = [{"size": size} for size in ("double", "queen", "king")]


@pytest.mark.parametrize(
    ("words", "now", "meant"),
    [
        ("the big one, in blue", "500 ml", {"capacity": "1 L"}),
        ("a bigger one please", "500 ml", {"capacity": "750 ml"}),
        ("no, smaller", "1 L", {"capacity": "750 ml"}),
        ("the smallest you have", "1 L", {"capacity": "500 ml"}),
        ("最大的", "500 ml", {"capacity": "1 L"}),
        ("大一点的", "500 ml", {"capacity": "750 ml"}),
        ("bigger", "1 L", {}),
        ("the blue one", "500 ml", {}),
    ],
)
def test_a_bottle_is_bigger_or_smaller_than_the_one_spoken_of(words: str, now: str, meant: dict[str, str]) -> None:
    assert size_said(words, BOTTLES, {"capacity": now, "color": "blue"}) == meant


def test_sizes_with_names_have_an_order_too() -> None:
    assert size_said("one size up", SHEETS, {"size": "double"}) == {"size": "queen"}
    assert size_said("the biggest", SHEETS, {"size": "double"}) == {"size": "king"}
