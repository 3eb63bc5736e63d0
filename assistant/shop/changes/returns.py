"""Returning items of a delivered order: once an order, to the method that paid or to a gift card on file."""

from assistant.errors import ToolError
from assistant.shop.changes.checks import own_method, positions_of, require_status
from assistant.shop.changes.effects import PutRequest, SetOrder
from assistant.shop.changes.money import paid, refund
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import ReturnItems
from assistant.shop.changes.terms import ItemLine, Note, Terms
from assistant.shop.changes.windows import require_returnable, restocking_fee
from assistant.shop.records import Customer, Money, Order, OrderStatus, ServiceRequest


def plan_return(request: ReturnItems, books: Books) -> ChangePlan:
    """Plan it; money goes back when the parcel has been checked, so nothing moves now."""
    policy = books.policy
    order, customer = books.order(request.order_id), books.customer()
    require_status(order, policy.returns.return_states, "be returned")
    pieces = [order.items[position] for position in positions_of(order, request.item_ids)]
    _require_refund_method(order, customer, request)
    _require_known(request, order)
    condition = require_returnable(books, order, pieces, request.reason, request.opened, "returned")
    fees = [restocking_fee(books, piece, request.reason, request.opened) for piece in pieces]
    shipping = _shipping_back(books, order, request)
    nothing = Money(cents=0, currency=pieces[0].price.currency)
    amount = sum((piece.price - fee for piece, fee in zip(pieces, fees, strict=True)), shipping or nothing)
    move = refund(books, customer, request.payment_method_id, amount).model_copy(update={"starts": "after_check"})
    percent = policy.returns.opened_restocking_fee_percent
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=OrderStatus.RETURN_REQUESTED,
        reason=request.reason,
        items=tuple(
            ItemLine(before=piece, fee=fee if fee.cents else None) for piece, fee in zip(pieces, fees, strict=True)
        ),
        shipping=shipping,
        moves=(move,),
        notes=(
            Note(code="one_request_per_order"),
            Note(code="send_back_within", number=policy.returns.send_back_within_days),
            Note(code="checked_within", number=policy.refunds.inspection_business_days),
            *(
                Note(code="restocking_fee", number=percent[books.kind_of(piece.product_id) or ""], item=piece.name)
                for piece, fee in zip(pieces, fees, strict=True)
                if fee.cents
            ),
            *condition,
            *(
                (Note(code="shipping_not_refunded"),)
                if order.shipping and order.shipping.cents and not shipping
                else ()
            ),
        ),
    )
    asked = ServiceRequest(
        kind="return",
        item_ids=tuple(sorted(request.item_ids)),
        payment_method_id=request.payment_method_id,
    )
    effects = (
        SetOrder(order.order_id, books.customer_id, order.status, OrderStatus.RETURN_REQUESTED),
        PutRequest(order.order_id, asked),
    )
    return ChangePlan(request, books.customer_id, terms, effects)


def _require_refund_method(order: Order, customer: Customer, request: ReturnItems) -> None:
    original = set(paid(order))
    if request.payment_method_id in original:
        return
    method = own_method(customer, request.payment_method_id)
    if method.source != "gift_card":
        cards = [m.payment_method_id for m in customer.payment_methods if m.source == "gift_card"]
        raise ToolError(
            f"A refund can't go to {method.payment_method_id}: it goes to the method that paid "
            f"({', '.join(sorted(original))}) or to a gift card on file ({', '.join(cards) or 'there is none'}).",
            code="refund_method",
            details={"method": method.payment_method_id},
        )


def _require_known(request: ReturnItems, order: Order) -> None:
    if strange := sorted(set(request.opened or ()) - set(request.item_ids)):
        raise ToolError(f"opened_item_ids names {', '.join(strange)}, which isn't among the items to return.")


def _shipping_back(books: Books, order: Order, request: ReturnItems) -> Money | None:
    due = request.reason in books.policy.refunds.shipping_refunded_when
    return order.shipping if due and order.shipping and order.shipping.cents else None
