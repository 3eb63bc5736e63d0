"""The last messages of a conversation that fit into a budget of tokens."""

import dataclasses
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from assistant.text.tokens import TokenCounter

_MARKER = "[...]"
_PER_MESSAGE = 4


class _Message(Protocol):
    """A dataclass that tells who wrote what."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def author(self) -> str: ...
    @property
    def text(self) -> str: ...


M = TypeVar("M", bound=_Message)


def window(messages: Sequence[M], budget_tokens: int, counter: TokenCounter) -> list[M]:
    """The newest of `messages` whose tokens fit into the budget, in their order.

    Messages are kept whole and without gaps. The customer's last message is always kept; only when it is
    over the budget alone is it cut at its end, with a marker.

    Args:
        messages: oldest first; dataclasses with `author` (`customer`, `assistant` or `agent`) and `text`.
        budget_tokens: for all kept messages together; four tokens of each go to its frame in a prompt.
        counter: counts as the model does.
    """
    asked = next((at for at in range(len(messages) - 1, -1, -1) if messages[at].author == "customer"), None)
    left = budget_tokens
    must: M | None = None
    if asked is not None:
        must = _cut(messages[asked], budget_tokens, counter)
        left -= _tokens(must, counter)
    kept: list[M] = []
    for at in range(len(messages) - 1, -1, -1):
        if at == asked and must is not None:
            kept.append(must)
            continue
        left -= _tokens(messages[at], counter)
        if left < 0:
            break
        kept.append(messages[at])
    else:
        return kept[::-1]
    if must is not None and must not in kept:
        kept.append(must)
    return kept[::-1]


def _tokens(message: _Message, counter: TokenCounter) -> int:
    return counter.count(message.text) + _PER_MESSAGE


def _cut(message: M, budget_tokens: int, counter: TokenCounter) -> M:
    if _tokens(message, counter) <= budget_tokens:
        return message
    low, high = 0, len(message.text)
    while low < high:
        middle = (low + high + 1) // 2
        if counter.count(f"{message.text[:middle]} {_MARKER}") + _PER_MESSAGE <= budget_tokens:
            low = middle
        else:
            high = middle - 1
    return dataclasses.replace(message, text=f"{message.text[:low].rstrip()} {_MARKER}".lstrip())
