"""Parts of a message are read with the words of the whole message in mind."""

import pytest

from assistant.routing.fusion.judge import Reading
from assistant.routing.reading.in_message import in_message, without
from assistant.routing.router import Router


def read(text: str, **shares: float) -> Reading:
    ranked = tuple(sorted(shares.items(), key=lambda entry: -entry[1]))
    return Reading(text, ranked, 0.01, 0.8, (), ())


def test_what_the_whole_message_speaks_of_settles_an_unclear_half() -> None:
    half = read("没有想象中好", product_details=0.5, return_items=0.4)
    within = in_message(half, {"product_details": -4.0, "return_items": -0.1}, "zh")
    assert within.intent == "return_items"
    assert sum(share for _, share in within.probabilities) == pytest.approx(0.9)


def test_a_clear_half_stays_as_it_is_read() -> None:
    half = read("再开张发票", request_invoice=0.98, track_shipment=0.01)
    assert in_message(half, {"request_invoice": -1.5, "track_shipment": -0.5}, "zh").intent == "request_invoice"


def test_a_half_that_asks_for_something_else_gets_nothing_from_what_it_lost() -> None:
    assert without(read("退一个", return_items=0.6, exchange_items=0.1), "return_items").probability == 0.1


@pytest.mark.parametrize(
    ("utterance", "intents"),
    [
        ("这个耳机，戴着夹头，音质也一般，没有想象中好，我不要了，怎么退给你们", ["return_items"]),
        ("你帮我看一下，我那个订单，就是买的咖啡机，现在到什么地方了", ["track_shipment"]),
        ("换了新手机，以前的号不用了，验证码收不到，进不去账户", ["account_help"]),
        ("我那台除湿机到哪了啊，发票也给我开一张吧公司要报", ["track_shipment", "request_invoice"]),
    ],
)
def test_a_story_in_half_sentences_is_one_request_and_two_requests_are_two(
    router: Router, utterance: str, intents: list[str]
) -> None:
    assert [intent.intent for intent in router.decide(utterance).intents] == intents
