"""Words that name products: found for slots, and made general for the encoders.

What is asked about a kettle is asked about a chair in the same words; an encoder that reads "product" for both
learns from either. The words come from the shop's vocabulary and its products' names.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.routing.reading.cues import load_cues
from assistant.shop.vocabulary import fold, stem
from assistant.text.language import Language

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’.-][A-Za-z0-9]+)*")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_NO_PRODUCT = re.compile(
    r"\bphone (?:numbers?|me|nr|no|call|order)\b|\bby phone\b|手机号|手机短信|礼物卡|礼品卡|gift cards?", re.I
)
_GENERAL: dict[Language, str] = {"en": "product", "zh": "商品"}
_LONGEST = 3
_LONG_TITLE = 4


class Span(NamedTuple):
    """A stretch of text that names a product, with the words of quality before it from `wide`."""

    start: int
    end: int
    wide: int


class ProductWords:
    """Finds product words.

    Args:
        phrases: a phrase (English: stemmed words joined; Chinese: as it stands) to what it names.
        kinds: those of the named things that say what a product is; the others are qualities.
        titles: names of products; the first word of a long name ("Aria" of "Aria 500 Wireless Headphones")
            names the product by itself.
    """

    def __init__(
        self, phrases: Mapping[str, frozenset[str]], kinds: frozenset[str], titles: Sequence[str] = ()
    ) -> None:
        colors = {word for words in load_cues().colors.values() for word in words}
        self._kinds = {phrase for phrase, named in phrases.items() if named & kinds}
        self._qualities = {phrase for phrase in phrases if phrase not in self._kinds} | colors
        self._han_length = max((len(p) for p in phrases if not p.isascii()), default=1)
        self._titles = {_joined(title.split()) if title.isascii() else title for title in titles}
        long_titles = [title.split() for title in titles if len(title.split()) >= _LONG_TITLE]
        self._names = {_joined(words[:1]) for words in long_titles if words[0][:1].isupper()}

    @classmethod
    def of_shop(cls, titles: Sequence[str] = ()) -> "ProductWords":
        """The words of the shop's vocabulary and of `titles`."""
        from assistant.shop.vocabulary import vocabulary

        known = vocabulary()
        return cls(known.concepts, known.kinds, titles)

    @property
    def fingerprint(self) -> str:
        """A hash of what `general` goes by."""
        return hashlib.sha256("|".join(sorted(self._kinds)).encode()).hexdigest()[:12]

    def general(self, text: str, language: Language) -> str:
        """`text` with a general word in place of each product."""
        for span in reversed(list(self._spans(text, titles=False))):
            text = f"{text[: span.start]}{_GENERAL[language]}{text[span.end :]}"
        return text

    def find(self, text: str) -> list[str]:
        """The products named in `text`, with the qualities before them, in order."""
        found = [text[span.wide : span.end] for span in self._spans(text, titles=True)]
        return list(dict.fromkeys(words.strip() for words in found))

    def _spans(self, text: str, *, titles: bool) -> Iterator[Span]:
        barred = [match.span() for match in _NO_PRODUCT.finditer(text)]
        spans = sorted([*self._latin(text, titles), *self._han(text, titles)])
        end = -1
        for span in spans:
            if span.start >= end and not any(a < span.end and span.start < b for a, b in barred):
                yield span._replace(wide=max(span.wide, end, 0))
                end = span.end

    def _latin(self, text: str, titles: bool) -> Iterator[Span]:
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            for size in range(min(6 if titles else _LONGEST, len(words) - at), 0, -1):
                joined = _joined([word[0] for word in words[at : at + size]])
                if joined in self._kinds or (
                    titles and (joined in self._titles or (size == 1 and joined in self._names))
                ):
                    last = self._take_on(words, at + size) if titles else at + size
                    first = at
                    while first > 0 and _joined([words[first - 1][0]]) in self._qualities:
                        first -= 1
                    yield Span(words[at].start(), words[last - 1].end(), words[first].start())
                    at = last
                    break
            else:
                at += 1

    def _take_on(self, words: Sequence[re.Match[str]], at: int) -> int:
        """The end of "Aria 500 wireless headphones" from behind "Aria"."""
        end = at
        while at < len(words):
            joined = _joined([words[at][0]])
            if not (joined in self._qualities or joined in self._kinds or any(c.isdigit() for c in joined)):
                break
            at += 1
            end = at
        return end

    def _han(self, text: str, titles: bool) -> Iterator[Span]:
        for run in _HAN_RUN.finditer(text):
            at = run.start()
            while at < run.end():
                size = self._longest(text, at, run.end(), self._kinds | self._titles if titles else self._kinds)
                if size:
                    yield Span(at, at + size, self._before(text, at, run.start()))
                at += size or 1

    def _longest(self, text: str, at: int, stop: int, phrases: set[str]) -> int:
        sizes = range(min(self._han_length, stop - at), 0, -1)
        return next((size for size in sizes if text[at : at + size] in phrases), 0)

    def _before(self, text: str, at: int, stop: int) -> int:
        start = at
        while True:
            joint = start - 1 if start > stop and text[start - 1] == "的" else start
            sizes = range(min(self._han_length, joint - stop), 0, -1)
            size = next((size for size in sizes if text[joint - size : joint] in self._qualities), 0)
            if not size:
                return start
            start = joint - size


def _joined(words: Sequence[str]) -> str:
    return "".join(stem(part) for word in words for part in re.split(r"[-.\s]", fold(word)) if part)
