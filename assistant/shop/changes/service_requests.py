"""What customers may ask beside changing an order: damage on arrival, an invoice, a notice of new stock."""

from datetime import timedelta

from assistant.errors import ToolError
from assistant.shop.changes.checks import positions_of, require_status
from assistant.shop.changes.effects import PutDamageReport, PutStockNotice, Send
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import NotifyWhenInStock, ReportDamage, RequestInvoice
from assistant.shop.changes.terms import ItemLine, Note, Terms
from assistant.shop.changes.windows import delivered_on, has_come
from assistant.shop.records import OrderItem, OrderStatus

_DESCRIPTION_LENGTH = 1000


def plan_damage(request: ReportDamage, books: Books) -> ChangePlan:
    """Plan a report of damage on arrival; our people decide on it."""
    rules = books.policy.damaged_items
    order = books.order(request.order_id)
    arrived = (OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED)
    piece = order.items[positions_of(order, [request.item_id])[0]]
    in_part = order.status is OrderStatus.PROCESSED and has_come(order, piece.item_id)
    require_status(order, (*arrived, OrderStatus.PROCESSED) if in_part else arrived, "have damage reported")
    words = request.description.strip()
    if not words or len(words) > _DESCRIPTION_LENGTH:
        raise ToolError(f"Describe the damage in 1 to {_DESCRIPTION_LENGTH} characters, in the customer's words.")
    if books.damage_reported(order.order_id, piece.item_id):
        raise ToolError(
            f"Damage of {piece.name} in order {order.order_id} has been reported already.",
            code="damage_reported",
            details={"item": piece.item_id},
        )
    delivered = delivered_on(order, piece.item_id)
    if delivered is not None and books.now.date() > delivered + timedelta(days=rules.damage_report_days):
        raise ToolError(
            f"{piece.name} was delivered on {delivered}; damage on arrival is reported within "
            f"{rules.damage_report_days} days. Later it is treated under the warranty: hand over to a person.",
            code="damage_too_late",
            details={"item": piece.item_id, "delivered": str(delivered)},
        )
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        reason=request.wish,
        items=(ItemLine(before=piece),),
        notes=(Note(code="photos_help", number=rules.photos), Note(code="keep_until_answered")),
    )
    report = PutDamageReport(order.order_id, piece.item_id, words, request.wish)
    return ChangePlan(request, books.customer_id, terms, (report,))


def plan_invoice(request: RequestInvoice, books: Books) -> ChangePlan:
    """Plan sending an order's invoice to the e-mail on file, and nowhere else."""
    order = books.order(request.order_id)
    if order.status is OrderStatus.CANCELLED:
        raise ToolError(f"Order {order.order_id} was cancelled, so there is no invoice for it.")
    terms = Terms(kind=request.kind, order_id=order.order_id, notes=(Note(code="sent_by_email"),))
    send = Send("invoice", {"order_id": order.order_id, "customer_id": books.customer_id})
    return ChangePlan(request, books.customer_id, terms, (send,))


def plan_notice(request: NotifyWhenInStock, books: Books) -> ChangePlan:
    """Plan telling the customer when a sold-out variant is back."""
    product, variant = books.item(request.item_id)
    if variant.available:
        raise ToolError(f"{product.name} ({variant.item_id}) is available now, for {variant.price}.")
    days = books.policy.notices.notice_kept_days
    wanted = OrderItem(
        item_id=variant.item_id,
        product_id=product.product_id,
        name=product.name,
        name_zh=product.name_zh,
        options=variant.options,
        price=variant.price,
    )
    terms = Terms(
        kind=request.kind,
        items=(ItemLine(after=wanted),),
        notes=(Note(code="kept_for", number=days), Note(code="reserves_nothing")),
    )
    notice = PutStockNotice(books.customer_id, variant.item_id, books.now.date() + timedelta(days=days))
    return ChangePlan(request, books.customer_id, terms, (notice,))
