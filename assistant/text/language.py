"""Which of the two languages of the shop an utterance is in."""

import re
from collections.abc import Iterable
from typing import Literal

Language = Literal["en", "zh"]

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z'’]+(?![A-Za-z0-9_])")
"""A word by itself: pieces of codes, ids and encoded text between digits are in no language."""

_SMALL_WORD = re.compile(r"(?<![A-Za-z0-9_])[a-z]{3,}(?![A-Za-z0-9_])")


def detect_language(text: str, *, default: Language = "en") -> Language:
    """Tell Chinese from English by the script.

    A Chinese sentence often holds English product names and ids, so one Han character weighs as much as
    one Latin word.

    Args:
        text: an utterance of any length.
        default: returned when the text has neither Han characters nor Latin words (an order number, "?").

    Returns:
        "zh" or "en".
    """
    han = len(_HAN.findall(text))
    latin = len(_LATIN_WORD.findall(text))
    if han == 0 and latin == 0:
        return default
    return "zh" if han >= latin else "en"


def has_han(text: str) -> bool:
    """Whether any Chinese character stands in `text`."""
    return _HAN.search(text) is not None


def mixes(text: str, language: Language) -> bool:
    """Whether a text in `language` says words of the other one too; names and codes among Chinese don't count."""
    return has_han(text) if language == "en" else len(_SMALL_WORD.findall(text)) > 1


def dominant_language(texts: Iterable[str]) -> Language:
    """The language that most of `texts` are in."""
    languages = [detect_language(text) for text in texts]
    return "zh" if languages.count("zh") * 2 > len(languages) else "en"
