"""The last turns within a budget."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from assistant.memory.window import window


@dataclass(frozen=True)
class Said:
    author: str
    text: str


class Words:
    """Counts words."""

    def count(self, text: str) -> int:
        return len(text.split())


def _kept(messages: list[Said], budget: int) -> list[str]:
    return [said.text for said in window(messages, budget, Words())]


TALK = [Said("customer", "one two"), Said("assistant", "three four"), Said("customer", "five six")]


def test_everything_is_kept_where_it_fits() -> None:
    assert _kept(TALK, 18) == ["one two", "three four", "five six"]


def test_the_oldest_goes_first_and_none_is_split() -> None:
    assert _kept(TALK, 17) == ["three four", "five six"]
    assert _kept(TALK, 11) == ["five six"]


def test_the_customers_last_message_is_always_kept() -> None:
    talk = [*TALK, Said("assistant", "a very long answer of many words indeed")]
    assert _kept(talk, 7) == ["five six"]


def test_a_last_message_over_the_budget_is_cut_with_a_marker() -> None:
    kept = _kept([*TALK, Said("customer", "a b c d e f g h")], 8)
    assert kept == ["a b c [...]"]


def test_nothing_said_is_nothing_kept() -> None:
    assert _kept([], 10) == []
    assert _kept([Said("assistant", "hello there")], 10) == ["hello there"]


@given(
    st.lists(st.builds(Said, st.sampled_from(["customer", "assistant"]), st.text("ab ", max_size=30)), max_size=12),
    st.integers(6, 60),
)
def test_the_window_is_in_order_within_budget_and_has_the_last_question(messages: list[Said], budget: int) -> None:
    kept = window(messages, budget, Words())
    assert sum(Words().count(said.text) + 4 for said in kept) <= budget
    whole = [said for said in kept if not said.text.endswith("[...]")]
    positions = iter(messages)
    assert all(said in positions for said in whole)
    if any(said.author == "customer" for said in messages):
        assert any(said.author == "customer" for said in kept)
