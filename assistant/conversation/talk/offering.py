"""Offering a person: a yes to it in the next message is understood as asking for one."""

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.state import Asked
from assistant.conversation.turn import Turn

_PERSON = "talk_to_person"


def offer_person(turn: Turn, texts: ReplyTexts, about: str) -> tuple[str, ...]:
    """Remember that a person was offered; nothing where another question is open already.

    Args:
        turn: the turn.
        texts: of the customer's language.
        about: what the person would be asked, masked.

    Returns:
        Short answers to offer.
    """
    if turn.state.asked is not None or turn.state.tasks:
        return ()
    label = texts.word("answer", "yes_person")
    turn.state.asked = Asked(kind="reading", options=(_PERSON,), labels=(label,), utterance=about)
    return (label,)
