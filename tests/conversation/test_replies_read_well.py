"""Replies as customers see them: lists have a line for each thing."""

import pytest

from tests.conversation.conftest import Ask


@pytest.mark.parametrize(
    ("question", "customer"),
    [
        ("Show me your lamps", ""),
        ("给我看看耳机", ""),
        ("What colours does the Kestrel K75 come in?", ""),
        ("Show me all my orders", "emma.wilson@example.com"),
        ("我买过哪些东西", "wang.fang@example.com"),
        ("What is in order #W1003002?", "emma.wilson@example.com"),
    ],
)
def test_each_thing_of_a_list_stands_on_a_line_of_its_own(ask: Ask, question: str, customer: str) -> None:
    text = ask(question, customer).text
    lines = [line for line in text.splitlines() if "•" in line]
    assert len(lines) > 1, text
    assert all(line.startswith("•") and line.count("•") == 1 for line in lines), text
