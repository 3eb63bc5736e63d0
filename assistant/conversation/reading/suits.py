"""Questions whether a thing suits what it shall be for: "is it big enough for two?", "would they be ok for the gym?".

Where neither its data nor a page tells, that is said before what is known of it.
"""

import re

from assistant.conversation.direct.words import asks
from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import plain, signals

_OPINION = re.compile(r"^\W*(?:\w+\W+)?(?:isn't|aren't|wouldn't|won't|doesn't)\b|([\u4e00-\u9fff])不\1")
"""Asks for an opinion without a question mark: "isn't 240 hz overkill", "60赫兹够不够"."""


def asks_whether_it_suits(words: str) -> bool:
    """Whether words ask if a thing is right for a use, a place or so many people."""
    asking = signals().asks(words) or asks(words) or _OPINION.search(plain(words)) is not None
    return asking and patterns_beside(__file__)["suits"].search(plain(words)) is not None
