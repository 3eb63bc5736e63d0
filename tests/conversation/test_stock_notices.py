"""A customer waits for something that is sold out: they are told when it is back, if they say yes."""

import pytest
from sqlalchemy import text

from assistant.app import Wiring
from tests.conversation.conftest import Ask

EMMA, MIA = "emma.wilson@example.com", "mia.chen@example.com"


def notices(house: Wiring) -> int:
    with house.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM stock_notices")).scalar() or 0)


@pytest.mark.parametrize(
    ("email", "words", "yes", "piece"),
    [
        (EMMA, "notify me when the blue aria 300 is back", "yes, do that", "Aria 300 Wireless Headphones (blue)"),
        (MIA, "蓝色的Aria 300到货了通知我一下", "好的，确认", "Aria 300 无线头戴式耳机（蓝色）"),
    ],
)
def test_a_sold_out_version_is_proposed_and_kept_after_the_yes(
    house: Wiring, ask: Ask, email: str, words: str, yes: str, piece: str
) -> None:
    before = notices(house)
    offered = ask(words, email)
    assert offered.proposal is not None
    assert piece in offered.text
    assert notices(house) == before
    ask(yes, email, after=offered)
    assert notices(house) == before + 1


def test_it_is_the_product_that_was_just_spoken_of(ask: Ask) -> None:
    shown = ask("is the aria 300 available in blue?", EMMA)
    offered = ask("can you tell me when it's back in stock", EMMA, after=shown)
    assert offered.proposal is not None
    assert "Aria 300 Wireless Headphones (blue)" in offered.text


def test_what_can_be_bought_now_is_said_to_be_there(ask: Ask) -> None:
    reply = ask("let me know when the white aria 300 is back", EMMA)
    assert "Aria 300 Wireless Headphones (white) can be bought now." in reply.text
    assert reply.proposal is None


def test_how_it_works_in_general_is_a_question_for_the_pages(ask: Ask) -> None:
    assert ask("How do I get told when something sold out is back?", EMMA).citations
