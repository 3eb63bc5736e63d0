"""Exchanging items of a delivered order for other options of the same product: once an order."""

from collections import Counter
from typing import Literal

from assistant.errors import ToolError
from assistant.ids import ItemId
from assistant.shop.changes.checks import (
    difference_of,
    own_method,
    replacements,
    require_accepted,
    require_cover,
    require_status,
)
from assistant.shop.changes.effects import MoveStock, PutRequest, SetOrder
from assistant.shop.changes.money import refund, shown
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import ExchangeItems
from assistant.shop.changes.terms import ItemLine, MoneyMove, Note, Terms
from assistant.shop.changes.windows import require_returnable
from assistant.shop.records import Customer, Money, OrderStatus, PaymentMethod, ServiceRequest


def plan_exchange(request: ExchangeItems, books: Books) -> ChangePlan:
    """Plan it; the new items are kept for the customer now, the difference moves with the parcels."""
    policy = books.policy
    order, customer = books.order(request.order_id), books.customer()
    require_status(order, policy.exchanges.exchange_states, "be exchanged")
    swaps = replacements(books, order, request.item_ids, request.new_item_ids)
    if strange := sorted(set(request.opened or ()) - set(request.item_ids)):
        raise ToolError(f"opened_item_ids names {', '.join(strange)}, which isn't among the items to exchange.")
    method = own_method(customer, request.payment_method_id)
    require_accepted(method, policy.exchanges.difference_methods)
    pieces = [old for _, old, _ in swaps]
    condition = require_returnable(books, order, pieces, request.reason, request.opened, "exchanged")
    difference = difference_of(swaps)
    require_cover(books, customer, method, difference)
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=OrderStatus.EXCHANGE_REQUESTED,
        items=tuple(ItemLine(before=old, after=new) for _, old, new in swaps),
        moves=_moves(books, customer, method, difference),
        notes=(
            Note(code="one_request_per_order"),
            Note(code="send_back_within", number=policy.returns.send_back_within_days),
            *condition,
        ),
    )
    asked = ServiceRequest(
        kind="exchange",
        item_ids=tuple(sorted(request.item_ids)),
        new_item_ids=tuple(sorted(request.new_item_ids)),
        payment_method_id=method.payment_method_id,
        price_difference=difference,
    )
    pieces_out: Counter[ItemId] = Counter()
    for _, _, new in swaps:
        pieces_out[new.item_id] -= 1
    effects = (
        SetOrder(order.order_id, books.customer_id, order.status, OrderStatus.EXCHANGE_REQUESTED),
        PutRequest(order.order_id, asked),
        MoveStock(dict(pieces_out)),
    )
    return ChangePlan(request, books.customer_id, terms, effects)


def _moves(books: Books, customer: Customer, method: PaymentMethod, difference: Money) -> tuple[MoneyMove, ...]:
    starts: Literal["with_new_item", "after_check"]
    if difference.cents > 0:
        starts = "with_new_item"
        return (
            MoneyMove(
                direction="charge", amount=difference, method=shown(customer, method.payment_method_id), starts=starts
            ),
        )
    if difference.cents < 0:
        back = Money(cents=-difference.cents, currency=difference.currency)
        starts = "after_check"
        return (refund(books, customer, method.payment_method_id, back).model_copy(update={"starts": starts}),)
    return ()
