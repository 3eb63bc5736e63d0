"""What can be asked for, one record a kind; kinds are named as the tools of tau-bench retail."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from assistant.ids import ItemId, OrderId, PaymentMethodId
from assistant.shop.changes.terms import Stated
from assistant.shop.policy import ReturnReason
from assistant.shop.records import Address, Record

DamageWish = Literal["replacement", "refund"]


class CancelOrder(Record):
    """Cancel a whole order."""

    kind: Literal["cancel_pending_order"] = "cancel_pending_order"
    order_id: OrderId
    reason: str


class ModifyAddress(Record):
    """Send an order elsewhere."""

    kind: Literal["modify_pending_order_address"] = "modify_pending_order_address"
    order_id: OrderId
    address: Address


class ModifyItems(Record):
    """Change items of an order to other options; both lists have the same order."""

    kind: Literal["modify_pending_order_items"] = "modify_pending_order_items"
    order_id: OrderId
    item_ids: tuple[ItemId, ...]
    new_item_ids: tuple[ItemId, ...]
    payment_method_id: PaymentMethodId


class ModifyPayment(Record):
    """Pay an order another way."""

    kind: Literal["modify_pending_order_payment"] = "modify_pending_order_payment"
    order_id: OrderId
    payment_method_id: PaymentMethodId


class ModifyUserAddress(Record):
    """Change the standard address of the account."""

    kind: Literal["modify_user_address"] = "modify_user_address"
    address: Address


class ReturnItems(Record):
    """Send items back. `opened` are those whose seal is broken; None where nobody asked."""

    kind: Literal["return_delivered_order_items"] = "return_delivered_order_items"
    order_id: OrderId
    item_ids: tuple[ItemId, ...]
    payment_method_id: PaymentMethodId
    reason: ReturnReason = "changed_mind"
    opened: tuple[ItemId, ...] | None = None


class ExchangeItems(Record):
    """Swap items for other options; both lists have the same order."""

    kind: Literal["exchange_delivered_order_items"] = "exchange_delivered_order_items"
    order_id: OrderId
    item_ids: tuple[ItemId, ...]
    new_item_ids: tuple[ItemId, ...]
    payment_method_id: PaymentMethodId
    reason: ReturnReason = "changed_mind"
    opened: tuple[ItemId, ...] | None = None


class Reorder(Record):
    """Buy everything in an order once more, at today's prices."""

    kind: Literal["reorder"] = "reorder"
    order_id: OrderId
    payment_method_id: PaymentMethodId


class ReportDamage(Record):
    """Say that an item arrived damaged, and what is wanted instead."""

    kind: Literal["report_damaged_item"] = "report_damaged_item"
    order_id: OrderId
    item_id: ItemId
    description: str
    wish: DamageWish


class RequestInvoice(Record):
    """Have an order's invoice sent to the e-mail on file."""

    kind: Literal["request_invoice"] = "request_invoice"
    order_id: OrderId


class NotifyWhenInStock(Record):
    """Hear when a sold-out variant is back."""

    kind: Literal["notify_when_in_stock"] = "notify_when_in_stock"
    item_id: ItemId


class SuppliedCall(Record):
    """Have another system of the shop's do something, by a tool that its MCP server supplies.

    `arguments` are those that the customer chose; who they are, the order's number and the key against repetition are
    put in when it is carried out. `stated` is what the customer is shown.
    """

    kind: Literal["supplied_call"] = "supplied_call"
    tool: str
    arguments: dict[str, Any] = {}
    order_id: OrderId | None = None
    stated: Stated


SUPPLIED = "supplied_call"
"""The kind of all changes that another system makes."""
ChangeRequest = Annotated[
    CancelOrder
    | ModifyAddress
    | ModifyItems
    | ModifyPayment
    | ModifyUserAddress
    | ReturnItems
    | ExchangeItems
    | Reorder
    | ReportDamage
    | RequestInvoice
    | NotifyWhenInStock
    | SuppliedCall,
    Field(discriminator="kind"),
]
REQUESTS: TypeAdapter[ChangeRequest] = TypeAdapter(ChangeRequest)
"""Reads a request back from plain data."""
