"""A task with everything that its slots look at: the customer, their orders, the policy, the words to use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from assistant.conversation.reading.meaning import Meaning
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.state import Filled, Task
from assistant.conversation.turn import Turn
from assistant.errors import ToolError
from assistant.ids import ItemId, OrderId
from assistant.shop.changes.windows import has_come
from assistant.shop.policy import Policy
from assistant.shop.records import Customer, Money, Order, OrderItem, OrderStatus, PaymentMethod, Product, Variant
from assistant.shop.service import Shop


@dataclass
class Case:
    """One task while a turn works on it.

    Attributes:
        task: what is known so far.
        turn: the turn.
        customer: whose task it is.
        shop: their orders, and the products.
        policy: the shop's rules.
        texts: words of the customer's language.
        views: how records are said.
        now: the present moment.
        states: in which an order must be.
        in_part: whether an order on its way counts of which a part has come.
        words: the message, or the part of it that is about this task.
        first: whether these words began the task.
        meaning: reads words of the customer's own; None where they are read by rule alone.
    """

    task: Task
    turn: Turn
    customer: Customer
    shop: Shop
    policy: Policy
    texts: ReplyTexts
    views: Views
    now: datetime
    states: Sequence[OrderStatus]
    words: str = ""
    first: bool = False
    meaning: Meaning | None = None
    in_part: bool = False

    def fill(self, slot: str, values: Sequence[str], words: str = "") -> None:
        """Set a slot."""
        self.task.slots = {**self.task.slots, slot: Filled(values=tuple(values), words=words)}

    def clear(self, *slots: str) -> None:
        """Forget slots."""
        self.task.slots = {name: filled for name, filled in self.task.slots.items() if name not in slots}

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """All orders of the customer, newest first."""
        return self.shop.orders(self.customer.customer_id)

    @property
    def eligible(self) -> tuple[Order, ...]:
        """Orders in a state that allows the change."""
        return tuple(order for order in self.orders if self.allows(order))

    def allows(self, order: Order) -> bool:
        """Whether an order is in a state that allows the change."""
        if order.status in self.states:
            return True
        in_part = self.in_part and order.status is OrderStatus.PROCESSED
        return in_part and any(has_come(order, item.item_id) for item in order.items)

    @property
    def order(self) -> Order | None:
        """The order that the task is about, if it is known and the customer's."""
        number = self.task.value("order_id")
        if not number:
            return None
        known = next((order for order in self.orders if order.order_id == number), None)
        if known is not None:
            return known
        try:
            return self.shop.order(OrderId(number), self.customer.customer_id)
        except ToolError:
            return None

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the chosen pieces stand in the order."""
        return tuple(int(value) for value in self.task.values("items"))

    @property
    def pieces(self) -> tuple[OrderItem, ...]:
        """The chosen pieces of the order."""
        order = self.order
        return tuple(order.items[at] for at in self.positions if at < len(order.items)) if order else ()

    @property
    def item_ids(self) -> list[str]:
        """Ids of the chosen pieces."""
        return [str(piece.item_id) for piece in self.pieces]

    @property
    def variants(self) -> dict[int, str]:
        """The new item of each piece that has one, by position."""
        pairs = (value.partition(":") for value in self.task.values("variants"))
        return {int(at): item_id for at, _, item_id in pairs}

    @property
    def new_item_ids(self) -> list[str]:
        """The new item for each chosen piece, in their order; shorter while some aren't known."""
        return [self.variants[at] for at in self.positions if at in self.variants]

    def product(self, piece: OrderItem) -> Product | None:
        """The product of a piece; None where the shop sells it no longer."""
        try:
            return self.shop.product(piece.product_id)
        except ToolError:
            return None

    def variant(self, item_id: str) -> Variant | None:
        """A variant by its id, or None."""
        try:
            return self.shop.item(ItemId(item_id))[1]
        except ToolError:
            return None

    @property
    def difference(self) -> Money | None:
        """What the new variants cost more than the pieces did; None while they aren't known."""
        chosen = [self.variant(item_id) for item_id in self.new_item_ids]
        pieces = self.pieces
        if not pieces or len(chosen) != len(pieces):
            return None
        total = Money(cents=0, currency=pieces[0].price.currency)
        for piece, variant in zip(pieces, chosen, strict=True):
            if variant is None:
                return None
            total = total + (variant.price - piece.price)
        return total

    def method(self, method_id: str) -> PaymentMethod | None:
        """A payment method of the customer's, or None."""
        return next((m for m in self.customer.payment_methods if m.payment_method_id == method_id), None)
