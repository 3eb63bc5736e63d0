"""Customers say what they don't want: "nothing with headphones", "不要入耳的"."""

import pytest

from assistant.shop.exclusions import exclusions


@pytest.mark.parametrize(
    ("words", "ruled_out"),
    [
        ("a present for my dad, nothing with headphones, he likes music", ("headphones",)),
        ("speakers, but not JBL", ("JBL",)),
        ("a keyboard, not wireless", ("wireless",)),
        ("headphones without a cable", ("cable",)),
        ("no headphones please", ("headphones",)),
        ("想买个音箱，不要蓝牙的", ("蓝牙",)),
        ("除了耳机还有什么", ("耳机",)),
        ("is there no kettle with a thermometer", ()),
        ("quiet fan for the bedroom", ()),
        ("有没有耳机", ()),
    ],
)
def test_what_is_not_wanted_is_read(words: str, ruled_out: tuple[str, ...]) -> None:
    assert exclusions(words)[1] == ruled_out
