"""A yes is a yes only when nothing else is said with it."""

import pytest

from assistant.conversation.reading.signals import signals


@pytest.mark.parametrize(
    "text",
    [
        "yes", "Yes please", "ok do it", "yes, cancel it", "Sure, go ahead!", "confirm", "OK", "yes I do", "y",
        "that's right", "确认", "好的", "好的，取消吧", "确认取消", "是的谢谢", "嗯嗯", "可以",
        "行", "没问题，办吧", "那好吧",
    ],
)  # fmt: skip
def test_a_bare_yes_is_one(text: str) -> None:
    assert signals().affirms(text, "cancel_order")


@pytest.mark.parametrize(
    "text",
    [
        "yes, but only the shoes", "yes?", "ok where is it", "great", "thanks", "no", "not yet", "cancel it",
        "yes and also return it", "yes, return it", "don't do it", "ok, what does that cost", "", "yes " * 40,
        "好的，但是只退鞋子", "好吗", "不好", "可以吗？", "好的，另外我的包裹呢", "取消", "对了，我的包裹呢",
        "不行", "不是的",
    ],
)  # fmt: skip
def test_anything_beside_it_makes_it_no_yes(text: str) -> None:
    assert not signals().affirms(text, "cancel_order")


@pytest.mark.parametrize("text", ["no", "No thanks", "don't", "I changed my mind", "不要", "不用了谢谢", "先别", "不"])
def test_a_bare_no_is_one(text: str) -> None:
    assert signals().declines(text)


@pytest.mark.parametrize("text", ["no, the other order", "not the blue one", "不是这个订单", "no, it's number 14"])
def test_a_correction_is_no_bare_no(text: str) -> None:
    assert not signals().declines(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("forget it", ""), ("never mind, where is my parcel?", "where is my parcel?"), ("算了", ""),
        ("还是不取消了", ""),
        ("那算了吧", ""), ("I don't want to return it any more", ""),
    ],
)  # fmt: skip
def test_a_task_is_given_up(text: str, rest: str) -> None:
    assert signals().drops(text) == rest


@pytest.mark.parametrize("text", ["I want to cancel", "the blue one", "不需要了", "my mind"])
def test_other_words_give_nothing_up(text: str) -> None:
    assert signals().drops(text) is None


def test_long_repetitions_are_read_at_once() -> None:
    for text in ("嗯" * 80, "好的" * 40 + "x", "yes " * 19 + "x", "no " * 25 + "x", "请那就吧" * 20 + "x", "哦" * 4000):
        signals().affirms(text, "cancel_order")
        signals().declines(text)
        signals().drops(text)
        signals().corrects(text)


@pytest.mark.parametrize(
    "text",
    [
        "just a sec, is the pillow washable", "hang on, the charger in my other order, can I get rid of that",
        "ok just the speaker then. what would I get", "sage looks a bit green doesnt it", "no, how about black",
        "退礼品卡快还是原路快", "有中号不", "我是不是已经有一把了", "那万一后悔了咋办", "能一起退不",
    ],
)  # fmt: skip
def test_a_question_is_one_behind_other_words_too(text: str) -> None:
    assert signals().asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "no longer needed", "yes, the second one", "there is a hole in it, that is why", "it hums, which is annoying",
        "i opened them, how else would i know they fall out??",
        "还是退到paypal吧", "不是这个 还是原来那个好", "我有事不去",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_question_asks_nothing(text: str) -> None:
    assert not signals().asks(text)
