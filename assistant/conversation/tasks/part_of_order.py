"""How much of an order shall be cancelled: it can only be all of it, and customers often want a single piece out."""

import re
from dataclasses import replace

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.choice import value_said
from assistant.conversation.slots.items import positions
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.turn import Move

_REASON = "cancel_reason"
_PART = re.compile(
    r"\b(?:just|only|single|keep|leave|the rest|but not|except)\b"
    r"|\b(?:in|from|out of|off) (?:that|this|the|my|it)\b(?: (?:one|order))?"
    r"|只|留着|保留|里面?的?|其中|单独|不动|照旧|取消掉?(?:其中)?[一那这]?(?:个|件|台|条|把|套|双)(?!订单|单)"
)
"""Speaks of a part of an order, where a piece of it is named."""
_KEEPS = re.compile(r"\b(?:only|just) keep\b|\bkeep (?:only|just)\b|只留|就留|只要(?!取消)")
"""Says which pieces stay; the others are not wanted."""
_OF_ORDER = re.compile(r"\border\b|订单|单子|[这那一]单")
_UNWANTED = re.compile(
    r"\b(?:don't|dont|do not|no longer) (?:want|need)\b|\b(?:isn't|aren't|is not|are not|no longer) (?:wanted|needed)\b"
    r"|(?:不要|不想要|不需要)了"
)
"""Says of a piece that it isn't wanted, and nothing of the order that it is in."""
_ORDER_WITH = re.compile(
    r"\b(?:order|one|purchase) (?:with|that has|containing|where)\b|有.{1,10}的(?:那个)?(?:订单|单子?)"
)
"""Names a piece to say which order is meant."""
_THAT_ORDER = re.compile(r"^[^，,。；;]{1,10}?[那这]一?[单笔](?:里面?|中)?的?")
"""Names an order by a thing in it, in front of what is wanted of it ("四件套那单取消一个枕头")."""
_WHOLE = re.compile(
    r"\b(?:the )?(?:whole|entire) (?:thing|order|lot)\b|\bcancel (?:it all|all of it|everything)\b"
    r"|整单|整个(?:订单|都)|全部取消|都取消"
)
"""Speaks of all of an order."""


def wants_part(case: Case) -> bool:
    """Whether words want only some of an order's pieces cancelled: "can I cancel just the pillow?"."""
    order, said = case.order, plain(case.words)
    if order is None or _ORDER_WITH.search(said) or _WHOLE.search(said):
        return False
    if _KEEPS.search(said) and positions(case.words, order.items) and len(order.items) > 1:
        return True
    if not _PART.search(said) and (not case.first or not _UNWANTED.search(said) or _OF_ORDER.search(said)):
        return False
    return 0 < len(positions(_THAT_ORDER.sub("", case.words), order.items)) < len(order.items)


def of_a_part(case: Case, found: Move | None) -> bool:
    """Whether the words that begin a cancellation want only some pieces out of the order that they mean.

    Args:
        case: of the cancellation.
        found: what was read of it.
    """
    named = (found.values.get(OrderSlot.name) if found is not None else None) or case.task.values(OrderSlot.name)
    order = named or OrderSlot().only(case)
    trial = replace(case, task=case.task.model_copy(deep=True))
    if not order or len(order) > 1:
        return False
    trial.fill(OrderSlot.name, order)
    return wants_part(trial)


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
