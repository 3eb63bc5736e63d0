"""Saying what was noted: a customer who only tells something about themselves is told that it is remembered."""

import re

from assistant.conversation.turn import Served, Turn
from assistant.memory.facts import find_facts
from assistant.memory.memory import Memory
from assistant.routing.decision import RoutingDecision

_MAY_BE_A_WISH = {"change_address": "location", "search_product": "likes"}
"""Intents that such a fact is a request for, in the midst of it or by itself."""

_NO_REQUEST = "recommendations"
"""A kind of fact that is never a request, whatever was asked before: "don't recommend me things"."""

_OF_SUCH = re.compile(
    r"[,;]?\s*\b(?:so |and |please )*(?:don't|do not|never) (?:recommend"
    r"|show|suggest|offer|give|sell) (?:\w+ ){0,4}(?:with|containing"
    r"|made of|in) [^.,;!?]*"
    r"|[，,；;]?(?:所以|请)?(?:别|不要|不用)(?:再)?(?:给我|向我)?(?:推荐|介绍)(?:含|带|有)[^，。,.；;！!]*(?:的(?:东西|商品)?)",
    re.IGNORECASE,
)
"""What follows from a fact, said beside it: "don't recommend me anything with wool"."""


class Noting:
    """Serves messages that state facts.

    Args:
        memory: tells what it takes from a message.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def serve(self, decision: RoutingDecision, turn: Turn) -> Served | None:
        """What to say of the facts in a message; None where there are none, or where they belong to a request.

        A message that does nothing but state facts is no request, whatever it was taken for, unless it goes on with
        what was asked before. In one that wasn't understood they are acknowledged beside that.
        """
        noted = self._memory.noted(_OF_SUCH.sub(" ", turn.incoming.text), turn.language)
        if not noted:
            return None
        if decision.outcome == "routed" and not (noted.nothing_else and _NO_REQUEST in noted.kinds):
            goes_on = any(
                intent.follows_up
                or intent.intent == turn.state.last_intent
                or _MAY_BE_A_WISH.get(intent.intent) in noted.kinds
                for intent in decision.intents
            )
            if goes_on or not noted.nothing_else:
                return None
        if turn.customer is None and (wish := _suggestions_wished(turn.incoming.text)) is not None:
            turn.state.no_suggestions = not wish
            return Served(None, reply=("noted_here", {"suggestions": wish}))
        if turn.customer is None:
            return Served(None, reply=("noted_of_nobody", {})) if noted.nothing_else else None
        kept, dropped = (list(map(turn.masker.mask, words)) for words in (noted.kept, noted.dropped))
        return Served(None, reply=("noted", {"facts": kept, "dropped": dropped}))

    def is_all(self, turn: Turn) -> bool:
        """Whether the message does nothing but state facts."""
        return self._memory.noted(_OF_SUCH.sub(" ", turn.incoming.text), turn.language).nothing_else


def _suggestions_wished(text: str) -> bool | None:
    """Whether a message wants recommendations, or none; None where it doesn't speak of them."""
    found = [fact.value for fact in find_facts(text) if fact.kind == _NO_REQUEST]
    return found[-1] == "on" if found else None
