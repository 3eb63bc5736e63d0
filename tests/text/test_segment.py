"""Terms, codes and quotations in both languages."""

import pytest

from assistant.text.segment import codes, quoted, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Can I return the headphones?", ["return", "headphone"]),
        ("LM-204 batteries", ["lm-204", "lm", "204", "battery"]),
        ("退货", ["退", "货", "退货"]),
        ("什么", []),
        ("我的USB线", ["usb", "线"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert [term for term in terms(text) if term not in ("我的",)] == expected


def test_codes_are_letters_with_digits_or_long_numbers() -> None:
    assert codes("order #W1234567 and lm-2041, 98765, wi-fi 6E, 14:00, 30 days") == ["w1234567", "lm-2041", "98765"]
    assert codes("订单W1234567在哪") == ["w1234567"]


def test_quotations_in_both_languages() -> None:
    assert quoted('what does "Final Sale" mean, and “七天无理由”?') == ["final sale", "七天无理由"]
