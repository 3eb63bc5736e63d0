"""What the person who writes the pages should look at: pages that contradict each other, and pages out of date.

Two sentences contradict each other when they say the same in nearly the same words but for a number of the same
kind ("returned within 30 days", "returned within 14 days"). A page's two languages must give the same numbers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Literal

from assistant.knowledge.pages import Page
from assistant.text.quantities import Quantity, quantities
from assistant.text.segment import terms

_ALIKE = 0.7
"""Share of words that two sentences have in common, of all their words, from which they speak of the same thing."""
_FEWEST_WORDS = 4
_COMPARED = frozenset({"money", "percent", "duration", "date"})
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；])|\n+")


@dataclass(frozen=True)
class Finding:
    """Something to look at.

    Attributes:
        kind: what is the matter.
        pages: the pages concerned, as `name (language)`.
        said: the words, or the dates, that show it.
    """

    kind: Literal["contradiction", "languages differ", "expired", "one language only"]
    pages: tuple[str, ...]
    said: tuple[str, ...]


def review(pages: Sequence[Page], today: date) -> list[Finding]:
    """Everything about `pages` that a person should look at, the worst first.

    Args:
        pages: all pages of the shop.
        today: pages whose last valid day lies before it have expired; they are compared with no other.
    """
    expired = [page for page in pages if page.front.valid_until is not None and page.front.valid_until < today]
    live = [page for page in pages if page not in expired]
    return [
        *_contradictions(live),
        *_differing_languages(live),
        *(Finding("expired", (_name(page),), (f"valid until {page.front.valid_until}",)) for page in expired),
        *_lonely(live),
    ]


@dataclass(frozen=True)
class _Sentence:
    page: Page
    text: str
    words: frozenset[str]
    numbers: dict[str, frozenset[str]]


def _contradictions(pages: Sequence[Page]) -> Iterator[Finding]:
    by_word: dict[tuple[str, str], list[_Sentence]] = defaultdict(list)
    for page in pages:
        for sentence in _sentences(page):
            # sentences that are alike share their kinds of numbers and most of their words, so a few words find them
            for word in sorted(sentence.words, key=lambda word: (-len(word), word))[:_FEWEST_WORDS]:
                by_word[page.language, word].append(sentence)
    seen = set()
    for together in by_word.values():
        for one, other in combinations(together, 2):
            pair = (id(one), id(other))
            if one.page.page != other.page.page and pair not in seen and _contradict(one, other):
                seen.add(pair)
                yield Finding("contradiction", (_name(one.page), _name(other.page)), (one.text, other.text))


def _contradict(one: _Sentence, other: _Sentence) -> bool:
    if not any(kind in other.numbers and not (values & other.numbers[kind]) for kind, values in one.numbers.items()):
        return False
    return len(one.words & other.words) >= _ALIKE * len(one.words | other.words)


def _sentences(page: Page) -> Iterator[_Sentence]:
    for text in _SENTENCE.split(page.text):
        said = text.strip(" #>*-|\t")
        found = [quantity for quantity in quantities(said) if quantity.kind in _COMPARED]
        words = frozenset(terms(_without(said, found)))
        if found and len(words) >= _FEWEST_WORDS:
            numbers: dict[str, set[str]] = defaultdict(set)
            for quantity in found:
                numbers[_unit(quantity)].add(quantity.value)
            yield _Sentence(page, said, words, {kind: frozenset(values) for kind, values in numbers.items()})


def _without(text: str, found: Sequence[Quantity]) -> str:
    for quantity in sorted(found, key=lambda quantity: -len(quantity.words)):
        text = text.replace(quantity.words, " ")
    return text


def _unit(quantity: Quantity) -> str:
    return quantity.value.rpartition(" ")[2] if quantity.kind == "duration" else quantity.kind


def _differing_languages(pages: Sequence[Page]) -> Iterator[Finding]:
    versions = {(page.page, page.language): page for page in pages}
    for (name, language), page in versions.items():
        other = versions.get((name, "zh"))
        if language == "en" and other is not None:
            here, there = _values(page), _values(other)
            if here != there:
                said = (f"only in en: {_list(here - there)}", f"only in zh: {_list(there - here)}")
                yield Finding("languages differ", (_name(page), _name(other)), said)


def _values(page: Page) -> set[str]:
    found = quantities(f"{page.front.title}\n{page.text}")
    # "a minute" and "each dollar" are as often left out in the other language as said
    return {f"{q.kind} {q.value}" for q in found if q.kind in _COMPARED and q.value.partition(" ")[0] != "1"}


def _list(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"


def _lonely(pages: Sequence[Page]) -> Iterator[Finding]:
    both = {page.language for page in pages} == {"en", "zh"}
    known = {(page.page, page.language) for page in pages}
    for page in pages:
        other = "zh" if page.language == "en" else "en"
        if both and (page.page, other) not in known:
            yield Finding("one language only", (_name(page),), (f"there is no {other} version",))


def _name(page: Page) -> str:
    return f"{page.page} ({page.language})"
