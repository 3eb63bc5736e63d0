"""Checks that several changes share. Each refusal says what is wrong and what would work."""

from collections import Counter
from collections.abc import Sequence

from assistant.errors import ToolError
from assistant.ids import ItemId, PaymentMethodId
from assistant.shop.changes.plan import Books
from assistant.shop.records import Address, Customer, Money, Order, OrderItem, OrderStatus, PaymentMethod, Variant

_FIELD_LENGTH = 200
_SHOWN = 6
_INSTEAD = {
    OrderStatus.PENDING: "It can still be cancelled or changed.",
    OrderStatus.PENDING_ITEM_MODIFIED: "Its items were changed once; after that nothing in it can be changed or "
    "cancelled. It can be returned after delivery.",
    OrderStatus.PROCESSED: "It is with the carrier; it can be returned or exchanged after delivery.",
    OrderStatus.DELIVERED: "It can be returned or exchanged.",
    OrderStatus.CANCELLED: "It has been cancelled; the same things can be ordered again with reorder.",
    OrderStatus.RETURN_REQUESTED: "A return was requested already; an order can have one return or exchange.",
    OrderStatus.EXCHANGE_REQUESTED: "An exchange was requested already; an order can have one return or exchange.",
    OrderStatus.RETURNED: "It has been returned already.",
}


def require_status(order: Order, allowed: Sequence[OrderStatus], doing: str) -> None:
    """Refuse unless the order is in one of the allowed states.

    Args:
        order: which.
        allowed: by the policy.
        doing: what can't be done, such as "be cancelled".
    """
    if order.status not in allowed:
        states = " or ".join(repr(status.value) for status in allowed)
        raise ToolError(
            f"Order {order.order_id} is {order.status.value!r} and can't {doing}: only {states} orders can. "
            f"{_INSTEAD[order.status]}",
            code="order_state",
            details={"order_id": order.order_id, "status": order.status.value},
        )


def own_method(customer: Customer, method_id: PaymentMethodId) -> PaymentMethod:
    """The customer's payment method of this id; refused where it is not on their file."""
    for method in customer.payment_methods:
        if method.payment_method_id == method_id:
            return method
    theirs = ", ".join(method.payment_method_id for method in customer.payment_methods) or "none"
    raise ToolError(f"The customer has no payment method {method_id!r}. They have: {theirs}.")


def require_accepted(method: PaymentMethod, accepted: Sequence[str]) -> None:
    """Refuse a kind of payment method that the policy doesn't accept for this."""
    if method.source not in accepted:
        raise ToolError(
            f"{method.payment_method_id} is a {method.source}; accepted are {', '.join(accepted)}.",
            code="method_not_accepted",
            details={"method": method.payment_method_id},
        )


def require_cover(books: Books, customer: Customer, method: PaymentMethod, amount: Money) -> None:
    """Refuse a gift card whose balance, less what open exchanges will take, is smaller than the amount."""
    if method.balance is None or amount.cents <= 0:
        return
    held = books.held_cents(method.payment_method_id)
    free = method.balance - Money(cents=held, currency=method.balance.currency)
    if free.cents < amount.cents:
        held_money = Money(cents=held, currency=free.currency)
        reserved = f" ({held_money} is kept for an open exchange)" if held else ""
        others = [m.payment_method_id for m in customer.payment_methods if m.balance is None]
        instead = f"Use another method: {', '.join(others)}." if others else "They have no other method on file."
        raise ToolError(
            f"Gift card {method.payment_method_id} has {method.balance}{reserved}, but must cover {amount} alone: "
            f"nothing can be split over two methods. {instead}",
            code="gift_card_too_small",
            details={"free": str(free), "needed": str(amount), "held": str(held_money) if held else ""},
        )


def positions_of(order: Order, item_ids: Sequence[ItemId]) -> tuple[int, ...]:
    """Where the named pieces stand in the order; each piece can be named once.

    An id that stands in the order twice may be named twice.
    """
    if not item_ids:
        raise ToolError(f"Name at least one item of order {order.order_id}: {_items(order)}.")
    taken: list[int] = []
    for item_id in item_ids:
        free = [at for at, item in enumerate(order.items) if item.item_id == item_id and at not in taken]
        if not free:
            times = Counter(item.item_id for item in order.items)[item_id]
            what = f"has {item_id!r} only {times} time(s)" if times else f"has no item {item_id!r}"
            raise ToolError(f"Order {order.order_id} {what}. It holds {_items(order)}.")
        taken.append(free[0])
    return tuple(taken)


def require_pairs(item_ids: Sequence[ItemId], new_item_ids: Sequence[ItemId]) -> None:
    """Refuse lists of different length."""
    if len(item_ids) != len(new_item_ids):
        raise ToolError(
            f"{len(item_ids)} item(s) and {len(new_item_ids)} new item(s) were named; name one new item for each, "
            "in the same order."
        )


def replacements(
    books: Books, order: Order, item_ids: Sequence[ItemId], new_item_ids: Sequence[ItemId]
) -> tuple[tuple[int, OrderItem, OrderItem], ...]:
    """Position, old and new piece of each swap; the new one is another available variant of the same product.

    The new piece has its own present price.
    """
    require_pairs(item_ids, new_item_ids)
    wanted = Counter(new_item_ids)
    swaps = []
    for position, new_item_id in zip(positions_of(order, item_ids), new_item_ids, strict=True):
        old = order.items[position]
        if new_item_id == old.item_id:
            raise ToolError(
                f"Item {old.item_id} would be swapped for itself; leave it out, or name another variant.",
                code="same_item",
                details={"item": old.item_id},
            )
        product, variant = books.item(new_item_id)
        others = [v for v in product.variants if v.available and v.item_id != old.item_id]
        if product.product_id != old.product_id:
            raise ToolError(
                f"Item {new_item_id} is a {product.name}, not a {old.name}: an item can only be swapped for another "
                "option of the same product. See get_product_details for its variants."
            )
        short = variant.stock is not None and variant.stock < wanted[new_item_id]
        if not variant.available or short:
            raise ToolError(
                f"Item {new_item_id} of {product.name} isn't available. Available are {_variants(others)}.",
                code="not_available",
                details={"item": new_item_id},
            )
        swaps.append((position, old, old.model_copy(update=_as_sold(variant))))
    return tuple(swaps)


def difference_of(swaps: Sequence[tuple[int, OrderItem, OrderItem]]) -> Money:
    """What the new pieces cost more than the old ones did; below 0 where they cost less."""
    start = Money(cents=0, currency=swaps[0][1].price.currency)
    return sum((new.price - old.price for _, old, new in swaps), start)


def clean_address(address: Address) -> Address:
    """The address, refused where a needed part is empty or a part is no single line of text."""
    for name, value in address.model_dump().items():
        if not value.strip() and name not in ("address2", "state"):
            raise ToolError(f"The address lacks {name}; ask the customer for it.")
        if len(value) > _FIELD_LENGTH or not value.isprintable():
            raise ToolError(f"{name} must be one line of at most {_FIELD_LENGTH} characters.")
    return address


def _as_sold(variant: Variant) -> dict[str, object]:
    return {"item_id": variant.item_id, "options": variant.options, "price": variant.price}


def _items(order: Order) -> str:
    return ", ".join(f"{item.item_id} ({item.name})" for item in order.items)


def _variants(variants: Sequence[Variant]) -> str:
    shown = (f"{v.item_id} ({', '.join(v.options.values())}, {v.price})" for v in variants[:_SHOWN])
    return ", ".join(shown) or "no others"
