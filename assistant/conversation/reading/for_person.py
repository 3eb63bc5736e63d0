"""What a customer goes on to tell after a case was passed to a person: the person reads it in the same chat."""

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent

_CASES = ("wrong_or_missing_item", "not_received")
"""Requests that a person takes over."""
_MISREAD = ("affirm", "product_details", "product_help", "search_product", "order_details")
"""What the router takes the details of such a case for ("the label says 1.1 kg", "yes please")."""


def tells_person(intent: RoutedIntent, turn: Turn) -> bool:
    """Whether a message only adds to the case that a person has taken over, and wants nothing else.

    Args:
        intent: what the message was read as.
        turn: the turn, with the state of the conversation.
    """
    if not turn.state.handed_off or turn.state.tasks or turn.state.last_intent not in _CASES:
        return False
    wants = signals().asks(intent.words) or signals().wishes(intent.words) or signals().bids(intent.words)
    if intent.intent == "affirm":
        return True
    return intent.intent in _MISREAD and not wants and not OrderSlot().names_a_thing(intent.words)
