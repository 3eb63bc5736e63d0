"""What is wished for, in a message that tells for whom: "a present for my dad, he's really into coffee"."""

import re

from assistant.conversation.reading.patterns import patterns_beside


def wish_in(words: str) -> str:
    """The words without those that say that it is a present, and for whom; all of them where nothing would be left.

    Args:
        words: what a customer looks for.
    """
    if not _pattern("gift").search(words):
        return words
    words = _pattern("lead").sub("", words)
    rest = _pattern("likes").sub(" ", _pattern("gift").sub(" ", words)).strip(" ,.，。!！?？")
    return rest if re.search(r"\w", rest) else words


def _pattern(name: str) -> re.Pattern[str]:
    return patterns_beside(__file__)[name]
