"""Paying a pending order another way: the new method is charged the whole, the old one gets it back."""

from assistant.errors import ToolError
from assistant.shop.changes.checks import own_method, require_accepted, require_cover, require_status
from assistant.shop.changes.effects import SetOrder
from assistant.shop.changes.money import charge, refund, settle
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import ModifyPayment
from assistant.shop.changes.terms import Terms


def plan_modify_payment(request: ModifyPayment, books: Books) -> ChangePlan:
    """Plan it; one other method of the customer's own must carry the whole."""
    rules = books.policy.payment_changes
    order, customer = books.order(request.order_id), books.customer()
    require_status(order, rules.payment_change_states, "have its payment changed")
    method = own_method(customer, request.payment_method_id)
    require_accepted(method, rules.methods)
    if len(order.payments) != 1 or order.payments[0].kind != "payment":
        raise ToolError(
            f"The payment of order {order.order_id} has been changed already, and can be changed only once. "
            "It can still be cancelled and ordered again.",
            code="payment_changed_once",
            details={"order_id": order.order_id},
        )
    first = order.payments[0]
    if first.payment_method_id == method.payment_method_id:
        others = [m.payment_method_id for m in customer.payment_methods if m != method]
        raise ToolError(
            f"Order {order.order_id} is paid with {method.payment_method_id} already; the new method must be a "
            f"different one: {', '.join(others) or 'there is no other on file'}.",
            code="same_method",
            details={"method": method.payment_method_id},
        )
    require_cover(books, customer, method, first.amount)
    moves = (
        charge(customer, method.payment_method_id, first.amount),
        refund(books, customer, first.payment_method_id, first.amount),
    )
    terms = Terms(kind=request.kind, order_id=order.order_id, status_after=order.status, moves=moves)
    effects = (
        SetOrder(order.order_id, books.customer_id, order.status, order.status),
        *settle(books, customer, order, moves),
    )
    return ChangePlan(request, books.customer_id, terms, effects)
