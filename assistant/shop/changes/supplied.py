"""A change that another system of the shop's makes: planned here, so that it is about the customer's own things."""

from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import SuppliedCall
from assistant.shop.changes.terms import Terms


def plan_supplied(request: SuppliedCall, books: Books) -> ChangePlan:
    """Plan a call of a supplied tool: an order that it names must be the customer's. Nothing is written here."""
    order = books.order(request.order_id) if request.order_id is not None else None
    if order is None:
        books.customer()
    terms = Terms(kind=request.kind, order_id=order.order_id if order else None, stated=request.stated)
    return ChangePlan(request, books.customer_id, terms, ())
