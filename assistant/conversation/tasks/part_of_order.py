"""How much of an order shall be cancelled: it can only be all of it, and customers often want a single piece out."""

import re

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.choice import value_said
from assistant.conversation.slots.items import positions
from assistant.conversation.turn import Move

_REASON = "cancel_reason"
_PART = re.compile(
    r"\b(?:just|only|single|keep|leave|the rest|but not|except)\b"
    r"|\b(?:in|from|out of|off) (?:that|this|the|my|it)\b(?: (?:one|order))?"
    r"|只|留着|保留|里面?的?|其中|单独|不动|照旧"
)
"""Speaks of a part of an order, where a piece of it is named."""
_ORDER_WITH = re.compile(
    r"\b(?:order|one|purchase) (?:with|that has|containing|where)\b|有.{1,10}的(?:那个)?(?:订单|单子?)"
)
"""Names a piece to say which order is meant."""
_WHOLE = re.compile(
    r"\b(?:the )?(?:whole|entire) (?:thing|order|lot)\b|\bcancel (?:it all|all of it|everything)\b"
    r"|整单|整个(?:订单|都)|全部取消|都取消"
)
"""Speaks of all of an order."""


def wants_part(case: Case) -> bool:
    """Whether words want only some of an order's pieces cancelled: "can I cancel just the pillow?"."""
    order, said = case.order, plain(case.words)
    if order is None or not _PART.search(said) or _ORDER_WITH.search(said):
        return False
    return 0 < len(positions(case.words, order.items)) < len(order.items)


def whole_or_part(case: Case) -> Move | None:
    """What a customer says of how much of an order is cancelled: a piece of it, or "the whole thing"; None of neither.

    Neither is a yes to a proposal, nor a reason.
    """
    asked = case.task.asked == _REASON
    if asked and wants_part(case):
        return Move("fill", problem=("tasks/whole_order_only", {}))
    if case.order is None or not _WHOLE.search(plain(case.words)) or signals().asks(case.words):
        return None
    return None if asked and value_said(_REASON, case.words) is not None else Move("again")
