"""What speaks for two requests in one message, and what against it."""

from typing import Any

import pytest

from assistant.routing.fusion.judge import Reading
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.reading.boundary import WITH_WORDS, WITHOUT_WORDS, Side, boundary, kept_weights, signs
from assistant.routing.reading.pieces import Cut, pieces
from assistant.text.language import Language


def read(text: str, **shares: float) -> Reading:
    ranked = tuple(sorted(shares.items(), key=lambda entry: -entry[1]))
    return Reading(text, ranked, 0.01, 0.8, (), ())


def cut(text: str, language: Language, left: dict[str, float], right: dict[str, float]) -> tuple[Side, Side]:
    one, other = pieces(text, language)
    return (
        Side((one,), read(text[: one.end], **left)),
        Side((other,), read(text[other.start :], **right)),
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_weight_has_a_sign(catalogue: Catalogue, language: Language) -> None:
    text = {"en": "cancel my order. show me lamps", "zh": "取消订单。看看台灯"}[language]
    left, right = cut(text, language, {"cancel_order": 0.9}, {"search_product": 0.9})
    whole = read(text, cancel_order=0.6, search_product=0.3)
    wanted = {"cancel_order": 0.3, "search_product": -0.2, "track_shipment": -1.0}
    for words, known in ((wanted, WITH_WORDS), ({}, WITHOUT_WORDS)):
        found = signs(left, right, whole, catalogue, language, words)
        assert kept_weights()[language][known].keys() <= found.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_that_ask_for_both_speak_for_two_requests_and_a_story_speaks_against_them(
    catalogue: Catalogue, language: Language
) -> None:
    text = {"en": "cancel my order. show me lamps", "zh": "取消订单。看看台灯"}[language]
    left, right = cut(text, language, {"cancel_order": 0.9}, {"search_product": 0.9})
    whole = read(text, cancel_order=0.6, search_product=0.3)

    def heard(wanted: float = -0.2, request: float = 0.0) -> float:
        words = {"cancel_order": 0.3, "search_product": wanted, "track_shipment": -1.0}
        return boundary(signs(left._replace(request=request), right, whole, catalogue, language, words), language)

    assert heard(wanted=0.5) > heard() > heard(wanted=-0.9)
    assert heard() > heard(request=-2.0)


def test_words_with_which_people_begin_a_second_request_speak_for_one(catalogue: Catalogue) -> None:
    left, right = cut("取消订单。看看台灯", "zh", {"cancel_order": 0.9}, {"search_product": 0.9})
    whole = read("取消订单。看看台灯", cancel_order=0.6, search_product=0.3)
    wanted = {"cancel_order": 0.3, "search_product": -0.2, "track_shipment": -1.0}
    loud, quiet = (signs(left, right, whole, catalogue, "zh", wanted, parting) for parting in (2.0, -2.0))
    assert boundary(loud, "zh") > boundary(quiet, "zh")


@pytest.mark.parametrize(
    ("changed", "louder"),
    [
        ({"right": {"search_product": 0.5, "cancel_order": 0.4}}, False),  # the right side asks for the left one, too
        ({"text": "cancel my order. it needs lamps"}, False),  # it goes on about the same thing
        ({"text": "cancel my order. Also show me lamps"}, True),
    ],
)
def test_signs_speak_for_or_against_two_requests(catalogue: Catalogue, changed: dict[str, Any], louder: bool) -> None:
    def heard(text: str = "cancel my order. show me lamps", right: dict[str, float] | None = None) -> float:
        sides = cut(text, "en", {"cancel_order": 0.9}, right or {"search_product": 0.9})
        whole = read(text, cancel_order=0.6, search_product=0.3)
        return boundary(signs(*sides, whole, catalogue, "en", {}), "en")

    assert (heard(**changed) > heard()) is louder


def test_a_word_that_adds_is_heard_as_such() -> None:
    assert [piece.cut for piece in pieces("cancel my order. Also show me lamps", "en")] == [Cut.SENTENCE, Cut.ADDITIVE]


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("two things: 1) where is it 2) can I return it", "en", ["two things", "where is it", "can I return it"]),
        ("1. cancel my order 2. show me lamps", "en", ["cancel my order", "show me lamps"]),
        ("①耳机什么时候到②水壶能退吗", "zh", ["耳机什么时候到", "水壶能退吗"]),
    ],
)
def test_the_numbers_of_a_list_part_its_requests(text: str, language: Language, said: list[str]) -> None:
    assert [text[piece.start : piece.end].strip(" :)") for piece in pieces(text, language)] == said


def test_a_number_alone_is_no_list() -> None:
    assert len(pieces("size 2. is too small for 1) me", "en")) == len(pieces("size 2. is too small for me", "en"))
