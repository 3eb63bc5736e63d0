"""What a change writes. Each effect checks again, in its own statement, that the rows still allow it.

Effects are applied in the order in which they stand in `EFFECTS`, so that two transactions take locks in the
same order on PostgreSQL.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import CursorResult, Update, func, select, update
from sqlalchemy.orm import Session

from assistant.errors import ToolError
from assistant.ids import CustomerId, ItemId, OrderId, PaymentMethodId
from assistant.shop.loading import catalogue_changed
from assistant.shop.records import Address, Money, OrderItem, OrderStatus, ServiceRequest
from assistant.storage import outbox
from assistant.storage.proposal_tables import DamageReportRow, StockNoticeRow
from assistant.storage.shop_tables import (
    CustomerRow,
    OrderItemRow,
    OrderRequestRow,
    OrderRow,
    PaymentMethodRow,
    PaymentRow,
    VariantRow,
)

CHANGED_MEANWHILE = "The order, a price or the stock has changed since this was shown. Propose the change again."


@dataclass(frozen=True)
class Effect:
    """Something that a change writes."""

    name: ClassVar[str] = ""

    def write(self, session: Session, at: datetime) -> OrderId | None:
        """Write it in the caller's transaction.

        Returns:
            The number of an order that was made.

        Raises:
            ToolError: the rows no longer allow it.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class SetOrder(Effect):
    """Give an order another state, reason or address, if it is still in the state that was seen."""

    name: ClassVar[str] = "order"
    order_id: OrderId
    customer_id: CustomerId
    seen: OrderStatus
    status: OrderStatus
    cancel_reason: str | None = None
    address: Address | None = None

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        values: dict[str, Any] = {"status": self.status.value}
        if self.cancel_reason is not None:
            values["cancel_reason"] = self.cancel_reason
        if self.address is not None:
            values |= self.address.model_dump()
        query = update(OrderRow).where(
            OrderRow.order_id == self.order_id,
            OrderRow.customer_id == self.customer_id,
            OrderRow.status == self.seen.value,
        )
        _must_change(session, query.values(**values))


@dataclass(frozen=True)
class ReplaceItems(Effect):
    """Put other variants into an order, each at its own price, by position."""

    name: ClassVar[str] = "items"
    order_id: OrderId
    items: tuple[tuple[int, ItemId, OrderItem], ...]
    """Position, the item that was seen there, and the new one."""

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        for position, seen, item in self.items:
            query = update(OrderItemRow).where(
                OrderItemRow.order_id == self.order_id,
                OrderItemRow.position == position,
                OrderItemRow.item_id == seen,
            )
            values = {"item_id": item.item_id, "options": item.options, "price_cents": item.price.cents}
            _must_change(session, query.values(**values))


@dataclass(frozen=True)
class PutRequest(Effect):
    """Store the return or exchange that was asked for."""

    name: ClassVar[str] = "request"
    order_id: OrderId
    request: ServiceRequest

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        difference = self.request.price_difference
        session.add(
            OrderRequestRow(
                order_id=self.order_id,
                kind=self.request.kind,
                item_ids=list(self.request.item_ids),
                new_item_ids=list(self.request.new_item_ids),
                payment_method_id=self.request.payment_method_id,
                price_difference_cents=None if difference is None else difference.cents,
                currency=difference.currency if difference else _currency_of(session, self.order_id),
                at=at,
            )
        )
        session.flush()


@dataclass(frozen=True)
class AddPayments(Effect):
    """Enter money that moved into an order's ledger."""

    name: ClassVar[str] = "payments"
    order_id: OrderId
    payments: tuple[tuple[Literal["payment", "refund"], Money, PaymentMethodId], ...]

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        highest = session.scalar(select(func.max(PaymentRow.position)).where(PaymentRow.order_id == self.order_id))
        first = 0 if highest is None else highest + 1
        for position, (kind, amount, method) in enumerate(self.payments, first):
            session.add(_payment_row(self.order_id, position, kind, amount, method, at))
        session.flush()


@dataclass(frozen=True)
class MoveBalances(Effect):
    """Put money on a customer's gift cards (above 0) or take it off; none may fall below 0."""

    name: ClassVar[str] = "balances"
    customer_id: CustomerId
    cents: dict[PaymentMethodId, int]

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        for method_id, cents in sorted(self.cents.items()):
            balance = PaymentMethodRow.balance_cents
            query = update(PaymentMethodRow).where(
                PaymentMethodRow.customer_id == self.customer_id,
                PaymentMethodRow.payment_method_id == method_id,
                balance + cents >= 0,
            )
            _must_change(session, query.values(balance_cents=balance + cents))


