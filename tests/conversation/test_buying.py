"""Customers choose what to buy, or leave it for later: nobody can order in the chat."""

import pytest

from assistant.conversation.reading.buying import buys_it, puts_off
from assistant.conversation.reading.interests import kinds_of_interest


@pytest.mark.parametrize(
    "words",
    [
        "ok I'll take it",
        "I'd like to buy that one",
        "how do I order this",
        "great, where can I buy",
        "ok going with the kettle, red",
        "那要小的那个吧",
        "就要这个吧",
        "行 就这款吧",
        "怎么下单",
        "那就买这个了",
    ],
)
def test_a_choice_is_heard(words: str) -> None:
    assert buys_it(words)


@pytest.mark.parametrize(
    "words",
    [
        "I'll take it back to the shop if it breaks",
        "I'd like to return it",
        "when will my order come",
        "这个怎么用",
        "就坏了吧",
    ],
)
def test_what_is_no_choice_is_not_taken_for_one(words: str) -> None:
    assert not buys_it(words)


@pytest.mark.parametrize(
    "words",
    [
        "let me think about it",
        "I'll ask my wife first",
        "just browsing",
        "我再想想",
        "算了 我再看看",
        "先跟老公商量一下",
        "回头再说",
    ],
)
def test_a_choice_is_put_off(words: str) -> None:
    assert puts_off(words)


def test_what_somebody_likes_names_kinds_of_products() -> None:
    assert "speaker" in kinds_of_interest("she loves music")
    assert "kettle" in kinds_of_interest("他平时喜欢泡茶")
    assert kinds_of_interest("where is my parcel") == ()
