"""A question about the very piece that a task is about: "is there a white one?", "the keyboard, what colours?"."""

import re
from collections.abc import Callable, Sequence

from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision, SlotValue
from assistant.shop.records import OrderItem

_ABOUT_PRODUCTS = ("search_product", "product_details", "check_stock")
_FINDS = "search_product"
_STOCK = "check_stock"
_SLOT = "product"
_SHOW_OTHERS = ("search_product", "compare_products")
"""After these "that one" is what was shown, and not the piece of the task."""
_ANOTHER = re.compile(
    r"\b(?:other|another|else|different|similar|alternative\w*|recommend\w*|suggest\w*|new)\b|别的|其他|其它|另外|类似|推荐|新款",
    re.I,
)


def about_piece(
    decision: RoutingDecision, words: str, case: Case, taken: Callable[[str, str], RoutedIntent]
) -> RoutingDecision:
    """The decision, with a question about products asked of the piece that the task is about, where it means that.

    Args:
        decision: what the message was read as.
        words: the message.
        case: the task.
        taken: makes a request.
    """
    names = [intent.intent for intent in decision.intents]
    order = case.order
    if order is None or decision.outcome != "routed" or len(names) != 1 or names[0] not in _ABOUT_PRODUCTS:
        return decision
    if _ANOTHER.search(words):
        return decision
    piece = _meant(words, list(order.items), case)
    if piece is None:
        return decision
    intent = taken(_STOCK if names[0] == _FINDS else names[0], decision.intents[0].words)
    others = tuple(slot for slot in intent.slots if slot.name != _SLOT)
    product = SlotValue(name=_SLOT, value=str(piece.product_id), words=words)
    intent = intent.model_copy(update={"slots": (*others, product)})
    return decision.model_copy(update={"intents": (intent,)})


def remember_piece(case: Case) -> None:
    """What "it" is after a task spoke of one piece only."""
    pieces = case.pieces or (case.order.items if case.order is not None else ())
    if len(products := {piece.product_id for piece in pieces}) == 1:
        case.turn.state.last_product = str(next(iter(products)))


def remember_named_piece(words: str, items: Sequence[OrderItem], turn: Turn) -> None:
    """What "it" is after words named one piece of an order with which nothing was begun."""
    if len(products := {items[at].product_id for at in named_pieces(words, items)}) == 1:
        turn.state.last_product = str(next(iter(products)))


def _meant(words: str, items: list[OrderItem], case: Case) -> OrderItem | None:
    named = {items[at].product_id: items[at] for at in named_pieces(words, items)}
    if len(named) == 1:
        return next(iter(named.values()))
    if case.turn.state.last_intent in _SHOW_OTHERS:
        return None
    chosen = {piece.product_id: piece for piece in case.pieces or (items if len(items) == 1 else ())}
    return next(iter(chosen.values())) if len(chosen) == 1 and not OrderSlot().names_a_thing(words) else None
