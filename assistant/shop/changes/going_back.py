"""What of an order could be sent back today, and until when: for a customer who asks before they choose."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.ids import ProductId
from assistant.shop.changes.windows import delivered_on, last_day
from assistant.shop.policy import DEFAULT_KIND, Policy
from assistant.shop.records import Order, OrderItem

Condition = Literal["", "sealed", "unused"]


@dataclass(frozen=True)
class GoingBack:
    """A piece that can go back.

    Attributes:
        item: the piece.
        last: the last day for it; None where the shop doesn't tell when it arrived.
        condition: in which state it must be, beside whole and clean.
        opened: the last day once its seal is broken, where that is another one and hasn't passed.
    """

    item: OrderItem
    last: date | None
    condition: Condition = ""
    opened: date | None = None


def going_back(
    order: Order, policy: Policy, kind_of: Callable[[ProductId], str | None], today: date
) -> tuple[GoingBack, ...]:
    """The pieces of an order that the policy takes back today.

    Args:
        order: whose pieces.
        policy: the rules.
        kind_of: the machine's word for what a product is.
        today: the day.
    """
    if order.status not in policy.returns.return_states:
        return ()
    found = []
    for item in order.items:
        kind, came = kind_of(item.product_id) or DEFAULT_KIND, delivered_on(order, item.item_id)
        last = last_day(policy, kind, came, opened=False) if came else None
        if came and (last is None or today > last):
            continue
        opened = last_day(policy, kind, came, opened=True) if came else None
        closed = kind in policy.returns.sealed_only or (opened is None and came is not None)
        other = opened if opened and last and today <= opened < last else None
        unused = kind in policy.returns.unused_only
        condition: Condition = "sealed" if closed or (opened and today > opened) else "unused" if unused else ""
        found.append(GoingBack(item=item, last=last, condition=condition, opened=other))
    return tuple(found)
