"""WRITE tools: each stores a proposal and changes nothing in the shop.

Names, arguments and meaning follow tau-bench retail (Yao et al. 2024) where it has the tool; arguments that it
doesn't know have defaults. The customer comes from the runtime, so `modify_user_address` takes no user id. What
looks harmless (an invoice, a notice) is proposed too: there is one way in which anything is ever written.
"""

from typing import Literal

from assistant.errors import ToolError
from assistant.ids import CustomerId, ItemId, OrderId, PaymentMethodId
from assistant.shop.changes.requests import (
    CancelOrder,
    ChangeRequest,
    ExchangeItems,
    ModifyAddress,
    ModifyItems,
    ModifyPayment,
    ModifyUserAddress,
    NotifyWhenInStock,
    Reorder,
    ReportDamage,
    RequestInvoice,
    ReturnItems,
)
from assistant.shop.policy import ReturnReason
from assistant.shop.records import Address
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult, Proposals


def cancel_pending_order(
    context: ToolContext, *, order_id: str, reason: Literal["no longer needed", "ordered by mistake"]
) -> ProposalResult:
    """Propose to cancel a whole pending order. Nothing is cancelled before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        reason: why the customer cancels: 'no longer needed' or 'ordered by mistake'; ask when it isn't clear.
    """
    return _propose(context, CancelOrder(order_id=OrderId(order_id), reason=reason))


def modify_pending_order_address(
    context: ToolContext,
    *,
    order_id: str,
    address1: str,
    address2: str,
    city: str,
    state: str,
    country: str,
    zip: str,
) -> ProposalResult:
    """Propose to send a pending order to another address. Nothing is changed before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        address1: street and house number.
        address2: flat, suite or building; '' when there is none.
        city: the city.
        state: state or province; '' when there is none.
        country: the country, such as 'USA'.
        zip: the postcode.
    """
    address = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return _propose(context, ModifyAddress(order_id=OrderId(order_id), address=address))


def modify_pending_order_items(
    context: ToolContext, *, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
) -> ProposalResult:
    """Propose to change items of a pending order to other options of the same product.

    It can be done once an order, so collect all the items first. Nothing is changed before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        item_ids: the items to change; an id is repeated when the order holds it twice.
        new_item_ids: the new item for each, in the same order.
        payment_method_id: one of the customer's payment methods, for the price difference.
    """
    request = ModifyItems(
        order_id=OrderId(order_id),
        item_ids=_items(item_ids),
        new_item_ids=_items(new_item_ids),
        payment_method_id=PaymentMethodId(payment_method_id),
    )
    return _propose(context, request)


def modify_pending_order_payment(context: ToolContext, *, order_id: str, payment_method_id: str) -> ProposalResult:
    """Propose to pay a pending order with another payment method. Nothing is changed before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        payment_method_id: another of the customer's payment methods.
    """
    request = ModifyPayment(order_id=OrderId(order_id), payment_method_id=PaymentMethodId(payment_method_id))
    return _propose(context, request)


def modify_user_address(
    context: ToolContext, *, address1: str, address2: str, city: str, state: str, country: str, zip: str
) -> ProposalResult:
    """Propose another standard address for the customer's account; orders that were placed keep theirs.

    Nothing is changed before the customer confirms.

    Args:
        address1: street and house number.
        address2: flat, suite or building; '' when there is none.
        city: the city.
        state: state or province; '' when there is none.
        country: the country, such as 'USA'.
        zip: the postcode.
    """
    address = Address(address1=address1, address2=address2, city=city, state=state, country=country, zip=zip)
    return _propose(context, ModifyUserAddress(address=address))


def return_delivered_order_items(
    context: ToolContext,
    *,
    order_id: str,
    item_ids: list[str],
    payment_method_id: str,
    reason: ReturnReason = "changed_mind",
    opened_item_ids: list[str] | None = None,
) -> ProposalResult:
    """Propose to return items of a delivered order. Nothing is requested before the customer confirms.

    An order can have one return or exchange, so collect all the items first.

    Args:
        order_id: the order number, such as '#W1234567'.
        item_ids: the items to return; an id is repeated when the order holds it twice.
        payment_method_id: where the money goes: the method that paid, or one of the customer's gift cards.
        reason: why it comes back.
        opened_item_ids: the items whose seal is broken, [] when none is; leave it out unless the customer said.
    """
    request = ReturnItems(
        order_id=OrderId(order_id),
        item_ids=_items(item_ids),
        payment_method_id=PaymentMethodId(payment_method_id),
        reason=reason,
        opened=None if opened_item_ids is None else _items(opened_item_ids),
    )
    return _propose(context, request)


