"""What swapping items would cost, before anything is proposed."""

from collections.abc import Sequence

from assistant.errors import ToolError
from assistant.ids import ItemId, OrderId
from assistant.shop.changes.checks import difference_of, replacements, require_accepted, require_cover
from assistant.shop.changes.money import shown
from assistant.shop.changes.plan import Books
from assistant.shop.changes.terms import ItemLine, Method
from assistant.shop.records import Money, OrderStatus, PaymentMethod, Record


class ExchangeQuote(Record):
    """The price difference of a swap: above 0 the customer pays, below 0 they are paid.

    `methods` may be used for it. `possible` says whether the order is in a state in which the swap can be done now.
    """

    order_id: OrderId
    status: OrderStatus
    possible: bool
    items: tuple[ItemLine, ...]
    difference: Money
    methods: tuple[Method, ...]


def quote_exchange(
    books: Books, order_id: OrderId, item_ids: Sequence[ItemId], new_item_ids: Sequence[ItemId]
) -> ExchangeQuote:
    """Work it out for a delivered order (an exchange) or a pending one (a change of items).

    Raises:
        ToolError: an item isn't in the order, or the new one isn't another available variant of its product.
    """
    order, customer, policy = books.order(order_id), books.customer(), books.policy
    swaps = replacements(books, order, item_ids, new_item_ids)
    difference = difference_of(swaps)

    def may_use(method: PaymentMethod) -> bool:
        try:
            require_accepted(method, policy.exchanges.difference_methods)
            require_cover(books, customer, method, difference)
        except ToolError:
            return False
        return True

    return ExchangeQuote(
        order_id=order.order_id,
        status=order.status,
        possible=order.status in (*policy.exchanges.exchange_states, *policy.order_changes.modifiable_states),
        items=tuple(ItemLine(before=old, after=new) for _, old, new in swaps),
        difference=difference,
        methods=tuple(shown(customer, m.payment_method_id) for m in customer.payment_methods if may_use(m)),
    )
