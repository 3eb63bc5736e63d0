"""What a planner works with, and what it makes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.ids import CustomerId, ItemId, OrderId, PaymentMethodId, ProductId
from assistant.shop.changes.effects import Effect
from assistant.shop.changes.requests import ChangeRequest, SuppliedCall
from assistant.shop.changes.terms import Terms
from assistant.shop.policy import Policy
from assistant.shop.queries import find_customer, find_item, find_order
from assistant.shop.records import Customer, Order, OrderStatus, Product, Variant
from assistant.storage.proposal_tables import DamageReportRow
from assistant.storage.shop_tables import OrderRequestRow, OrderRow, ProductRow, ShopInfoRow


@dataclass(frozen=True)
class ChangePlan:
    """A change that is allowed: what the customer is shown, and what will be written.

    `before` is what it changes, as it is: an order, or the customer where no order is concerned.
    """

    request: ChangeRequest
    customer_id: CustomerId
    terms: Terms
    effects: tuple[Effect, ...]
    before: Order | Customer | None = None

    @property
    def subject(self) -> str:
        """What it is about: a supplied tool, an order's number, a variant's id, or `account`."""
        if isinstance(self.request, SuppliedCall):
            return " ".join(filter(None, (self.request.tool, self.terms.order_id)))
        if self.terms.order_id is not None:
            return self.terms.order_id
        return str(getattr(self.request, "item_id", "account"))


class Books:
    """The shop's rows as one customer may see them, within one session.

    Args:
        session: to read in.
        customer_id: whose books; nothing of anybody else can be read through them.
        policy: the shop's rules.
        now: the moment at which windows are measured.
        lock: keep the order that is read from being changed by others until the transaction ends.
    """

    def __init__(
        self, session: Session, customer_id: CustomerId, policy: Policy, now: datetime, *, lock: bool = False
    ) -> None:
        self._session = session
        self._lock = lock
        self.customer_id = customer_id
        self.policy = policy
        self.now = now
        self.seen: Order | Customer | None = None
        """The order that was looked up, else the customer."""

    @property
    def tau_retail(self) -> bool:
        """Whether the shop came from tau-bench retail.

        Its ledger then also gets a line when nothing moves, addresses are taken in any country, and a gift
        card isn't held back for exchanges that are still open.
        """
        return self._session.scalar(select(ShopInfoRow.kind)) == "tau-retail"

    def customer(self) -> Customer:
        """The customer."""
        customer = find_customer(self._session, self.customer_id)
        self.seen = self.seen or customer
        return customer

    def order(self, order_id: OrderId) -> Order:
        """An order of the customer's; ToolError where they have none of that number."""
        order = find_order(self._session, order_id, self.customer_id, lock=self._lock)
        self.seen = order
        return order

    def item(self, item_id: ItemId) -> tuple[Product, Variant]:
        """A variant and its product; ToolError where there is none."""
        return find_item(self._session, item_id)

    def kind_of(self, product_id: ProductId) -> str | None:
        """The machine's word for what a product is; None where the shop has none or sells it no longer."""
        return self._session.scalar(select(ProductRow.kind).where(ProductRow.product_id == product_id))

    def held_cents(self, method_id: PaymentMethodId) -> int:
        """What exchanges that are still open will take from a payment method."""
        if self.tau_retail:
            return 0
        query = (
            select(func.coalesce(func.sum(OrderRequestRow.price_difference_cents), 0))
            .join(OrderRow, OrderRow.order_id == OrderRequestRow.order_id)
            .where(
                OrderRow.customer_id == self.customer_id,
                OrderRow.status == OrderStatus.EXCHANGE_REQUESTED.value,
                OrderRequestRow.payment_method_id == method_id,
                OrderRequestRow.price_difference_cents > 0,
            )
        )
        return int(self._session.scalar(query) or 0)

    def damage_reported(self, order_id: OrderId, item_id: ItemId) -> bool:
        """Whether damage of this item has been reported already."""
        return self._session.get(DamageReportRow, (order_id, item_id)) is not None
