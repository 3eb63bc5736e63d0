"""Saved states of evaluated prompts: least recently used go first, within a budget of bytes.

One evaluated token of the default model takes 28 KB, so a prompt of 500 tokens takes 14 MB and is
copied back in milliseconds where evaluating it anew takes ten seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from typing import Any

_SAME_FAMILY = 0.8


@dataclass(frozen=True)
class SavedState:
    """A saved state, and how many tokens it shares with the prompt that was asked about."""

    tokens: tuple[int, ...]
    data: Any
    common: int = 0


class SavedStates:
    """An LRU of states.

    Args:
        budget: bytes that all states together may take.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._states: list[SavedState] = []

    def __len__(self) -> int:
        return len(self._states)

    @property
    def size(self) -> int:
        """Bytes taken by all states."""
        return sum(len(state.data) for state in self._states)

    def best(self, tokens: Sequence[int]) -> SavedState | None:
        """The state that shares the longest beginning with `tokens`, or None; counts as a use of it."""
        ranked = [(_common(state.tokens, tokens), i) for i, state in enumerate(self._states)]
        common, index = max(ranked, default=(0, -1))
        if common == 0:
            return None
        state = self._states.pop(index)
        self._states.append(state)
        return SavedState(state.tokens, state.data, common)

    def add(self, tokens: tuple[int, ...], data: Any) -> None:
        """Keep `data`, a buffer; replaces states of the same prompt family."""
        kept = [s for s in self._states if _common(s.tokens, tokens) < _SAME_FAMILY * len(s.tokens)]
        self._states = [*kept, SavedState(tokens, data)]
        while self._states and self.size > self._budget:
            self._states.pop(0)


def _common(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(1 for _ in takewhile(bool, map(eq, a, b)))