def exchange_delivered_order_items(
    context: ToolContext,
    *,
    order_id: str,
    item_ids: list[str],
    new_item_ids: list[str],
    payment_method_id: str,
    reason: ReturnReason = "changed_mind",
    opened_item_ids: list[str] | None = None,
) -> ProposalResult:
    """Propose to exchange items of a delivered order for other options of the same product.

    An order can have one return or exchange, so collect all the items first. Nothing is requested before the
    customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        item_ids: the items to exchange; an id is repeated when the order holds it twice.
        new_item_ids: the new item for each, in the same order.
        payment_method_id: one of the customer's payment methods, for the price difference.
        reason: why it is exchanged.
        opened_item_ids: the items whose seal is broken, [] when none is; leave it out unless the customer said.
    """
    request = ExchangeItems(
        order_id=OrderId(order_id),
        item_ids=_items(item_ids),
        new_item_ids=_items(new_item_ids),
        payment_method_id=PaymentMethodId(payment_method_id),
        reason=reason,
        opened=None if opened_item_ids is None else _items(opened_item_ids),
    )
    return _propose(context, request)


def reorder(context: ToolContext, *, order_id: str, payment_method_id: str) -> ProposalResult:
    """Propose to buy everything in one of the customer's orders once more, at today's prices.

    It goes to the standard address. Nothing is ordered before the customer confirms.

    Args:
        order_id: the order to repeat, such as '#W1234567'.
        payment_method_id: one of the customer's payment methods; it pays the whole.
    """
    return _propose(context, Reorder(order_id=OrderId(order_id), payment_method_id=PaymentMethodId(payment_method_id)))


def report_damaged_item(
    context: ToolContext, *, order_id: str, item_id: str, description: str, wish: Literal["replacement", "refund"]
) -> ProposalResult:
    """Propose to report an item that arrived damaged. Nothing is reported before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
        item_id: the damaged item.
        description: what is damaged, in the customer's words.
        wish: what the customer wants; ask when it isn't clear.
    """
    request = ReportDamage(order_id=OrderId(order_id), item_id=ItemId(item_id), description=description, wish=wish)
    return _propose(context, request)


def request_invoice(context: ToolContext, *, order_id: str) -> ProposalResult:
    """Propose to send an order's invoice to the e-mail on file. Nothing is sent before the customer confirms.

    Args:
        order_id: the order number, such as '#W1234567'.
    """
    return _propose(context, RequestInvoice(order_id=OrderId(order_id)))


def notify_when_in_stock(context: ToolContext, *, item_id: str) -> ProposalResult:
    """Propose to tell the customer by e-mail when a sold-out variant is back. It reserves nothing.

    Args:
        item_id: the id of the sold-out variant.
    """
    return _propose(context, NotifyWhenInStock(item_id=ItemId(item_id)))


def customer_of(context: ToolContext) -> CustomerId:
    """Who asks.

    Raises:
        ToolError: nobody has been identified.
    """
    if context.customer_id is None:
        raise ToolError("The customer has not been identified; ask them to sign in first.")
    return context.customer_id


def proposals_of(context: ToolContext) -> Proposals:
    """What stores proposals.

    Raises:
        ToolError: nothing can be changed here.
    """
    if context.proposals is None:
        raise ToolError("Nothing can be changed here; hand over to a person.")
    return context.proposals


def _propose(context: ToolContext, request: ChangeRequest) -> ProposalResult:
    proposal = proposals_of(context).propose(request, customer_of(context), context.conversation_id)
    return ProposalResult(proposal=proposal)


def _items(ids: list[str]) -> tuple[ItemId, ...]:
    return tuple(map(ItemId, ids))
