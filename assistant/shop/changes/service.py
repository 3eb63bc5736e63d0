"""Planning and applying changes; the only code that changes an order."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.ids import CustomerId, ItemId, OrderId
from assistant.shop.changes.address import plan_modify_address, plan_modify_user_address
from assistant.shop.changes.cancel import plan_cancel
from assistant.shop.changes.effects import EFFECTS
from assistant.shop.changes.exchange import plan_exchange
from assistant.shop.changes.items import plan_modify_items
from assistant.shop.changes.payment import plan_modify_payment
from assistant.shop.changes.plan import Books, ChangePlan
from assistant.shop.changes.quote import ExchangeQuote, quote_exchange
from assistant.shop.changes.reorder import plan_reorder
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
    SuppliedCall,
)
from assistant.shop.changes.returns import plan_return
from assistant.shop.changes.service_requests import plan_damage, plan_invoice, plan_notice
from assistant.shop.changes.supplied import plan_supplied
from assistant.shop.policy import Policy
from assistant.shop.queries import lock_customer
from assistant.storage.engine import Database

Step = Callable[[str], None]
"""Told the name of each step that has been taken; tests crash there."""

_PLANNERS: dict[type[Any], Callable[[Any, Books], ChangePlan]] = {
    CancelOrder: plan_cancel,
    ModifyAddress: plan_modify_address,
    ModifyItems: plan_modify_items,
    ModifyPayment: plan_modify_payment,
    ModifyUserAddress: plan_modify_user_address,
    ReturnItems: plan_return,
    ExchangeItems: plan_exchange,
    Reorder: plan_reorder,
    ReportDamage: plan_damage,
    RequestInvoice: plan_invoice,
    NotifyWhenInStock: plan_notice,
    SuppliedCall: plan_supplied,
}


def no_step(name: str) -> None:
    """Does nothing."""


class Changes:
    """Changes that customers ask for.

    Args:
        database: with the shop.
        policy: the shop's rules.
    """

    def __init__(self, database: Database, policy: Policy) -> None:
        self._database = database
        self.policy = policy

    def plan(self, request: ChangeRequest, customer_id: CustomerId, now: datetime) -> ChangePlan:
        """What a request would do, as the shop is now. Nothing is written.

        Args:
            request: what is asked for.
            customer_id: who asks, as the runtime has proved it.
            now: the moment at which windows are measured.

        Raises:
            ToolError: it is not allowed, or names what isn't there; the text says what would work.
        """
        with self._database.read() as session:
            return self.plan_in(session, request, customer_id, now)

    def plan_in(
        self, session: Session, request: ChangeRequest, customer_id: CustomerId, now: datetime, *, lock: bool = False
    ) -> ChangePlan:
        """As `plan`, within the caller's session; `lock` keeps others from changing the customer's things."""
        if lock:
            lock_customer(session, customer_id)
        books = Books(session, customer_id, self.policy, now, lock=lock)
        plan = _PLANNERS[type(request)](request, books)
        return replace(plan, before=books.seen)

    def quote_exchange(
        self,
        order_id: OrderId,
        item_ids: Sequence[ItemId],
        new_item_ids: Sequence[ItemId],
        customer_id: CustomerId,
        now: datetime,
    ) -> ExchangeQuote:
        """What swapping items would cost, as the shop is now; see `quote_exchange`.

        Raises:
            ToolError: an item can't be swapped so.
        """
        with self._database.read() as session:
            return quote_exchange(Books(session, customer_id, self.policy, now), order_id, item_ids, new_item_ids)

    def apply(self, session: Session, plan: ChangePlan, at: datetime, step: Step = no_step) -> OrderId | None:
        """Write a plan in the caller's write transaction.

        Args:
            session: a write session, in which the plan was made.
            plan: made in this very transaction.
            at: now.
            step: told each effect after it was written.

        Returns:
            The number of the order that the change is about; of the new one where one was made.

        Raises:
            ToolError: the rows no longer allow it; the caller rolls back.
        """
        made: OrderId | None = None
        for effect in sorted(plan.effects, key=lambda effect: EFFECTS.index(type(effect))):
            made = effect.write(session, at) or made
            step(effect.name)
        session.expire_all()
        return made or plan.terms.order_id
