"""Cancelling a pending order: the whole order, for a reason that the policy accepts, refunded at once."""

from collections import Counter

from assistant.errors import ToolError
from assistant.shop.changes.checks import require_status
from assistant.shop.changes.effects import MoveStock, SetOrder
from assistant.shop.changes.money import paid, refund, settle
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import CancelOrder
from assistant.shop.changes.terms import ItemLine, Terms
from assistant.shop.records import OrderStatus


def plan_cancel(request: CancelOrder, books: Books) -> ChangePlan:
    """Plan it; what each method paid goes back to that method, shipping included."""
    rules = books.policy.cancellations
    order, customer = books.order(request.order_id), books.customer()
    require_status(order, rules.cancellable_states, "be cancelled")
    if request.reason not in rules.cancel_reasons:
        accepted = " or ".join(repr(reason) for reason in rules.cancel_reasons)
        raise ToolError(
            f"An order can be cancelled only because it is {accepted}, written exactly so; {request.reason!r} is not "
            "accepted. Ask the customer which of these it is, or hand over to a person."
        )
    moves = tuple(refund(books, customer, method, amount) for method, amount in paid(order).items())
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=OrderStatus.CANCELLED,
        reason=request.reason,
        items=tuple(ItemLine(before=item) for item in order.items),
        shipping=order.shipping,
        moves=moves,
    )
    effects = (
        SetOrder(order.order_id, books.customer_id, order.status, OrderStatus.CANCELLED, cancel_reason=request.reason),
        *settle(books, customer, order, moves),
        MoveStock(dict(Counter(item.item_id for item in order.items))),
    )
    return ChangePlan(request, books.customer_id, terms, effects)
