"""Mistyped English words are mended towards words of the catalogue's examples: "trakcing numebr" is "tracking number".

Encoders cut a word that they don't know into pieces, and what it means is lost. A word is taken for mistyped where
nobody knows it: it isn't in the examples, no encoder has it whole, and it is no form of such a word. It is mended by
the fewest letters added, left out, changed or swapped (Damerau 1964, A technique for computer detection and correction
of spelling errors), where examples use the result often. In doubt it stays as it is: short words are mended only where
letters were swapped or left out, and their first letter is always right.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from assistant.routing.intents.catalogue import Catalogue

_WORD = re.compile(r"(?<![\w@<>./#'’-])[A-Za-z][a-z]{3,}(?![\w@<>/#'’-]|\.\w)")
_LETTERS = re.compile(r"[a-z]+")
_CONTRACTED = re.compile(
    r"(?:they|we|you|it|that|there|here|what|who|how|she|he)(?:re|ve|ll|s|d)"
    r"|(?:do|does|did|is|are|was|were|has|have|had|can|could|should|would|wo|ai|must|need)nt"
)
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ers", "ing", "ly", "y", "ness", "able", "less", "ful", "ish", "ier", "in")
_OFTEN = 4
_ALWAYS = 12
_SHORTEST, _SHORT, _LONG = 4, 6, 8


class Spelling:
    """Mends words.

    Args:
        used: how often examples use each word.
        ordinary: words that exist; those of an encoder's vocabulary.
    """

    def __init__(self, used: Mapping[str, int], ordinary: Collection[str]) -> None:
        self._used = used
        self._known = frozenset(ordinary) | {word for word, times in used.items() if times > 1}
        self._near: dict[str, list[str]] = {}
        for word, times in used.items():
            if len(word) >= _SHORTEST and (times >= _ALWAYS or (times >= _OFTEN and word in ordinary)):
                for shorter in (word, *_without_one(word)):
                    self._near.setdefault(shorter, []).append(word)

    @classmethod
    def of(cls, catalogue: Catalogue, ordinary: Collection[str], names: Iterable[str] = ()) -> "Spelling":
        """The words of a catalogue's English examples.

        Args:
            names: of products; their words are never mended.
        """
        texts = [example.text for example in catalogue.examples if example.language == "en"]
        used = Counter(word for text in texts for word in _LETTERS.findall(text.lower()))
        of_products = {word for name in names for word in _LETTERS.findall(name.lower())}
        return cls(used, {*ordinary, *of_products})

    def mended(self, text: str) -> str:
        """`text` with its mistyped words mended; names that begin with a capital stay as they are."""
        return _WORD.sub(lambda match: self._mended(match[0], match.start() == 0), text)

    def _mended(self, word: str, first: bool) -> str:
        if not word.islower() and not first:
            return word
        found = self._meant(word.lower())
        return word if not found else found.capitalize() if word[0].isupper() else found

    def _meant(self, word: str) -> str:
        if self._exists(word):
            return ""
        near = {meant for shorter in (word, *_without_one(word)) for meant in self._near.get(shorter, ())}
        possible = [(_distance(word, meant), -self._used[meant], meant) for meant in near if _may_be(word, meant)]
        allowed = 2 if len(word) >= _LONG else 1
        distance, _, meant = min(possible, default=(allowed + 1, 0, ""))
        return meant if distance <= allowed else ""

    def _exists(self, word: str) -> bool:
        """Whether somebody knows the word, a form of it, or both halves that it is put together from."""
        if word in self._known or _CONTRACTED.fullmatch(word):
            return True
        for ending in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 2 and self._stems(stem) & self._known:
                return True
        return any(word[:at] in self._known and word[at:] in self._known for at in range(4, len(word) - 3))

    @staticmethod
    def _stems(stem: str) -> set[str]:
        doubled = {stem[:-1]} if len(stem) > 3 and stem[-1] == stem[-2] else set()
        return {stem, f"{stem}e", f"{stem}g", f"{stem}y", *doubled}


def _may_be(word: str, meant: str) -> bool:
    """Whether one may write `word` for `meant`: a short word has all letters of the other, or lacks one."""
    if word[0] != meant[0]:
        return False
    if len(word) > _SHORT:
        return True
    return sorted(word) == sorted(meant) or word in _without_one(meant)


def _without_one(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


@lru_cache(maxsize=4096)
def _distance(one: str, other: str) -> int:
    """How many letters are added, left out, changed or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one):
        new = [at + 1]
        for to, meant in enumerate(other):
            cost = min(row[to] + (letter != meant), row[to + 1] + 1, new[to] + 1)
            if at and to and letter == other[to - 1] and one[at - 1] == meant:
                cost = min(cost, before[to - 1] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]
