"""The check: what a reply says must stand in its sources.

Every amount, date, time, duration, percentage, measure, id and number of a reply must come from a tool result, a
cited passage or the customer's own words; promises and claims of changes that nobody made are refused; `[n]` must
name a citation. A promise may be repeated when a source makes it in the same words. In words of a model, names must
stand in a source as well, and so must what rules say without a number (see `claims`); nothing may be turned round (see
`polarity`) or told of one row of a table that stands in another (see `table_rows`), and no rule may rest on the
customer's words alone (see `hearsay`). Plain code, after the
model, so that no model can talk its way around it.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from assistant.conversation.grounding.claims import Claims
from assistant.conversation.grounding.hearsay import ANY, OF_RULES_ONLY, hearsay, sentences_of, tells_own_case
from assistant.conversation.grounding.lists import read_lists
from assistant.conversation.grounding.names import Names
from assistant.conversation.grounding.polarity import turned_round
from assistant.conversation.grounding.table_rows import of_another_row
from assistant.conversation.pages.extract import sentences
from assistant.text.quantities import Quantity, quantities, same_duration

_CITATION = re.compile(r"\[(\d+)\]")
_BULLET = re.compile(r"^\s*(?:[•\-*]|\d+[.)、])\s+", re.MULTILINE)
_DIGIT = re.compile(r"\d")


class Check:
    """Holds replies against their sources.

    Args:
        prompts_dir: the folder whose `check/promises.yaml` lists the promises that are refused, `check/names.yaml`
            names that models like to drop, and `check/claims.yaml` what rules say without a number.
    """

    def __init__(self, prompts_dir: Path) -> None:
        self._path = prompts_dir / "check" / "promises.yaml"
        self._names = Names(prompts_dir / "check" / "names.yaml")
        self._claims = Claims(prompts_dir / "check" / "claims.yaml")

    def unsupported(
        self, text: str, sources: Sequence[str], *, citations: int = 0, counts_in_words: bool = True
    ) -> tuple[str, ...]:
        """The words of `text` that nothing supports; empty when the text may be said.

        Args:
            text: a reply, or a sentence of one.
            sources: tool results, cited passages, and the customer's own messages.
            citations: how many citations the reply has; `[n]` beyond it is unsupported.
            counts_in_words: whether numbers without a digit ("two orders") count; in a text that code filled in they
                are the text's own.
        """
        wrong = [mark.group() for mark in _CITATION.finditer(text) if not 1 <= int(mark.group(1)) <= citations]
        plain = _plain(text)
        known = _Known(quantity for source in sources for quantity in quantities(source))
        said = (found for found in quantities(plain) if counts_in_words or _DIGIT.search(found.words))
        wrong += [quantity.words for quantity in said if not known.supports(quantity)]
        told = "\n".join(sources).casefold()
        promised = (match.group() for pattern in self._promises for match in pattern.finditer(plain))
        wrong += [words for words in promised if words.casefold() not in told]
        return tuple(dict.fromkeys(wrong))

    def unfounded(
        self,
        text: str,
        passages: Sequence[str],
        others: Sequence[str],
        *,
        said: Sequence[str] = (),
        citations: int = 0,
    ) -> list[str]:
        """The words of a model's text that nothing supports, names and turned negations included.

        Args:
            text: what the model said.
            passages: what it says about the shop must not be turned round against these.
            others: tool results.
            said: the customer's own messages; they support what is told of the customer, no rule of the shop.
            citations: as for `unsupported`.
        """
        told, heard = (_Known(q for one in texts for q in quantities(one)) for texts in ((*passages, *others), said))
        by_hearsay = hearsay(_plain(text), told.supports, heard.supports, ANY if passages else OF_RULES_ONLY)
        parts = sentences_of(_plain(text))
        rows = [
            words
            for words in of_another_row(_plain(text), passages, others)
            if not any(words in part and tells_own_case(part, words, heard.supports) for part in parts)
        ]
        claimed = self._claims.unknown(_plain(text), (*passages, *others))
        others = (*others, *said)
        passages = [*passages, *("\n".join(sentences(passage)) for passage in passages if "|" in passage)]
        sources = (*passages, *others)
        wrong = [*self.unsupported(text, sources, citations=citations)]
        plain = _plain(text)
        wrong += self._names.unknown(plain, sources)
        wrong += turned_round(plain, passages)
        wrong += [*rows, *by_hearsay, *claimed]
        return list(dict.fromkeys(wrong))

    @cached_property
    def _promises(self) -> tuple[re.Pattern[str], ...]:
        lists = read_lists(self._path).values()
        return tuple(re.compile(pattern, re.IGNORECASE) for patterns in lists for pattern in patterns)


class _Known:
    """The quantities of the sources, and what follows from them."""

    def __init__(self, found: Iterable[Quantity]) -> None:
        self._values: set[tuple[str, str]] = set()
        self._numbers: set[str] = set()
        self._durations: set[str] = set()
        for quantity in found:
            self._values.add((quantity.kind, quantity.value))
            if quantity.kind == "date":
                self._values |= {("date", quantity.value[-5:]), ("date", quantity.value[-5:-3])}
            if quantity.kind in ("number", "money", "percent", "measure", "duration"):
                self._numbers.add(quantity.value.split()[0])
            if quantity.kind == "number":
                self._values.add(("bare", quantity.value))
            if quantity.kind == "duration":
                self._durations.add(quantity.value)

    def supports(self, quantity: Quantity) -> bool:
        if quantity.kind == "number":
            return quantity.value in self._numbers
        if quantity.kind == "duration":
            return any(same_duration(quantity.value, known) for known in self._durations)
        if quantity.kind == "measure" and ("bare", quantity.value.split()[0]) in self._values:
            return True
        return (quantity.kind, quantity.value) in self._values


def _plain(text: str) -> str:
    return _BULLET.sub(" ", _CITATION.sub(" ", text))
