"""READ tools about the customer's own orders and details.

Names follow tau-bench retail (Yao et al. 2024) where it has the tool.
"""

from datetime import date

from assistant.errors import ToolError
from assistant.ids import CustomerId, OrderId
from assistant.shop.records import Order, OrderStatus, Shipment
from assistant.tools.context import ToolContext
from assistant.tools.results import (
    CustomerResult,
    OrderList,
    OrderResult,
    ParcelStatus,
    RefundItem,
    RefundResult,
    TrackingResult,
)

_SHOWN = 5
_PARCELS = 3


def track_shipment(context: ToolContext, *, order_id: str | None = None) -> TrackingResult:
    """Tell where the customer's parcels are: state, carrier, tracking number, scans and expected date.

    Args:
        order_id: an order number such as '#W1234567'. Leave it out when the customer named none: then the
            orders that are still on their way are returned, or the latest order when none is.
    """
    customer = _customer(context)
    if order_id is not None:
        order = context.shop.order(OrderId(order_id), customer)
        return TrackingResult(parcels=_parcels(order), asked_for=order.order_id)
    open_orders = context.shop.open_parcels(customer)
    chosen = open_orders[:_PARCELS] or context.shop.orders(customer)[:1]
    return TrackingResult(parcels=tuple(parcel for order in chosen for parcel in _parcels(order)))


def list_orders(
    context: ToolContext,
    *,
    words: str | None = None,
    add_up: bool = False,
    placed_from: date | None = None,
    placed_until: date | None = None,
) -> OrderList:
    """List the customer's orders, newest first.

    Args:
        words: what the customer said about the order ('the blue headphones', 'last month'); leave it out
            for all orders.
        add_up: whether the customer asks what they cost together; cancelled ones are left out of the sum.
        placed_from: only those that were placed on this day or later.
        placed_until: only those that were placed on this day or earlier.
    """
    customer = _customer(context)
    every = context.shop.orders(customer)
    found = context.shop.orders_matching(customer, words, context.clock.now()) if words else every
    if placed_from is not None or placed_until is not None:
        first, last = placed_from or date.min, placed_until or date.max
        found = tuple(order for order in found if order.placed_at and first <= order.placed_at.date() <= last)
    counted = [order.total for order in found if order.status is not OrderStatus.CANCELLED]
    together = sum(counted[1:], counted[0]) if add_up and counted else None
    return OrderList(
        orders=tuple(found[:_SHOWN]),
        total=len(found),
        together=together,
        placed_from=placed_from,
        placed_until=placed_until,
    )


def get_order_details(context: ToolContext, *, order_id: str) -> OrderResult:
    """Get an order's state, items, prices, delivery address, payments and parcels.

    Args:
        order_id: the order number, such as '#W1234567'.
    """
    return OrderResult(order=context.shop.order(OrderId(order_id), _customer(context)))


def refund_status(context: ToolContext, *, order_id: str | None = None) -> RefundResult:
    """Tell which refunds were paid for the customer's orders, and which returns are still awaited.

    Args:
        order_id: the order number; leave it out for all orders with a return, a cancellation or a refund.
    """
    customer = _customer(context)
    if order_id is not None:
        refund = _refund(context.shop.order(OrderId(order_id), customer))
        return RefundResult(refunds=(refund,), methods=context.shop.customer(customer).payment_methods)
    touched = {OrderStatus.CANCELLED, OrderStatus.RETURN_REQUESTED, OrderStatus.RETURNED}
    views = (
        _refund(order) for order in context.shop.orders(customer) if order.status in touched or _refund(order).refunds
    )
    return RefundResult(refunds=tuple(views)[:_SHOWN], methods=context.shop.customer(customer).payment_methods)


def get_user_details(context: ToolContext) -> CustomerResult:
    """Get the customer's own name, e-mail, address and ways to pay."""
    return CustomerResult(customer=context.shop.customer(_customer(context)))


def _customer(context: ToolContext) -> CustomerId:
    if context.customer_id is None:
        raise ToolError("The customer has not been identified; ask them to sign in first.")
    return context.customer_id


def _parcels(order: Order) -> tuple[ParcelStatus, ...]:
    if not order.shipments:
        return (ParcelStatus(order=order),)
    return tuple(ParcelStatus(order=order, shipment=shipment) for shipment in _relevant(order.shipments))


def _relevant(shipments: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
    under_way = tuple(shipment for shipment in shipments if shipment.delivered_at is None)
    return under_way or shipments[-1:]


def _refund(order: Order) -> RefundItem:
    refunds = tuple(payment for payment in order.payments if payment.kind == "refund")
    waiting = order.items if order.status is OrderStatus.RETURN_REQUESTED and not refunds else ()
    return RefundItem(order=order, refunds=refunds, pending_items=waiting)
