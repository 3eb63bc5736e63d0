"""A part of a message is read with the words of the whole message in mind: half a sentence leaves out what it is about.

    p'(i) is proportional to p(i of the part) * p(i by the words of all)^SHARE

By its words alone a message of two requests still names both intents: each word speaks for its own. In Chinese,
whose clauses lean on each other most, every second message that was cut without reason stays whole so, and doubles
are found as before; in English it made no difference, so there parts are read alone.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from assistant.routing.fusion.judge import Reading
from assistant.text.language import Language

SHARE: Mapping[Language, float] = {"zh": 1.0}
"""What the words of the whole message weigh beside all that is known of the part, by language; where it isn't named
parts are read alone."""


def in_message(part: Reading, words: Mapping[str, float], language: Language) -> Reading:
    """The part as it is read within its message; the mass that it gives to intents stays as it was.

    Args:
        part: how it is read by itself.
        words: log-probability of each intent by the words of the whole message.
    """
    weighed = [(name, p * math.exp(SHARE[language] * words[name])) for name, p in part.probabilities]
    before, after = sum(p for _, p in part.probabilities), sum(p for _, p in weighed)
    scaled = [(name, p * before / after) for name, p in weighed]
    return replace(part, probabilities=tuple(sorted(scaled, key=lambda pair: -pair[1])))


def without(part: Reading, intent: str) -> Reading:
    """The part if it doesn't ask for `intent`: what that had is lost, not given to the others."""
    return replace(part, probabilities=tuple(entry for entry in part.probabilities if entry[0] != intent))
