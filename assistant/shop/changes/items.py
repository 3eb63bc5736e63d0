"""Changing items of a pending order to other options of the same product: once, and then the order is fixed."""

from collections import Counter

from assistant.errors import ToolError
from assistant.ids import ItemId
from assistant.shop.changes.checks import difference_of, own_method, replacements, require_cover, require_status
from assistant.shop.changes.effects import MoveStock, ReplaceItems, SetOrder
from assistant.shop.changes.money import charge, refund, settle
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.requests import ModifyItems
from assistant.shop.changes.terms import ItemLine, MoneyMove, Note, Terms
from assistant.shop.records import Money


def plan_modify_items(request: ModifyItems, books: Books) -> ChangePlan:
    """Plan it; each item gets its own present price, and the difference of all moves at once."""
    rules = books.policy.order_changes
    order, customer = books.order(request.order_id), books.customer()
    require_status(order, rules.modifiable_states, "have its items changed")
    swaps = replacements(books, order, request.item_ids, request.new_item_ids)
    method = own_method(customer, request.payment_method_id)
    difference = difference_of(swaps)
    require_cover(books, customer, method, difference)
    moves: tuple[MoneyMove, ...] = ()
    if difference.cents > 0:
        moves = (charge(customer, method.payment_method_id, difference),)
    elif difference.cents < 0 or books.tau_retail:
        back = Money(cents=-difference.cents, currency=difference.currency)
        moves = (refund(books, customer, method.payment_method_id, back),)
    if order.payments and difference.currency != order.payments[0].amount.currency:
        raise ToolError("The new items are priced in another currency; hand over to a person.")
    terms = Terms(
        kind=request.kind,
        order_id=order.order_id,
        status_after=rules.state_after,
        items=tuple(ItemLine(before=old, after=new) for _, old, new in swaps),
        moves=moves,
        notes=(Note(code="order_fixed_afterwards"),),
    )
    pieces: Counter[ItemId] = Counter()
    for _, old, new in swaps:
        pieces[old.item_id] += 1
        pieces[new.item_id] -= 1
    effects = (
        SetOrder(order.order_id, books.customer_id, order.status, rules.state_after),
        ReplaceItems(order.order_id, tuple((at, old.item_id, new) for at, old, new in swaps)),
        *settle(books, customer, order, moves),
        MoveStock(dict(pieces)),
    )
    return ChangePlan(request, books.customer_id, terms, effects)
