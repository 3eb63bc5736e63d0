"""A follow-up without a subject, made whole: "what about express?" after "how much is shipping to the UK?".

What is searched in pages or products needs the whole question. A thing of the same kind (a product, a country, a
colour, a size) takes the place of the one before; anything else is added.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.products import ProductWords
from assistant.shop.places import place_names
from assistant.text.language import has_han

_LEAD = re.compile(
    r"^\W*(?:(?:and|but|ok|okay|so|or|also|then|hmm|alright)\b[, ]*)*(?:(?:what|how) about|what if(?: it is| it's)?"
    r"|same (?:for|with)|is it the same for)?\s*",
    re.IGNORECASE,
)
_LEAD_ZH = re.compile(r"^(?:那么?|还有|或者|如果是?|要是|换成|换|再问下?)+[，, ]*")
_PREPOSITION = re.compile(r"^(on|for|to|from|in|with|of|at) +(?=\S)", re.IGNORECASE)
_TAIL = re.compile(r"(?:\s*(?:呢|咧|怎么样|怎样))?[\s?？。.!！]*$")
_LONGEST = 300


class Leaning:
    """Makes follow-ups whole.

    Args:
        products: finds product words.
    """

    def __init__(self, products: ProductWords) -> None:
        self._finders: tuple[Callable[[str], list[str]], ...] = (
            products.find,
            lambda text: _spoken(text, place_names()),
            lambda text: _spoken(text, _words(load_cues().colors)),
            lambda text: _spoken(text, _words(load_cues().sizes)),
        )

    def whole(self, before: str, words: str) -> str:
        """The question that `words` ask after the question `before`."""
        rest = _TAIL.sub("", (_LEAD_ZH if has_han(words) else _LEAD).sub("", words, count=1)).strip()
        question = _TAIL.sub("", before).strip()
        replaced = False
        for find in self._finders:
            new, old = find(rest), find(question)
            if new and old:
                at = question.rfind(old[-1])
                question = question[:at] + new[0] + question[at + len(old[-1]) :]
                rest, replaced = rest.replace(new[0], " ", 1), True
        match = None if replaced else _PREPOSITION.match(rest)
        if match and (at := question.lower().rfind(f" {match[1].lower()} ")) > 0:
            question, rest = f"{question[:at]} {rest}", ""
        rest = _without_small_words(rest)
        whole = f"{question}{'，' if has_han(question) else ' '}{rest}" if rest else question
        return f"{whole}{'？' if has_han(whole) else '?'}"[-_LONGEST:]


def _without_small_words(text: str) -> str:
    """`text` without words that ask for nothing at its ends."""
    if has_han(text):
        return re.sub(r"^[的是要到去寄\s，,]+|[的吗啊呀吧\s，,]+$", "", text)
    stop = load_cues().language["en"].stop_words
    words = text.split()
    while words and words[0].lower().strip(",.") in stop:
        words = words[1:]
    while words and words[-1].lower().strip(",.") in stop:
        words = words[:-1]
    return " ".join(words)


@lru_cache(maxsize=4)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in ordered if word.isascii())
    han = "|".join(re.escape(word) for word in ordered if not word.isascii())
    return re.compile(rf"(?<![A-Za-z])(?:{latin})(?![A-Za-z])|{han}", re.IGNORECASE)


def _spoken(text: str, words: Iterable[str]) -> list[str]:
    return [match[0] for match in _pattern(tuple(words)).finditer(text)]


def _words(values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(word for spoken in values.values() for word in spoken)
