"""Offers a person to a customer who seems dissatisfied before they ask for one: a sentence, once a conversation.

Whether they are is foreseen, not known. So nothing is decided by it: the customer may take the offer or go on.
"""

import logging
from collections.abc import Sequence
from typing import Protocol

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.talk.offering import offer_person
from assistant.conversation.turn import Part, Source, Turn
from assistant.errors import AssistantError

_LOG = logging.getLogger(__name__)
_FEWEST = 2


class Foresees(Protocol):
    """Whatever foresees whether a customer is dissatisfied."""

    def dissatisfied(self, said: Sequence[tuple[str, str]]) -> float:
        """The probability of it, from authors and words, oldest first."""


class EarlyOffer:
    """Puts the offer behind a reply.

    Args:
        foresees: the probability.
        at: from which one is offered, above 0.
    """

    def __init__(self, foresees: Foresees, at: float) -> None:
        self._foresees = foresees
        self._at = at

    def __call__(self, turn: Turn, texts: ReplyTexts) -> None:
        """Offer a person, if none was offered or has the conversation and the customer seems dissatisfied."""
        state = turn.state
        handed = state.handed_off or bool(turn.handoff) or any(served.handoff for served in turn.served)
        asked = [said for said in turn.history if said.author == "customer"]
        if state.person_offered or handed or not turn.parts or len(asked) + 1 < _FEWEST:
            return
        said = [(one.author, one.text) for one in turn.history]
        said += [("customer", turn.masked), ("assistant", " ".join(part.text for part in turn.parts))]
        try:
            chance = self._foresees.dissatisfied(said)
        except AssistantError as error:
            _LOG.warning("nobody can tell whether a customer is dissatisfied: %s", error)
            return
        if chance < self._at:
            return
        text = texts.say("offer_person")
        turn.parts.append(Part(text=text, sources=(Source(text),)))
        turn.quick_replies = (*turn.quick_replies, texts.phrase("want_person"))
        offer_person(turn, texts, turn.masked)
        state.person_offered = True
