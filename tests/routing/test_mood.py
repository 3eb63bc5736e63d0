"""How customers feel, told by their words."""

import pytest

from assistant.routing.reading.mood import mood_of
from assistant.text.language import Language


@pytest.mark.parametrize(
    ("language", "text", "sentiment"),
    [
        ("en", "where is my order", "neutral"),
        ("en", "this is a disgrace, I want my money back", "angry"),
        ("en", "I'm rather disappointed with the lamp", "unhappy"),
        ("en", "still no refund!!", "angry"),
        ("en", "thank you, that was helpful", "pleased"),
        ("en", "that was not very helpful", "unhappy"),
        ("en", "how do I clean the kettle?", "neutral"),
        ("zh", "我的订单到哪了", "neutral"),
        ("zh", "什么破店，骗子", "angry"),
        ("zh", "對你們很失望", "unhappy"),
        ("zh", "谢谢，太好了", "pleased"),
        ("zh", "我对这次服务不满意", "unhappy"),
    ],
)
def test_a_mood_is_told(language: Language, text: str, sentiment: str) -> None:
    assert mood_of(text, language).sentiment == sentiment


@pytest.mark.parametrize(
    ("language", "text", "urgency"),
    [
        ("en", "I need this today, please hurry", "high"),
        ("en", "the charger is smoking", "high"),
        ("en", "how long is the warranty", "normal"),
        ("en", "answer me at once", "high"),
        ("en", "can it connect to two devices at once", "normal"),
        ("zh", "赶紧帮我拦下来", "high"),
        ("zh", "插上就冒火花", "high"),
        ("zh", "保修多久", "normal"),
    ],
)
def test_haste_and_danger_are_heard(language: Language, text: str, urgency: str) -> None:
    assert mood_of(text, language).urgency == urgency


def test_a_mood_names_the_words_that_showed_it() -> None:
    assert mood_of("You liars, I want it ASAP", "en").words == ("liars", "ASAP")
