"""Names in a model's words: carriers, brands, ways to pay and places must stand in a source.

In English, a capital inside a sentence marks a name; in Chinese text, so does a Latin word. Chinese names have no
mark: those that models like to drop are listed, each with its other spellings, which count as the same name.
"""

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.conversation.grounding.lists import read_lists
from assistant.shop.places import elsewhere_in, regions_in
from assistant.text.language import has_han
from assistant.text.sentences import split_sentences

_CAPITAL = re.compile(r"(?<![\w.])[A-Z][A-Za-z]{2,}(?:[-’'][A-Za-z]+)*(?![\w@])")
_LATIN = re.compile(r"(?<![\w.@-])[A-Za-z][A-Za-z]{2,}(?![\w@])")


class Names:
    """Finds names that no source holds.

    Args:
        path: a YAML file with `groups` (spellings of one name each) and `anyone` (words that are no names).
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def unknown(self, text: str, sources: Sequence[str]) -> list[str]:
        """The names of `text` that stand in no source."""
        told = "\n".join(sources).casefold()
        lists = self._lists
        free = {word.casefold() for word in lists["anyone"]}
        found = []
        for group in lists["groups"]:
            said = [name for name in group if _stands(name, text)]
            if said and not any(_stands(name, told) for name in group):
                found.append(said[0])
        if has_han(text):
            names = _LATIN.findall(text)
        else:
            names = [match for sentence in split_sentences(text) for match in _CAPITAL.findall(_after_first(sentence))]
        found += [name for name in names if name.casefold() not in free and not _stands(_singular(name), told)]
        regions = regions_in("\n".join(sources))
        found += [name for region, (name, _) in regions_in(text).items() if region not in regions]
        found += [name for name in elsewhere_in(text) if name not in told]
        return list(dict.fromkeys(found))

    @cached_property
    def _lists(self) -> dict[str, Any]:
        return read_lists(self._path)


def _stands(name: str, text: str) -> bool:
    """Whether a name stands in a text, as a word of its own where it is a Latin one."""
    if has_han(name):
        return name in text
    return re.search(rf"(?<![A-Za-z]){re.escape(name)}", text, re.IGNORECASE) is not None


def _after_first(sentence: str) -> str:
    """The sentence without its first word, whose capital means nothing."""
    return re.sub(r"^\W*\w+", " ", sentence, count=1)


def _singular(name: str) -> str:
    return name.removesuffix("'s").removesuffix("’s").removesuffix("s") if len(name) > 4 else name
