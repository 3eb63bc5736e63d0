"""Until when, and in what condition, an item may come back."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.errors import ToolError
from assistant.ids import ItemId
from assistant.shop.changes.plan import Books
from assistant.shop.changes.terms import Note
from assistant.shop.policy import DEFAULT_KIND, Policy, ReturnReason
from assistant.shop.records import Money, Order, OrderItem

_OUR_FAULT: tuple[ReturnReason, ...] = ("faulty", "damaged", "wrong_item")


def delivered_on(order: Order, item_id: ItemId) -> date | None:
    """The day on which the parcel with this item arrived; None where the shop doesn't tell."""
    parcels = [shipment for shipment in order.shipments if item_id in shipment.item_ids] or list(order.shipments)
    moments = [shipment.delivered_at for shipment in parcels if shipment.delivered_at is not None]
    return max(moments).date() if moments else None


def has_come(order: Order, item_id: ItemId) -> bool:
    """Whether the parcel with this item arrived, though others of the order may still be on their way."""
    parcels = [shipment for shipment in order.shipments if item_id in shipment.item_ids]
    return any(shipment.delivered_at is not None for shipment in parcels)


def is_exempt(policy: Policy, reason: ReturnReason) -> bool:
    """Whether the item comes back for a fault of ours, so that rules about opened items don't count."""
    return policy.returns.faulty_items_exempt and reason in _OUR_FAULT


def last_day(policy: Policy, kind: str, delivered: date, *, opened: bool) -> date | None:
    """The last day on which an item of that kind may be sent back; None where it may not at all."""
    rules = policy.returns
    if opened and kind in rules.opened_return_windows_days:
        days = rules.opened_return_windows_days[kind]
        return delivered + timedelta(days=days) if days else None
    if opened and kind in rules.sealed_only:
        return None
    window = kind if kind in rules.return_windows_days else DEFAULT_KIND
    last = delivered + timedelta(days=rules.return_windows_days[window])
    longer = rules.holiday.until(delivered) if window in rules.holiday.extends else None
    return max(last, longer) if longer else last


def warranty_until(policy: Policy, kind: str | None, delivered: date) -> date | None:
    """The last day of the warranty of a product of that kind; None where the rules tell none."""
    months = policy.warranty.warranty_months.get(kind or "") if policy.warranty else None
    if months is None:
        return None
    years, month = divmod(delivered.month - 1 + months, 12)
    year, month = delivered.year + years, month + 1
    return date(year, month, min(delivered.day, monthrange(year, month)[1]))


def require_returnable(
    books: Books,
    order: Order,
    pieces: Sequence[OrderItem],
    reason: ReturnReason,
    opened: Sequence[ItemId] | None,
    doing: str,
) -> tuple[Note, ...]:
    """Refuse items that the policy doesn't take back.

    Args:
        books: to look products up in.
        order: that they are from.
        pieces: that shall come back.
        reason: why.
        opened: ids whose seal is broken; None where nobody asked.
        doing: "returned" or "exchanged".

    Returns:
        What the customer should know about the condition of the items.
    """
    policy, notes = books.policy, []
    exempt = is_exempt(policy, reason)
    for piece in pieces:
        kind = books.kind_of(piece.product_id) or DEFAULT_KIND
        seal_matters = kind in policy.returns.opened_return_windows_days or kind in policy.returns.sealed_only
        if opened is None and seal_matters and not exempt:
            raise ToolError(
                f"Whether {piece.name} ({piece.item_id}) can be {doing} depends on its seal. Ask the customer whether "
                "it has been opened, then name the opened items in opened_item_ids ([] when none is)."
            )
        is_open = piece.item_id in (opened or ()) and not exempt
        delivered = delivered_on(order, piece.item_id)
        if delivered is None:
            continue
        last = last_day(policy, kind, delivered, opened=is_open)
        if last is None:
            raise ToolError(
                f"{piece.name} ({piece.item_id}) can't be {doing} once it is opened, unless it is faulty.",
                code="opened",
                details={"item": piece.item_id},
            )
        if books.now.date() > last:
            raise ToolError(
                f"{piece.name} ({piece.item_id}) was delivered on {delivered} and could be {doing} until {last}. "
                "For a fault, the warranty may still apply.",
                code="window_passed",
                details={"item": piece.item_id, "delivered": str(delivered), "last": str(last)},
            )
        if kind in policy.returns.unused_only and not exempt:
            notes.append(Note(code="unused_only", item=piece.name))
        if seal_matters and not is_open and not exempt:
            notes.append(Note(code="sealed_only", item=piece.name))
    return tuple(dict.fromkeys(notes))


def restocking_fee(books: Books, piece: OrderItem, reason: ReturnReason, opened: Sequence[ItemId] | None) -> Money:
    """What is kept back of the price of an opened item, to the cent (half a cent counts as one)."""
    nothing = Money(cents=0, currency=piece.price.currency)
    if piece.item_id not in (opened or ()) or is_exempt(books.policy, reason):
        return nothing
    percent = books.policy.returns.opened_restocking_fee_percent.get(books.kind_of(piece.product_id) or DEFAULT_KIND, 0)
    return Money(cents=(piece.price.cents * percent + 50) // 100, currency=piece.price.currency)
