"""Messages that lean on the one before: "and the blue one?", "那个呢", "what about express?"."""

from assistant.routing.fusion.judge import Reading
from assistant.routing.reading.cues import load_cues
from assistant.routing.reading.slots import SlotFinder
from assistant.routing.reading.wording import length
from assistant.text.language import Language

OWN_WORDS = 0.8
"""A message that is read alone with this probability doesn't lean on another one."""
HALF = 0.5
"""A message with words of its own, such as "and what if I don't like it?", leans only where it is read worse."""
FOLLOWS = 0.85
"""Probability of a follow-up's intent."""
_LONGEST = {"en": 9, "zh": 14}
_FRAGMENT = {"en": 4, "zh": 8}


def leans_on(utterance: str, language: Language, alone: Reading, last_intent: str, finder: SlotFinder) -> bool:
    """Whether a message continues the last request rather than asking for something of its own.

    Args:
        alone: how it is read by itself.
        last_intent: the intent that was served last.
        finder: tells whether a fragment is nothing but values ("the blue one", "W1234567").
    """
    cues = load_cues().language[language]
    text = utterance.strip()
    size = length(text, language)
    if size > _LONGEST[language]:
        return False
    clear = alone.probability >= OWN_WORDS and not alone.is_outside and alone.intent != last_intent
    if cues.follows_up.search(text):
        # nothing but a thing ("what about the keyboard?", "and the third one?"): what is asked of it was said before
        if finder.only_values(text, language) or not cues.predicate.search(cues.lead.sub("", text)):
            return True
        return not clear and (alone.probability < HALF or alone.intent == last_intent)
    if size > _FRAGMENT[language] or not cues.closes.match(text):
        return False
    return finder.only_values(text, language) and not (clear and alone.probability >= FOLLOWS)
