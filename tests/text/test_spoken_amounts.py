"""Customers say amounts in words: "a hundred and fifty", "三百刀"."""

import pytest

from assistant.text.spoken_amounts import amounts_in_digits


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("about a hundred and fifty", "about 150"),
        ("a couple of hundred at most", "200 at most"),
        ("twenty-five max", "25 max"),
        ("预算三百刀以内", "预算300美元以内"),
        ("一百五左右", "150左右"),
        ("一千二以内", "1200以内"),
        ("百叶窗有吗", "百叶窗有吗"),
        ("三把刀", "三把刀"),
        ("two of those", "two of those"),
    ],
)
def test_an_amount_in_words_is_read_as_digits(said: str, meant: str) -> None:
    assert amounts_in_digits(said) == meant
