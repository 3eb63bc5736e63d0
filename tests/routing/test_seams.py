"""Where messages that people write without any mark may hold two requests."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.routing.reading.pieces import Cut, pieces
from assistant.routing.reading.seams import Words, with_seams
from assistant.routing.router import Router
from assistant.text.language import Language

SAID = {
    "track_shipment": ("where", "pan", "到哪", "快递"),
    "payment_policy": ("pay", "monthly", "分期", "付款"),
}


BEGINS = ("where", "can", "我的", "能不能")


class ByWord:
    """Takes a stretch for what most of its words name; surely, where they name nothing else.

    It asks where it begins as requests begin.
    """

    def wordings(self, texts: Sequence[str], language: Language) -> list[Words]:
        found = []
        for text in texts:
            counts = {intent: sum(word in text for word in words) for intent, words in SAID.items()}
            intent = max(counts, key=lambda name: counts[name])
            found.append(
                Words(
                    intent,
                    0.0 if counts[intent] == sum(counts.values()) > 0 else -2.0,
                    2.0 if text.startswith(BEGINS) else -2.0,
                )
            )
        return found


class Nobody:
    """Where words weren't learned."""

    def wordings(self, texts: Sequence[str], language: Language) -> list[Words]:
        return []


def parts(text: str, language: Language) -> list[str]:
    return [text[p.start : p.end].strip() for p in with_seams(text, pieces(text, language), language, ByWord())]


def test_a_run_of_words_is_cut_where_a_second_request_begins() -> None:
    assert parts("where is my pan can i pay monthly", "en") == ["where is my pan", "can i pay monthly"]


def test_a_run_of_words_that_asks_for_one_thing_stays_whole() -> None:
    assert parts("where is the big copper pan of mine", "en") == ["where is the big copper pan of mine"]


def test_no_request_ends_in_the_midst_of_a_phrase() -> None:
    assert not [
        part for part in parts("where is my pan can i pay monthly", "en") if part.endswith((" my", " can", " i"))
    ]


def test_no_request_begins_in_the_midst_of_a_phrase() -> None:
    assert parts("where is my big pan with one lid pay", "en") == ["where is my big pan with one lid pay"]


def test_where_words_were_not_learned_nothing_is_cut() -> None:
    text = "where is my pan can i pay monthly"
    assert with_seams(text, pieces(text, "en"), "en", Nobody()) == pieces(text, "en")


@given(st.lists(st.sampled_from(["where", "pan", "pay", "monthly", "my", "the", "is", ",", "and"]), max_size=14))
def test_whatever_is_cut_nothing_is_lost_and_nothing_said_twice(words: list[str]) -> None:
    text = " ".join(words)
    before, after = pieces(text, "en"), with_seams(text, pieces(text, "en"), "en", ByWord())
    assert [c for p in after for c in text[p.start : p.end]] == [c for p in before for c in text[p.start : p.end]]
    assert len(after) <= len(before) + 2
    assert all(piece.cut is Cut.SEAM for piece in after if piece.start not in {one.start for one in before})


@pytest.mark.parametrize(
    ("utterance", "intents"),
    [
        ("need a lamp for the nursery something warm and dim do you take klarna", ["search_product", "payment_policy"]),
        (
            "how long is the guarantee on the fan tell me when the white one is back",
            ["warranty_policy", "notify_stock"],
        ),
        ("where has my parcel got to could you send me the invoice too", ["track_shipment", "request_invoice"]),
    ],
)
def test_two_requests_in_one_breath_are_two(router: Router, utterance: str, intents: list[str]) -> None:
    assert [intent.intent for intent in router.decide(utterance).intents] == intents


@pytest.mark.parametrize(
    "utterance",
    [
        "i bought a kettle from you in spring and now i would like to know where the new one is",
        "is the robot vacuum you recommended to my neighbour still being sold by you guys",
        "which of my orders can I still send back?",
        "is the tower fan in stock in black?",
        "can a gift card be posted straight to my sister",
        "when did I last ask about the warranty?",
        "what sizes and colours can I still get the desk lamp in",
        "我上周在你们这里买的那个吸尘器现在到底送到什么地方了",
    ],
)
def test_one_request_in_one_breath_stays_one(router: Router, utterance: str) -> None:
    assert len(router.decide(utterance).intents) == 1
