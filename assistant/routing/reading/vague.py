"""Messages that say nothing a request could be made of: "it's about that thing", "I have a question about my order".

Classifiers are sure of something even here; what counts is that only small words are left once what the message
is about is taken away. The customer is asked then, rather than served by a guess.
"""

from enum import StrEnum

from assistant.routing.reading.cues import load_cues
from assistant.text.language import Language


class Vague(StrEnum):
    """What a vague message leaves open."""

    TOPIC = "topic"
    """It names what it is about ("my order"), but not what is wanted."""
    EMPTY = "empty"
    """It doesn't even say what it is about."""


def vagueness(text: str, language: Language) -> Vague | None:
    """How vague a message is; None where it asks for something."""
    cues = load_cues().language[language]
    said = text.strip().lower().replace("’", "'")
    if cues.vague_topic.fullmatch(said):
        return Vague.TOPIC
    return Vague.EMPTY if cues.vague.fullmatch(said) else None
