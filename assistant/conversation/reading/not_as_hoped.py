"""A thing of theirs that isn't broken and isn't right: "the keyboard came, it's far too loud".

The router takes that for damage. A person would ask whether it shall be exchanged for another version, or go back.
"""

from collections.abc import Callable, Sequence

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.records import OrderStatus

EITHER = ("exchange_items", "return_items")
_TAKEN_FOR = (
    "report_damaged",
    "product_details",
    "product_help",
    "complaint",
    "search_product",
    "wrong_or_missing_item",
)


def not_as_hoped(
    decision: RoutingDecision,
    words: str,
    turn: Turn,
    catalogue: Catalogue,
    taken: Callable[[str, str], RoutedIntent],
    is_ordered: Callable[[str], bool],
    status_of: Callable[[str], OrderStatus | None],
) -> RoutingDecision | None:
    """The question which of the two is wanted; None where a message says nothing of the kind.

    Args:
        decision: what the router made of the words.
        words: the message.
        turn: the turn.
        catalogue: the intents.
        taken: makes a request.
        is_ordered: whether words single out something that the customer has ordered.
        status_of: the state of the order that words mean.
    """
    if turn.customer is None or turn.state.tasks or len(decision.intents) > 1 or signals().asks(words):
        return None
    unclear = not decision.intents or decision.intents[0].intent in _TAKEN_FOR
    if not unclear or not patterns_beside(__file__)["not_as_hoped"].search(plain(words)):
        return None
    wishes = signals().tells_damage(words) or any(_names(name, words) for name in EITHER)
    if wishes or not OrderSlot().names_a_thing(words) or not is_ordered(words):
        return None
    if status_of(words) is not OrderStatus.DELIVERED or any(name not in catalogue for name in EITHER):
        return None
    if turn.state.last_intent in EITHER:  # "and the blue ones, I never got on with those either"
        same = (taken(turn.state.last_intent, words),)
        return decision.model_copy(update={"outcome": "routed", "readings": (), "intents": same})
    return decision.model_copy(update={"outcome": "ambiguous", "readings": EITHER, "intents": ()})


def chosen_by_deed(options: Sequence[str], words: str) -> int | None:
    """Which of the two a message chooses by what shall be done ("换成线性轴的"); None where that is unclear."""
    if tuple(options) != EITHER or signals().asks(words):
        return None
    named = [at for at, name in enumerate(options) if _names(name, words)]
    return named[0] if len(named) == 1 else None


def _names(name: str, words: str) -> bool:
    return patterns_beside(__file__)[name].search(plain(words)) is not None
