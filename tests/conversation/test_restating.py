"""A yes in the words of what was shown is one; what adds to it, or takes from it, makes it none."""

from collections.abc import Iterator

import pytest

from assistant.app import Wiring
from tests.conversation.conftest import Ask
from tests.conversation.test_dialogues import seed

EMMA = "emma.wilson@example.com"
LI_WEI = "li.wei@example.com"
JIAYI = "jiayi.tang9571@example.com"
NOTHING_GOT = "didn't get"


@pytest.fixture(autouse=True)
def as_seeded(house: Wiring) -> Iterator[None]:
    seed(house)
    yield
    seed(house)


@pytest.mark.parametrize(
    ("email", "wish", "yes", "done"),
    [
        (EMMA, "can i get the fan in black instead", "yeah the black fan is fine", "Done"),
        (EMMA, "cancel the fan, no longer needed", "yes cancel the tower fan order please", "Done"),
        (LI_WEI, "充电宝换成黑色的", "好的 就换黑色的充电宝", "已办好"),
    ],
)
def test_a_yes_that_only_says_again_what_was_shown_carries_it_out(
    ask: Ask, email: str, wish: str, yes: str, done: str
) -> None:
    shown = ask(wish, email)
    assert shown.proposal is not None
    assert done in ask(yes, email, after=shown).text


@pytest.mark.parametrize(
    ("email", "wish", "said"),
    [
        (EMMA, "can i get the fan in black instead", "yes the white fan"),
        (EMMA, "can i get the fan in black instead", "yes but not the fan"),
        (EMMA, "can i get the fan in black instead", "yes when it has arrived"),
        (EMMA, "can i get the fan in black instead", "yes the pillow"),
        (EMMA, "cancel the fan, no longer needed", "yes return the fan"),
        (EMMA, "cancel the fan, no longer needed", "yes only the fan of the other order"),
        (EMMA, "cancel the fan, no longer needed", "yes the fan, is that $99?"),
        (LI_WEI, "充电宝换成黑色的", "好 换白色的充电宝"),
        (LI_WEI, "充电宝换成黑色的", "好 等发货了再换黑色的"),
        (LI_WEI, "充电宝换成黑色的", "好 黑色的充电宝不换"),
    ],
)
def test_a_yes_that_adds_or_takes_away_is_none(ask: Ask, email: str, wish: str, said: str) -> None:
    shown = ask(wish, email)
    assert shown.proposal is not None
    answered = ask(said, email, after=shown)
    assert "Done" not in answered.text
    assert "已办好" not in answered.text


@pytest.mark.parametrize(
    ("email", "wish", "mumbled", "yes", "again", "done"),
    [
        (
            EMMA,
            "cancel the fan, no longer needed",
            "mmh the usual palaver innit, la di da",
            "yes",
            "to be sure",
            "Done",
        ),
        (LI_WEI, "充电宝那单取消，不需要了", "那个啥 就那样嘛 你懂的", "好的", "再核对一遍", "已办好"),
    ],
)
def test_a_yes_after_what_was_not_understood_is_asked_for_once_more(
    ask: Ask, email: str, wish: str, mumbled: str, yes: str, again: str, done: str
) -> None:
    unclear = ask(mumbled, email, after=ask(wish, email))
    asked = ask(yes, email, after=unclear)
    assert asked.proposal is not None
    assert again in asked.text
    assert done in ask(yes, email, after=asked).text


@pytest.mark.parametrize(
    "words", ["my husband always says so", "mmh the usual palaver innit, la di da", "well that's life for you"]
)
def test_a_remark_begins_nothing_beside_the_change_that_waits(ask: Ask, words: str) -> None:
    shown = ask("change the fan to black", EMMA)
    remarked = ask(words, EMMA, after=shown)
    assert remarked.proposal is not None
    assert remarked.proposal.proposal_id == shown.proposal.proposal_id if shown.proposal else False


def test_which_thing_is_asked_about_decides_not_which_change_waits(ask: Ask) -> None:
    waits = ask("cancel the fan", EMMA)
    told = ask("just a sec, is the pillow in the other order machine washable", EMMA, after=waits)
    assert "cover only" in told.text
    shown = ask("no longer needed", EMMA, after=told)
    assert shown.proposal is not None
    assert shown.proposal.order_id == "#W1003001"
