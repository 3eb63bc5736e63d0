"""A sentence is what a person would call one, in either language."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.sentences import sentence_bounds, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It costs $5.99. Pay by card!", ["It costs $5.99.", "Pay by card!"]),
        ("Is it free? No. Shipping costs $5.", ["Is it free?", "No.", "Shipping costs $5."]),
        ("Parts, e.g. cables, are listed. [1] See [2].", ["Parts, e.g. cables, are listed. [1]", "See [2]."]),
        ("您好。三十天内可以退货。[1]运费 7.99 美元！", ["您好。", "三十天内可以退货。[1]", "运费 7.99 美元！"]),
        ("Two things:\n• a lamp\n2. a kettle", ["Two things:", "a lamp", "a kettle"]),
        ("Write to help@shop.example. See https://shop.example/a.html.",
         ["Write to help@shop.example.", "See https://shop.example/a.html."]),
        ("Choose option B. Then pay.", ["Choose option B.", "Then pay."]),
    ],
)  # fmt: skip
def test_a_text_is_cut_where_its_sentences_end(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet="Ab 1.。!？\n[]•-、)", max_size=60) | st.text(max_size=60))
def test_no_letter_is_lost_and_no_sentence_overlaps(text: str) -> None:
    bounds = sentence_bounds(text)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(bounds))
    covered = {at for start, end in bounds for at in range(start, end)}
    assert all(at in covered for at, character in enumerate(text) if character.isalpha())
