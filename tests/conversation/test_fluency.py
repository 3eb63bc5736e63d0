"""Replies read well: what customers would stumble over is found by rule."""

import pytest

from assistant.conversation.grounding.fluency import fluency
from assistant.text.language import Language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Most items can be returned within 30 days of delivery. [1]", "en"),
        ("Yes: shipping is free from $50. Express always costs $12.99. [1]", "en"),
        ("大多数商品自签收之日起 30 天内可以退货。[1]", "zh"),
        ("请在结账时选择 PayPal，再选 Pay in 4。[1]", "zh"),
    ],
)
def test_a_plain_answer_has_no_fault(text: str, language: Language) -> None:
    assert fluency(text, language).faults == ()
    assert fluency(text, language).score == 1


@pytest.mark.parametrize(
    ("text", "language", "fault"),
    [
        ("You can return it. You can return it.", "en", "repeats"),
        ("You can return it within you can return it within thirty days.", "en", "repeats"),
        ("您可以在三十天内退货，您可以在三十天内退货。", "zh", "repeats"),
        ("You can return it within 三十天.", "en", "mixed"),
        ("You can return most items within thirty days 哦。", "zh", "mixed"),
        ("As an AI language model, I think it is free.", "en", "register"),
        ("根据提供的事实，可以退货。", "zh", "register"),
        ("你可以在三十天内退货。", "zh", "register"),
        ("It is free!!!", "en", "loud"),
        ("You can return it within", "en", "ending"),
        ("No", "en", "short"),
        (
            "It is " + "really " * 20 + "long. " + " ".join(f"Part {n} follows now here." for n in range(30)),
            "en",
            "long",
        ),
    ],
)
def test_a_fault_is_named_and_costs(text: str, language: Language, fault: str) -> None:
    found = fluency(text, language)
    assert fault in found.faults
    assert found.score < 1
