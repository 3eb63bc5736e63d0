"""What rules say without a number: "free", "for life", "at once", "per order", "someone will call you".

A model's words may say such a thing only where a source says it, in the same or in other words. The kinds of claims,
each with the words that make it, stand in `check/claims.yaml` of the prompts. What is denied ("isn't free") is none.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from assistant.conversation.grounding.lists import read_lists

_DENIED = re.compile(
    r"(?:\bnot|n['’]t|\bno longer|\bnever|\brather than|\binstead of)(?: (?:a|an|the|be|always|all|done|for))* $"
    r"|[不非没](?:是|会|能|再|可以|提供|支持)? ?$",
    re.IGNORECASE,
)


class Claims:
    """Finds claims that no source makes.

    Args:
        path: a YAML file: under the name of each kind of claim, patterns of the words that make it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def unknown(self, text: str, sources: Sequence[str]) -> list[str]:
        """The words of `text` that claim what no source says.

        Args:
            text: what a model said, without citation marks.
            sources: passages and tool results; the customer's own words support no claim.
        """
        told = "\n".join(sources)
        found = []
        for pattern in self._kinds:
            said = (match for match in pattern.finditer(text) if not _DENIED.search(text[: match.start()]))
            first = next(said, None)
            if first is not None and not pattern.search(told):
                found.append(first[0].strip())
        return found

    @cached_property
    def _kinds(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile("|".join(kind), re.IGNORECASE) for kind in read_lists(self._path).values())
