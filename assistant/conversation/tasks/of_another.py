"""Another thing of theirs that a message turns to while a task waits: it belongs to its own order, not to the task."""

from assistant.conversation.reading.own_things import unwanted
from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.order import OrderSlot, named_anew
from assistant.conversation.tasks.forms import Form
from assistant.routing.decision import RoutedIntent
from assistant.shop.records import Order, OrderStatus

_ORDERS = "orders"
_RETURN, _CANCEL = "return_items", "cancel_order"
_OF_NO_PIECE = ("change_address", "change_payment", "request_invoice")
"""Changes of a whole order: that one of its things isn't wanted is something else."""
_ON_ITS_WAY = (OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED, OrderStatus.PROCESSED)


def thing_of_another(case: Case) -> Order | None:
    """The order whose thing a message asks about or doesn't want any more; None where it belongs to the task.

    Args:
        case: the task that waits, with the message.
    """
    order, words = case.order, case.words
    turns_to = signals().asks(words) or unwanted(words)
    if order is None or not turns_to or not OrderSlot().names_a_thing(words):
        return None
    if named_pieces(words, order.items):
        beside = case.task.intent in _OF_NO_PIECE and unwanted(words) and len(order.items) > 1
        return order if beside else None
    named = named_anew(case)
    if named is None or named.problem or len(named.values) != 1 or named.values == (order.order_id,):
        return None
    other = next((one for one in case.orders if one.order_id == named.values[0]), None)
    return other if other is not None and named_pieces(words, other.items) else None


def unwanted_there(case: Case, form: Form, other: Order) -> RoutedIntent | None:
    """What becomes of a thing of another order that isn't wanted; None where the message names a deed itself."""
    deeds = (_RETURN, _CANCEL, "exchange_items", "change_items", form.intent)
    if not unwanted(case.words) or any(signals().names(case.words, name) for name in deeds):
        return None
    name = _CANCEL if other.status in _ON_ITS_WAY else _RETURN
    return RoutedIntent(intent=name, agent=_ORDERS, probability=1.0, words=case.turn.masker.mask(case.words))
