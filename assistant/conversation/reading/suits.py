"""Questions whether a thing suits what it shall be for: "is it big enough for two?", "would they be ok for the gym?".

Where neither its data nor a page tells, that is said before what is known of it.
"""

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import plain, signals


def asks_whether_it_suits(words: str) -> bool:
    """Whether words ask if a thing is right for a use, a place or so many people."""
    return signals().asks(words) and patterns_beside(__file__)["suits"].search(plain(words)) is not None
