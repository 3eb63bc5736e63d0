"""A customer's answer finds its way to the option it means."""

import pytest

from assistant.conversation.reading.answers import pick

READINGS = ("Return an item", "Exchange an item", "Cancel an order")
ORDERS = ("#W1234567", "#W7654321")


@pytest.mark.parametrize(
    ("message", "index"),
    [
        ("1", 0), ("2.", 1), ("the second one", 1), ("third", 2), ("The last one", 2), ("option 2 please", 1),
        ("第二个", 1), ("选三", 2), ("最后一个", 2), ("exchange an item", 1), ("Return an item.", 0),
    ],
)  # fmt: skip
def test_a_choice_is_understood(message: str, index: int) -> None:
    assert pick(READINGS, message) == index


@pytest.mark.parametrize("message", ["what do you sell?", "I want to return two chairs", "4", "no", "第九个", ""])
def test_anything_else_is_no_choice(message: str) -> None:
    assert pick(READINGS, message) is None


def test_an_order_is_chosen_by_its_number_in_a_sentence() -> None:
    assert pick(ORDERS, "it's W7654321 I think") == 1
