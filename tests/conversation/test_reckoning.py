"""Customers ask what things cost together: the sum is reckoned from the shop's prices, and only where it is asked."""

import pytest

from tests.conversation.conftest import Ask


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("two of those would be how much", "$278.00"),
        ("and a dozen?", "$1,668.00"),
        ("what would it come to together with a gooseneck kettle plus wrapping", ""),
        ("how loud is it", ""),
        ("is there a 27 inch monitor", ""),
    ],
)
def test_several_of_the_thing_at_hand_are_added_up(ask: Ask, words: str, total: str) -> None:
    shown = ask("tell me about the burr grinder")
    told = ask(words, after=shown).text
    assert (f"{total} together" in told) if total else ("together" not in told)


def test_different_things_are_added_up_from_the_lowest_price_where_versions_differ(ask: Ask) -> None:
    told = ask("what would the burr grinder plus the gooseneck kettle come to").text
    assert "$228.00 together at least" in told


def test_packs_are_counted_of_things_that_come_in_packs_only(ask: Ask) -> None:
    shown = ask("tell me about the burr grinder")
    assert "together" not in ask("so two packs would be 80?", after=shown).text


def test_the_number_of_a_name_counts_nothing(ask: Ask) -> None:
    assert "together" not in ask("how much are the Aria 300 headphones?").text
