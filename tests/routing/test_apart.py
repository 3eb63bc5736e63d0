"""How requests of one message are told apart by their words, as the catalogue's examples teach it."""

import numpy as np
import pytest

from assistant.routing.detectors.apart import Apart
from assistant.routing.detectors.lexical import Bags
from assistant.routing.learning.apart import learn_apart
from assistant.routing.reading.wording import plain
from assistant.text.language import Language

TRACK, INVOICE, GREET = 0, 2, 6
REQUESTS: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("where is my parcel", "track my parcel", "when will my parcel come"),
        ("cancel my order", "please cancel the order", "can you cancel this order"),
        ("send me the invoice", "please send an invoice", "can I get the invoice"),
        ("show me red lamps", "do you have lamps", "please find me a lamp"),
        ("reset my password", "how do I reset the password", "please reset the password"),
        ("when is my refund paid", "where is the refund", "please check my refund"),
    ),
    "zh": (
        ("我的快递到哪了", "快递什么时候到", "帮我查一下快递"),
        ("取消订单", "帮我取消这个订单", "订单能取消吗"),
        ("开张发票", "发票怎么开", "帮我开一下发票"),
        ("有红色的台灯吗", "看看台灯", "帮我找个台灯"),
        ("重置密码", "密码怎么重置", "帮我重置一下密码"),
        ("退款什么时候到账", "帮我查一下退款", "退款到了吗"),
    ),
}
STORIES: dict[Language, tuple[str, ...]] = {
    "en": ("I have waited for a week", "I bought it last month", "my son was ill", "I work for a firm"),
    "zh": ("我已经等了一个星期了", "上个月买的东西", "我儿子前几天生病了", "我在公司上班的"),
}
GREETINGS: dict[Language, tuple[str, ...]] = {"en": ("hello there", "good morning"), "zh": ("你好呀", "早上好")}


TWO: dict[Language, str] = {"en": "{}‖, and also {}", "zh": "{}‖，还有{}"}


def taught(language: Language, two: bool = True) -> Apart:
    """From every request alone, and behind every story, and every two that a word adds to each other."""
    comma = {"en": ", ", "zh": "，"}[language]
    said = [(words, label) for label, ways in enumerate(REQUESTS[language]) for words in ways]
    said += [(f"{story}{comma}{words}", label) for story in STORIES[language] for words, label in said[:18]]
    said += [(words, GREET) for words in GREETINGS[language]]
    texts, labels = [text for text, _ in said], np.array([label for _, label in said])
    bags = Bags.of([plain(text, language) for text in texts], language)
    without = list(bags.without_each(labels, np.arange(len(texts)) % 3, GREET + 1))
    firsts = [ways[0] for ways in REQUESTS[language]]
    pairs = [TWO[language].format(one, other) for one in firsts for other in firsts if one != other]
    return learn_apart(texts, language, labels, bags, without, labels != GREET, GREET + 1, pairs if two else ())


@pytest.mark.parametrize(
    ("language", "both", "one"),
    [
        ("en", "where is my parcel and send me the invoice", "where is my parcel"),
        ("zh", "我的快递到哪了，再帮我开张发票", "我的快递到哪了"),
    ],
)
def test_the_words_of_a_message_ask_for_both_of_its_requests(language: Language, both: str, one: str) -> None:
    apart = taught(language)
    margins = apart.margins(both, language)
    assert set(np.argsort(-margins)[:2].tolist()) == {TRACK, INVOICE}
    assert margins[INVOICE] > apart.margins(one, language)[INVOICE]


@pytest.mark.parametrize(
    ("language", "request_", "story"),
    [
        ("en", "please cancel my order", "I have waited for a week"),
        ("zh", "帮我取消订单", "我不小心买了两次"),
    ],
)
def test_a_request_is_told_from_the_story_around_one(language: Language, request_: str, story: str) -> None:
    apart = taught(language)
    assert apart.asks(request_, language) > 0 > apart.asks(story, language)


@pytest.mark.parametrize(
    ("language", "left", "between", "right", "story"),
    [
        ("en", "show me blue lamps", ", and also ", "cancel my order", "I bought it last month"),
        ("zh", "有蓝色的台灯吗", "，还有", "取消订单", "上个月买的东西"),
    ],
)
def test_a_second_request_begins_where_people_begin_one(
    language: Language, left: str, between: str, right: str, story: str
) -> None:
    apart = taught(language)
    assert apart.parts(left, between, right, language) > 0 > apart.parts(story, between[0], left, language)


def test_without_messages_of_two_requests_nothing_is_said_of_where_the_second_begins() -> None:
    assert taught("en", two=False).parts("where is my parcel", ", and also ", "cancel my order", "en") == 0.0


def test_what_was_never_read_says_little() -> None:
    assert abs(taught("en").asks("zzz", "en")) < 2


def test_the_same_examples_teach_the_same() -> None:
    one, other = taught("zh"), taught("zh")
    np.testing.assert_array_equal(one.several.weights, other.several.weights)
    np.testing.assert_array_equal(one.asking.weights, other.asking.weights)
