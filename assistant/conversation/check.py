"""The check: what a reply says must stand in its sources.

Every amount, date, duration, percentage, id and number of a reply must come from a tool result, a cited
passage or the customer's own words; promises and claims of changes that nobody made are refused; `[n]` must
name a citation. A promise may be repeated when a source makes it in the same words. Plain code, after the
model, so that no model can talk its way around it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import OperatorError
from assistant.text.quantities import Quantity, quantities

_CITATION = re.compile(r"\[(\d+)\]")
_BULLET = re.compile(r"^\s*(?:[•\-*]|\d+[.)、])\s+", re.MULTILINE)


class Check:
    """Holds replies against their sources.

    Args:
        prompts_dir: the folder whose `check/promises.yaml` lists the promises that are refused.
    """

    def __init__(self, prompts_dir: Path) -> None:
        self._path = prompts_dir / "check" / "promises.yaml"

    def unsupported(self, text: str, sources: Sequence[str], *, citations: int = 0) -> tuple[str, ...]:
        """The words of `text` that nothing supports; empty when the text may be said.

        Args:
            text: a reply, or a sentence of one.
            sources: tool results, cited passages, and the customer's own messages.
            citations: how many citations the reply has; `[n]` beyond it is unsupported.
        """
        wrong = [mark.group() for mark in _CITATION.finditer(text) if not 1 <= int(mark.group(1)) <= citations]
        plain = _BULLET.sub(" ", _CITATION.sub(" ", text))
        known = _Known(quantity for source in sources for quantity in quantities(source))
        wrong += [quantity.words for quantity in quantities(plain) if not known.supports(quantity)]
        told = "\n".join(sources).casefold()
        promised = (match.group() for pattern in self._promises for match in pattern.finditer(plain))
        wrong += [words for words in promised if words.casefold() not in told]
        return tuple(dict.fromkeys(wrong))

    @cached_property
    def _promises(self) -> tuple[re.Pattern[str], ...]:
        try:
            lists: dict[str, Any] = yaml.safe_load(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise OperatorError(f"{self._path} is missing", fix="restore it from the repository") from None
        return tuple(re.compile(pattern, re.IGNORECASE) for patterns in lists.values() for pattern in patterns)


class _Known:
    def __init__(self, found: Iterable[Quantity]) -> None:
        self._values: set[tuple[str, str]] = set()
        self._numbers: set[str] = set()
        for quantity in found:
            self._values.add((quantity.kind, quantity.value))
            if quantity.kind == "date":
                self._values.add(("date", quantity.value[-5:]))
            if quantity.kind in ("number", "money", "percent"):
                self._numbers.add(quantity.value)
            if quantity.kind == "duration":
                self._numbers.add(quantity.value.split()[0])

    def supports(self, quantity: Quantity) -> bool:
        if quantity.kind == "number":
            return quantity.value in self._numbers
        return (quantity.kind, quantity.value) in self._values