@dataclass(frozen=True)
class NewOrder(Effect):
    """Place an order that is paid at once."""

    name: ClassVar[str] = "new order"
    customer_id: CustomerId
    items: tuple[OrderItem, ...]
    address: Address
    shipping: Money | None
    total: Money
    payment_method_id: PaymentMethodId
    dated: bool = True

    def write(self, session: Session, at: datetime) -> OrderId:
        """Write it."""
        order_id = _free_number(session)
        session.add(
            OrderRow(
                order_id=order_id,
                customer_id=self.customer_id,
                sequence=(session.scalar(select(func.max(OrderRow.sequence))) or 0) + 1,
                status=OrderStatus.PENDING.value,
                placed_at=at if self.dated else None,
                shipping_cents=None if self.shipping is None else self.shipping.cents,
                **self.address.model_dump(),
            )
        )
        session.flush()
        for position, item in enumerate(self.items):
            values = item.model_dump(exclude={"price"})
            price = {"price_cents": item.price.cents, "currency": item.price.currency}
            session.add(OrderItemRow(order_id=order_id, position=position, **values, **price))
        session.add(_payment_row(order_id, 0, "payment", self.total, self.payment_method_id, at))
        session.flush()
        return order_id


@dataclass(frozen=True)
class MoveStock(Effect):
    """Take variants out of stock (below 0) or put them back; where the shop counts none, nothing moves."""

    name: ClassVar[str] = "stock"
    pieces: dict[ItemId, int]

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        moved = False
        for item_id, pieces in sorted(self.pieces.items()):
            counted = VariantRow.stock.is_not(None)
            query = update(VariantRow).where(VariantRow.item_id == item_id, counted)
            enough = query.where(VariantRow.stock + pieces >= 0).values(stock=VariantRow.stock + pieces)
            if not pieces:
                continue
            if _changed(session, enough):
                moved = True
            elif pieces < 0 and session.scalar(
                select(VariantRow.item_id).where(VariantRow.item_id == item_id, counted)
            ):
                raise ToolError(CHANGED_MEANWHILE)
        if moved:
            catalogue_changed(session)


@dataclass(frozen=True)
class SetCustomerAddress(Effect):
    """Give a customer another standard address."""

    name: ClassVar[str] = "customer"
    customer_id: CustomerId
    address: Address

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        query = update(CustomerRow).where(CustomerRow.customer_id == self.customer_id)
        _must_change(session, query.values(**self.address.model_dump()))


@dataclass(frozen=True)
class PutDamageReport(Effect):
    """Store what arrived damaged."""

    name: ClassVar[str] = "damage"
    order_id: OrderId
    item_id: ItemId
    description: str
    wish: Literal["replacement", "refund"]

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        session.add(
            DamageReportRow(
                order_id=self.order_id,
                item_id=self.item_id,
                description=self.description,
                wish=self.wish,
                status="open",
                at=at,
            )
        )
        session.flush()


@dataclass(frozen=True)
class PutStockNotice(Effect):
    """Store who wants to hear of a variant."""

    name: ClassVar[str] = "notice"
    customer_id: CustomerId
    item_id: ItemId
    keep_until: date

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        row = StockNoticeRow(customer_id=self.customer_id, item_id=self.item_id, keep_until=self.keep_until, at=at)
        session.merge(row)
        session.flush()


@dataclass(frozen=True)
class Send(Effect):
    """Leave work for whoever sends things, in the outbox."""

    name: ClassVar[str] = "send"
    topic: str
    payload: dict[str, Any] = field(default_factory=dict)

    def write(self, session: Session, at: datetime) -> None:
        """Write it."""
        outbox.put(session, self.topic, self.payload, at)
        session.flush()


EFFECTS: tuple[type[Effect], ...] = (
    SetOrder,
    ReplaceItems,
    PutRequest,
    AddPayments,
    MoveBalances,
    NewOrder,
    SetCustomerAddress,
    PutDamageReport,
    PutStockNotice,
    Send,
    MoveStock,
)
"""In the order in which they are written; stock is last, because its lock is everybody's."""


def _changed(session: Session, query: Update) -> bool:
    result = session.execute(query.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1


def _must_change(session: Session, query: Update) -> None:
    if not _changed(session, query):
        raise ToolError(CHANGED_MEANWHILE)


def _payment_row(
    order_id: OrderId,
    position: int,
    kind: Literal["payment", "refund"],
    amount: Money,
    method: PaymentMethodId,
    at: datetime,
) -> PaymentRow:
    return PaymentRow(
        order_id=order_id,
        position=position,
        kind=kind,
        amount_cents=amount.cents,
        currency=amount.currency,
        payment_method_id=method,
        at=at,
    )


def _currency_of(session: Session, order_id: OrderId) -> str:
    found = session.scalar(select(OrderItemRow.currency).where(OrderItemRow.order_id == order_id).limit(1))
    return found or "USD"


def _free_number(session: Session) -> OrderId:
    while True:
        number = f"#W{secrets.randbelow(9_000_000) + 1_000_000}"
        if session.get(OrderRow, number) is None:
            return OrderId(number)
