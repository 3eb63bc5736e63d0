"""Intents of the conversation itself: greetings, thanks, a person please, what do you know about me."""

import re

from assistant.conversation.reading.buying import puts_off
from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.talk.forgetting import ForgetTalk, fact_names
from assistant.conversation.talk.noting import Noting
from assistant.conversation.talk.past import PastTalk
from assistant.conversation.tasks.claiming import wants_repair
from assistant.conversation.turn import Served, Turn
from assistant.memory.memory import Memory
from assistant.routing.decision import RoutedIntent, RoutingDecision

_FIXED = {
    "greeting": "greeting",
    "thanks": "thanks",
    "goodbye": "goodbye",
    "bot_identity": "bot_identity",
    "affirm": "nothing_pending",
    "deny": "all_right",
}
_THANKS = re.compile(r"\b(?:thanks?|thank you|thx|ty|tysm|cheers|ta)\b|谢", re.I)
_ONLY_HEARD = re.compile(
    r"^\W*(?:(?:oh|ah|hm+|well|right)\W+)*(?:ok(?:ay)?|k|alright|all right|fine|good"
    r"|great|cool|nice|i see|got it|understood|makes sense|fair enough|noted|will do"
    r"|好吧|好的|好|哦|噢|嗯+|行吧|行|知道了|明白了?|了解了?|收到|这样啊|原来如此)(?:\W+(?:then|ok(?:ay)?|thanks?|good|好吧|好的|吧|了|那))*\W*$"
)
"""Says that an answer was heard, rather than yes to something."""
COURTESIES = frozenset(_FIXED)
"""Intents that ask for nothing."""
_WHILE_A_TASK_WAITS = {"thanks": "thanks_and_on", "goodbye": "goodbye_waiting"}
"""A question about the task follows thanks; a goodbye leaves it."""
_UNDONE = ("return_items", "exchange_items", "cancel_order", "returns_policy", "exchanges_policy", "refund_status")
"""What "I don't want to return it any more, cancel the return" is read as."""
_REPAIRED = "wants it repaired"
_HANDOFF = {
    "talk_to_person": "asked for a person",
    "complaint": "complains",
}
HANDED_OVER = frozenset(_HANDOFF)
"""Intents that a person takes over."""


class SmallTalk:
    """Serves conversation intents without a tool and without a model.

    Args:
        memory: answers "what do you know about me?".
        shop_name: for greetings.
        forget: serves wishes to be forgotten.
        past: serves questions about what was said before.
    """

    def __init__(self, memory: Memory, shop_name: str, forget: ForgetTalk, past: PastTalk) -> None:
        self._memory = memory
        self._noting = Noting(memory)
        self._past = past
        self._shop_name = shop_name
        self._forget = forget

    def serve(self, intent: RoutedIntent, turn: Turn) -> Served | None:
        """The answer to `intent`, or None when it is not small talk."""
        if served := self._forget.serve(intent, turn) or self._past.serve(intent, turn):
            return served
        if intent.intent in _FIXED:
            name = _FIXED[intent.intent]
            if intent.intent == "goodbye" and puts_off(intent.words):
                name = "all_right"
            if turn.state.tasks:
                name = _WHILE_A_TASK_WAITS.get(intent.intent, name)
            elif name == "nothing_pending" and turn.history and _ONLY_HEARD.match(plain(turn.incoming.text)):
                name = "all_right"
            elif name == "nothing_pending" and _THANKS.search(plain(turn.incoming.text)):
                name = "thanks"
            elif name == "nothing_pending" and signals().asks_why(turn.incoming.text):
                name = "offer_person"
            elif intent.intent == "deny" and turn.state.last_refusal:
                name = "tasks/declined"
            variables: dict[str, object] = {}
            if name in ("greeting", "bot_identity"):
                variables["shop_name"] = self._shop_name
            return Served(intent, reply=(name, variables))
        if intent.intent in _HANDOFF:
            if turn.state.handed_off:
                return Served(intent, reply=("handoff_waiting", {}))
            told, turn.state.claim = turn.state.claim, ""
            if told and wants_repair(turn.masked) and _REPAIRED not in told:
                told += f"; {_REPAIRED}"
            named = "handoff_compensation" if signals().wants_compensation(intent.words) else "handoff"
            named = "handoff_claim" if told else named
            return Served(intent, reply=(named, {}), handoff=told or _HANDOFF[intent.intent])
        if intent.intent == "what_do_you_know":
            if turn.customer is None:
                return Served(intent, reply=("sign_in", {}))
            facts = self._memory.facts(turn.customer.customer_id, turn.language)
            turn.state.shown_facts = fact_names(facts)
            past = len(self._memory.episodes(turn.customer.customer_id))
            return Served(intent, reply=("known_facts", {"facts": list(map(str, facts)), "conversations": past}))
        return None

    def instead(self, decision: RoutingDecision, turn: Turn) -> tuple[Served | None, bool]:
        """What to say of a message before its requests are served, and whether that is all there is to say.

        What a message that only tells something of the customer says is acknowledged, and a question about earlier
        conversations is answered, whatever it was taken for ("did I ask you to cancel it?" cancels nothing).
        """
        if len(decision.intents) < 2 and (turn.customer is not None or not decision.intents):
            only = decision.intents[0] if decision.intents else None
            if past := self._past.serve(only, turn):
                return past, True
        if (
            turn.customer is not None
            and not turn.state.tasks
            and (len(decision.intents) < 2 or all(intent.intent in _UNDONE for intent in decision.intents))
            and signals().undoes(turn.masked)
            and not (turn.state.last_refusal and turn.state.last_done is None)
        ):
            return Served(None, reply=("cannot_undo", {})), True
        served = self._noting.serve(decision, turn)
        return served, served is not None and self._noting.is_all(turn)

    def only_tells(self, turn: Turn) -> bool:
        """Whether the message does nothing but tell something of the customer."""
        return turn.customer is not None and self._noting.is_all(turn)
