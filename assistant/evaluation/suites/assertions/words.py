"""Whether something was said, whatever the form of its numbers, and in which language."""

import re

from assistant.text.language import Language, has_han
from assistant.text.quantities import quantities

_SPACE = re.compile(r"\s+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
_GLUE = re.compile(r"[\s\-,.:;()%$¥€£]|to|and|至|到", re.IGNORECASE)


def is_said(words: str, text: str) -> bool:
    """Whether `text` says `words`: literally but for spaces, quotes and dashes, and for case where `words` have no
    capital; or, for words that are nothing but quantities, by their values ("30 days" by "thirty days" and by 三十天).
    """
    literal = re.escape(_plain(words))
    before = r"(?<![\d.,])" if words[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d*[1-9])" if words[-1:].isdigit() else ""
    case = re.NOFLAG if any(character.isupper() for character in words) else re.IGNORECASE
    if re.search(before + literal + after, _plain(text), case):
        return True
    wanted = quantities(words)
    rest = words
    for quantity in wanted:
        rest = rest.replace(quantity.words, " ", 1)
    if not wanted or _GLUE.sub("", rest):
        return False
    there = {(quantity.kind, quantity.value) for quantity in quantities(text)}
    return all((quantity.kind, quantity.value) in there for quantity in wanted)


def is_in(language: Language, text: str) -> bool:
    """Whether a text is in a language; names and addresses in it may be in the other one."""
    han = sum(has_han(character) for character in text)
    return han > 0 if language == "zh" else han < len(text) / 5


def questions(text: str) -> int:
    """How many questions a reply asks."""
    return text.count("?") + text.count("？")


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.translate(_PLAIN)).strip()
