"""Buying everything in an order once more, at today's prices, to the customer's standard address."""

from collections import Counter

from assistant.errors import ToolError
from assistant.shop.changes.checks import own_method, require_accepted, require_cover
from assistant.shop.changes.effects import Effect, MoveBalances, MoveStock, NewOrder
from assistant.shop.changes.money import charge
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import Reorder
from assistant.shop.changes.terms import ItemLine, Terms
from assistant.shop.places import region_of
from assistant.shop.records import Customer, Money, OrderItem, OrderStatus


def plan_reorder(request: Reorder, books: Books) -> ChangePlan:
    """Plan it; everything must be available, and one method pays the whole."""
    order, customer = books.order(request.order_id), books.customer()
    wanted = Counter(item.item_id for item in order.items)
    items: list[OrderItem] = []
    missing: list[str] = []
    for old in order.items:
        try:
            product, variant = books.item(old.item_id)
        except ToolError:
            missing.append(old.name)
            continue
        if not variant.available or (variant.stock is not None and variant.stock < wanted[old.item_id]):
            missing.append(f"{old.name} ({old.item_id})")
        items.append(old.model_copy(update={"name": product.name, "name_zh": product.name_zh, "price": variant.price}))
    if missing:
        raise ToolError(
            f"Not available now: {', '.join(dict.fromkeys(missing))}. Look for another variant with find_variant, or "
            "offer to tell the customer when it is back with notify_when_in_stock.",
            code="reorder_unavailable",
            details={"order_id": order.order_id},
        )
    method = own_method(customer, request.payment_method_id)
    require_accepted(method, books.policy.payment_methods.accepted)
    goods = sum((item.price for item in items), Money(cents=0, currency=items[0].price.currency))
    shipping = _shipping(books, customer, goods)
    total = goods + shipping if shipping else goods
    require_cover(books, customer, method, total)
    move = charge(customer, method.payment_method_id, total)
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=OrderStatus.PENDING,
        items=tuple(ItemLine(after=item) for item in items),
        shipping=shipping,
        moves=(move,),
        address_after=customer.address,
    )
    effects: list[Effect] = [
        NewOrder(
            customer_id=books.customer_id,
            items=tuple(items),
            address=customer.address,
            shipping=shipping,
            total=total,
            payment_method_id=method.payment_method_id,
            dated=not books.tau_retail,
        ),
        MoveStock({item_id: -count for item_id, count in wanted.items()}),
    ]
    if method.balance is not None:
        effects.append(MoveBalances(books.customer_id, {method.payment_method_id: -total.cents}))
    return ChangePlan(request, books.customer_id, terms, tuple(effects))


def _shipping(books: Books, customer: Customer, goods: Money) -> Money | None:
    """Standard shipping; None where the shop doesn't tell it apart."""
    if books.tau_retail:
        return None
    place = region_of(customer.address.country)
    if place is None or place.region not in books.policy.address_changes.countries:
        raise ToolError(f"We don't deliver to {customer.address.country!r}. Change the standard address first.")
    return books.policy.shipping_cost(place.region, goods)
