"""Whether a customer has chosen what to buy, asks how one buys it, or puts the choice off: nobody can order here."""

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import brief, plain


def buys_it(words: str) -> bool:
    """Whether words choose the thing that was talked about, or ask how it is ordered ("I'll take it", "怎么买")."""
    said = plain(words)
    return _matches("how_to_buy", said) or (brief(said) and _matches("chooses", said))


def puts_off(words: str) -> bool:
    """Whether words leave the choice for later ("I'll think about it", "我再考虑考虑")."""
    return _matches("puts_off", plain(words))


def _matches(name: str, said: str) -> bool:
    return patterns_beside(__file__)[name].search(said) is not None
