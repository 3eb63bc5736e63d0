"""A customer who seems dissatisfied is offered a person: once, in their language, and only where the shop wants it."""

from collections.abc import Callable, Sequence

import pytest

from assistant.app import Wiring
from assistant.conversation.reply import Reply
from assistant.models.ladder import ModelLadder
from tests.conversation.conftest import Ask, asker

EMMA, LI = "emma.wilson@example.com", "li.wei@example.com"
OFFER = {"en": "pass you to a colleague", "zh": "转接人工客服"}
SHARED = ("database", "embeddings", "vectors", "knowledge", "catalogue", "router")


@pytest.fixture
def with_offer(house: Wiring) -> Callable[[float], Ask]:
    """Asks in the same shop, where a person is offered from a probability on; 0: never."""

    def make(at: float) -> Ask:
        settings = house.settings.model_copy(update={"early_handoff": at})
        wiring = Wiring(settings, clock=house.clock, ladder=ModelLadder(rungs=()))
        for shared in SHARED:
            wiring.__dict__[shared] = getattr(house, shared)
        return asker(wiring)

    return make


def talk(ask: Ask, email: str, said: Sequence[str]) -> list[Reply]:
    replies: list[Reply] = []
    for text in said:
        replies.append(ask(text, email, after=replies[-1] if replies else None))
    return replies


CROSS = {
    "en": ["where is my purple flugelhorn?", "no! I asked where my flugelhorn is", "useless, you don't understand",
           "wrong again, that is not what I asked!", "useless!!"],
    "zh": ["我的紫色号角呢", "不对！我问的是号角到哪了", "没用，你根本没听懂", "又错了，我问的不是这个！", "垃圾！！"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "email"), [("en", EMMA), ("zh", LI)])
def test_a_person_is_offered_once_to_a_cross_customer_in_their_language(
    with_offer: Callable[[float], Ask], language: str, email: str
) -> None:
    replies = talk(with_offer(0.5), email, CROSS[language])
    offered = [OFFER[language] in reply.text for reply in replies]
    assert offered[0] is False
    assert sum(offered) == 1 or any(reply.handoff for reply in replies)
    assert sum(offered) <= 1


def test_the_offer_comes_with_a_button_that_brings_a_person(with_offer: Callable[[float], Ask]) -> None:
    ask = with_offer(0.01)
    replies = talk(ask, EMMA, ["where is my order?", "and what about my other order?"])
    assert OFFER["en"] in replies[1].text
    assert not replies[1].handoff
    button = replies[1].quick_replies[-1]
    assert ask(button, EMMA, after=replies[1]).handoff


def test_a_contented_customer_is_offered_nobody(with_offer: Callable[[float], Ask]) -> None:
    said = ["Can I return headphones I opened?", "great, thank you", "perfect, that's all"]
    assert not [reply.text for reply in talk(with_offer(0.5), EMMA, said) if OFFER["en"] in reply.text]


def test_it_is_said_once_however_low_the_bar(with_offer: Callable[[float], Ask]) -> None:
    said = ["where is my order?", "how long does delivery take?", "do you ship to Canada?", "what are your prices?"]
    assert sum(OFFER["en"] in reply.text for reply in talk(with_offer(0.0001), EMMA, said)) == 1


def test_without_the_setting_nobody_is_offered_anything(with_offer: Callable[[float], Ask]) -> None:
    assert not [reply for reply in talk(with_offer(0), EMMA, CROSS["en"]) if OFFER["en"] in reply.text]
