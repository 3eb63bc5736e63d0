"""understand: is the message an answer to what we asked? Otherwise the router decides."""

import time

from assistant.clock import Clock
from assistant.conversation.answers import pick
from assistant.conversation.state import Asked
from assistant.conversation.turn import Turn
from assistant.routing.catalogue import Catalogue
from assistant.routing.decision import RoutedIntent, RoutingDecision, SlotValue, Vote
from assistant.routing.router import Router, RoutingContext
from assistant.shop.service import Shop

_SURE = 1.0


class Understand:
    """The third stage of a turn.

    Args:
        router: decides on messages that answer nothing.
        catalogue: knows which agent serves an intent.
        shop: knows the orders among which a customer chooses.
        clock: for "the one from last month".
    """

    def __init__(self, router: Router, catalogue: Catalogue, shop: Shop, clock: Clock) -> None:
        self._clock = clock
        self._router = router
        self._catalogue = catalogue
        self._shop = shop

    def __call__(self, turn: Turn) -> None:
        """Fill in `turn.decision`; an open question is closed by its answer, and put aside by anything else."""
        asked, turn.state.asked = turn.state.asked, None
        if asked is not None:
            started = time.perf_counter()
            answered = self._answer(asked, turn)
            if answered is not None:
                turn.decision = _decided(answered, turn, (time.perf_counter() - started) * 1000)
                return
        context = RoutingContext(
            language=turn.language, last_intent=turn.state.last_intent, last_utterance=turn.state.last_utterance
        )
        turn.decision = self._router.decide(turn.masked, context)

    def _answer(self, asked: Asked, turn: Turn) -> RoutedIntent | None:
        message = turn.incoming.text
        index = pick(asked.labels, message)
        if asked.kind == "reading":
            if index is None:
                return None
            name = asked.options[index]
            agent = self._catalogue.get(name).agent
            return RoutedIntent(intent=name, agent=agent, probability=_SURE, words=asked.utterance)
        value = asked.options[index] if index is not None else self._named_order(asked, turn)
        if value is None or asked.intent is None:
            return None
        kept = tuple(slot for slot in asked.intent.slots if slot.name != asked.slot)
        slot = SlotValue(name=asked.slot, value=value, words=message)
        return asked.intent.model_copy(update={"slots": (*kept, slot), "probability": _SURE})

    def _named_order(self, asked: Asked, turn: Turn) -> str | None:
        """The one offered order that the customer's words fit ("the headphones")."""
        if asked.slot != "order_id" or turn.customer is None:
            return None
        found = self._shop.orders_matching(turn.customer.customer_id, turn.incoming.text, self._clock.now())
        fitting = [order.order_id for order in found if order.order_id in asked.options]
        return fitting[0] if len(fitting) == 1 else None


def _decided(intent: RoutedIntent, turn: Turn, milliseconds: float) -> RoutingDecision:
    vote = Vote(
        detector="answer",
        words=turn.masked,
        scores=((intent.intent, _SURE),),
        milliseconds=round(milliseconds, 3),
    )
    return RoutingDecision(language=turn.language, outcome="routed", intents=(intent,), votes=(vote,))
