"""Customers who ask for a recommendation, say what it shall go with, or want none."""

from collections.abc import Iterator

import pytest

from assistant.app import Wiring
from assistant.conversation.talk.recommending import asks_beside, asks_openly
from assistant.memory.facts import find_facts
from tests.conversation.conftest import Ask, asker
from tests.conversation.test_forgetting_a_customer import copy_of

EMMA, FANG = "emma.wilson@example.com", "wang.fang@example.com"
OPEN = [
    "what would you recommend?",
    "any suggestions for me under $30?",
    "what else might I like",
    "recommend something for me please",
    "推荐一下…",
    "给我推荐点东西",
    "有什么推荐的吗",
]
BESIDE = [
    "what goes with this?",
    "anything that goes well with my headphones?",
    "what do people buy together with the desk lamp",
    "有什么搭配的",
    "我买了咖啡机，还需要配什么",
    "这个配什么好",
]
SEARCHES = [
    "recommend a quiet keyboard for the office",
    "Could you suggest an air purifier for someone with a cat allergy?",
    "推荐个写代码用的显示器",
    "有没有降噪耳机推荐",
    "recommend a good series to watch",
    "does it work with alexa",
]
OFF = ["don't recommend me things", "Please stop suggesting products.", "can you stop recommending me stuff?",
       "I don't want any recommendations", "别给我推荐", "不要再给我推荐商品了", "能不能别推荐了？"]  # fmt: skip
ON = ["you can recommend things again", "please turn recommendations back on", "可以继续给我推荐", "恢复推荐吧"]
NEITHER = [
    "I don't recommend this shop",
    "don't recommend the Aria",
    "my friend said don't recommend things",
    "不要推荐贵的",
    "可以给我推荐一款耳机吗",
    "如果我说别给我推荐",
]


@pytest.fixture(scope="module")
def say(house: Wiring, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    wiring = copy_of(house, tmp_path_factory.mktemp("recommending") / "data")
    yield asker(wiring)
    wiring.vectors.close()
    wiring.database.close()


@pytest.mark.parametrize("words", OPEN)
def test_an_open_wish_is_told_from_a_search(words: str) -> None:
    assert asks_openly(words)


@pytest.mark.parametrize("words", BESIDE)
def test_what_goes_with_a_thing_is_heard(words: str) -> None:
    assert asks_beside(words)


@pytest.mark.parametrize("words", SEARCHES)
def test_who_says_what_they_want_is_searching(words: str) -> None:
    assert not asks_openly(words)
    assert not asks_beside(words)


@pytest.mark.parametrize(("words", "value"), [(w, "off") for w in OFF] + [(w, "on") for w in ON])
def test_a_word_turns_recommendations_off_and_on(words: str, value: str) -> None:
    assert [(fact.kind, fact.value) for fact in find_facts(words)] == [("recommendations", value)]


@pytest.mark.parametrize("words", NEITHER)
def test_other_words_turn_nothing_off(words: str) -> None:
    assert not [fact for fact in find_facts(words) if fact.kind == "recommendations"]


@pytest.mark.parametrize(("words", "email"), [(words, EMMA) for words in OPEN[:4]] + [(w, FANG) for w in OPEN[4:]])
def test_a_customer_who_asks_is_told_what_and_why(say: Ask, words: str, email: str) -> None:
    reply = say(words, email)
    assert [tool.name for tool in reply.tools] == ["recommend_products"]
    assert reply.failed_checks == ()
    assert reply.text.count("•") == 3


@pytest.mark.parametrize("words", ["what should I buy?", "推荐一下"])
def test_a_stranger_who_asks_is_served_as_well(say: Ask, words: str) -> None:
    reply = say(words)
    assert reply.failed_checks == ()
    assert reply.text.count("•") == 3


def test_what_goes_with_the_thing_talked_about(say: Ask) -> None:
    first = say("Tell me more about the Aria 300 Wireless Headphones", EMMA)
    reply = say("what goes well with these?", EMMA, after=first)
    assert reply.text.startswith("This may go with Aria 300 Wireless Headphones")
    assert reply.failed_checks == ()


def test_who_means_nothing_yet_is_asked_which_product(say: Ask) -> None:
    assert "Which product" in say("what goes with this?").text


def test_off_by_a_word_is_respected_and_on_again_by_another(say: Ask) -> None:
    assert "Wants no recommendations" in say("don't recommend me things", EMMA).text
    refused = say("what would you recommend?", EMMA)
    assert "•" not in refused.text
    assert "asked me not to" in refused.text
    say("you may recommend things again", EMMA)
    assert "•" in say("what would you recommend?", EMMA).text


def test_off_in_the_midst_of_suggestions_is_no_search(say: Ask) -> None:
    first = say("推荐一下", FANG)
    second = say("别给我推荐", FANG, after=first)
    assert "不要推荐商品" in second.text
    assert "•" not in say("有什么推荐的", FANG, after=second).text
    say("可以继续给我推荐", FANG, after=second)
