"""Changing where a pending order goes, and the standard address of the account."""

from assistant.errors import ToolError
from assistant.shop.changes.checks import clean_address, require_status
from assistant.shop.changes.effects import SetCustomerAddress, SetOrder
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import ModifyAddress, ModifyUserAddress
from assistant.shop.changes.terms import Note, Terms
from assistant.shop.places import region_of
from assistant.shop.records import Address


def plan_modify_address(request: ModifyAddress, books: Books) -> ChangePlan:
    """Plan it; the order stays in its country, because shipping is not calculated again."""
    rules = books.policy.address_changes
    order = books.order(request.order_id)
    require_status(order, rules.address_change_states, "have its address changed")
    address = clean_address(request.address)
    if address == order.address:
        raise ToolError(f"Order {order.order_id} goes to that address already.", code="same_address")
    if not books.tau_retail:
        _require_served(books, address)
        before, after = region_of(order.address.country), region_of(address.country)
        if before is not None and before.code != (after.code if after else ""):
            raise ToolError(
                f"Order {order.order_id} goes to {order.address.country} and can't be sent to another country. "
                "Cancel it while it is pending and order again.",
                code="other_country",
                details={"order_id": order.order_id, "country": order.address.country},
            )
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=order.status,
        address_before=order.address,
        address_after=address,
    )
    effect = SetOrder(order.order_id, books.customer_id, order.status, order.status, address=address)
    return ChangePlan(request, books.customer_id, terms, (effect,))


def plan_modify_user_address(request: ModifyUserAddress, books: Books) -> ChangePlan:
    """Plan it; orders that were placed already keep their address."""
    customer = books.customer()
    address = clean_address(request.address)
    if address == customer.address:
        raise ToolError("That is the standard address already.", code="same_address")
    if not books.tau_retail:
        _require_served(books, address)
    terms = Terms(
        kind=request.kind,
        address_before=customer.address,
        address_after=address,
        notes=(Note(code="new_order_only"),),
    )
    return ChangePlan(request, books.customer_id, terms, (SetCustomerAddress(books.customer_id, address),))


def _require_served(books: Books, address: Address) -> None:
    served = books.policy.address_changes.countries
    place = region_of(address.country)
    if place is None or place.region not in served:
        raise ToolError(
            f"We don't deliver to {address.country!r}; we deliver to {', '.join(served)}.",
            code="country_not_served",
            details={"country": address.country},
        )
