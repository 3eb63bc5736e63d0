"""Personal data is masked before models see it, and comes back afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.masking import Masker


@pytest.mark.parametrize(
    "private",
    [
        "mia.chen@example.com",
        "4111 1111 1111 1111",
        "5500-0000-0000-0004",
        "13812345678",
        "138 1234 5678",
        "(415) 555-2671",
        "415-555-2671",
        "+44 20 7946 0958",
        "+86 13812345678",
        "11010519491231002X",
    ],
)
@pytest.mark.parametrize("sentence", ["please use {} for this", "我的是{}，谢谢"])
def test_personal_data_is_masked_and_restored(private: str, sentence: str) -> None:
    masker = Masker()
    text = sentence.format(private)
    masked = masker.mask(text)
    assert private not in masked
    assert masker.unmask(masked) == text


@pytest.mark.parametrize(
    "harmless", ["#W1234567", "490313116609", "1234567890123456", "30 days", "$1,299.00", "2026-11-20"]
)
def test_order_and_tracking_numbers_are_left_alone(harmless: str) -> None:
    assert Masker().mask(f"order {harmless} please") == f"order {harmless} please"


def test_the_same_value_gets_the_same_mask_in_later_turns() -> None:
    first = Masker()
    masked = first.mask("a@b.example")
    later = Masker(first.known)
    assert later.mask("again a@b.example and c@d.example") == f"again {masked} and <EMAIL_2>"


def test_a_mask_of_another_conversation_is_not_resolved() -> None:
    assert Masker().unmask("<EMAIL_1>") == "<EMAIL_1>"


@given(st.text())
def test_masking_never_loses_a_character(text: str) -> None:
    masker = Masker()
    assert masker.unmask(masker.mask(text)) == text or "<" in text
