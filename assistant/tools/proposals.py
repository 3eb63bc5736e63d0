"""The life of a proposal: stored with what it would do, executed once by its owner's yes, or not at all.

A yes is one transaction: the proposal is claimed by a conditional update, the change is planned again from the
rows as they are now and must still mean what was shown, its effects are written, and the audit record and the
outbox event with them. Whoever comes second finds the claim taken and is answered from what the first one left.
What another system changes can't be one transaction with our rows: `assistant.tools.elsewhere` has those.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId, OrderId
from assistant.shop.changes.effects import CHANGED_MEANWHILE
from assistant.shop.changes.requests import REQUESTS, SUPPLIED, ChangeRequest
from assistant.shop.changes.service import Changes, Step, no_step
from assistant.shop.changes.terms import Terms
from assistant.shop.queries import find_customer, find_order, lock_customer
from assistant.shop.records import Order, Record
from assistant.storage import outbox
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow, ProposalRow
from assistant.tools.elsewhere import Elsewhere, Execution
from assistant.tools.proposal_rows import (
    OUTBOX_TOPIC,
    ConfirmationResult,
    Proposal,
    ProposalResult,
    ProposalStatus,
    answer,
    find,
    proposal_of,
    row_of,
    settle,
    trace,
)

__all__ = ["OUTBOX_TOPIC", "STEPS", "ConfirmationResult", "Proposal", "ProposalResult", "ProposalStatus", "Proposals"]

STEPS = ("claimed", "planned", "audited", "announced", "executed", "committed")
"""Steps of an execution beside those of its effects; see `assistant.shop.changes.effects`."""


@dataclass(frozen=True)
class Proposals:
    """Proposals and their execution.

    Args:
        database: with the shop and the proposals.
        changes: plans and applies.
        clock: tells the time.
        step: told each step of an execution after it was taken; tests crash there.
        elsewhere: carries out what another system changes; None where there is none.
    """

    database: Database
    changes: Changes
    clock: Clock
    step: Step = no_step
    elsewhere: Elsewhere | None = None

    def propose(self, request: ChangeRequest, customer_id: CustomerId, conversation_id: ConversationId) -> Proposal:
        """Store what a request would do, for its owner to agree to.

        An open proposal of the same kind about the same thing in the same conversation is superseded; if it says
        exactly the same and has half of its time left, it is given back instead.

        Raises:
            ToolError: the request is not allowed; nothing is stored.
        """
        now = self.clock.now()
        plan = self.changes.plan(request, customer_id, now)
        life = timedelta(minutes=self.changes.policy.proposals.proposal_minutes)
        with self.database.write() as session:
            lock_customer(session, customer_id)
            rows = session.scalars(
                select(ProposalRow).where(
                    ProposalRow.conversation_id == conversation_id,
                    ProposalRow.customer_id == customer_id,
                    ProposalRow.status == "open",
                    ProposalRow.kind == request.kind,
                    ProposalRow.subject == plan.subject,
                )
            ).all()
            for row in rows:
                standing = proposal_of(row)
                if (standing.request, standing.terms) == (request, plan.terms) and row.expires_at - now >= life / 2:
                    return standing
            for row in rows:
                settle(session, row.proposal_id, "superseded", now)
            row = row_of(plan, conversation_id, now, now + life)
            session.add(row)
            session.flush()
            trace(session, row, now)
            return proposal_of(row)

    def get(self, proposal_id: str, customer_id: CustomerId) -> Proposal | None:
        """A proposal of this customer's, or None."""
        with self.database.read() as session:
            row = find(session, proposal_id, customer_id)
            return None if row is None else proposal_of(row)

    def open(self, conversation_id: ConversationId, customer_id: CustomerId) -> tuple[Proposal, ...]:
        """What still waits for this customer's yes in a conversation, newest first."""
        query = (
            select(ProposalRow)
            .where(
                ProposalRow.conversation_id == conversation_id,
                ProposalRow.customer_id == customer_id,
                ProposalRow.status == "open",
                ProposalRow.expires_at > self.clock.now(),
            )
            .order_by(ProposalRow.created_at.desc(), ProposalRow.proposal_id)
        )
        with self.database.read() as session:
            return tuple(map(proposal_of, session.scalars(query)))

    def of_conversation(self, conversation_id: ConversationId, customer_id: CustomerId) -> tuple[Proposal, ...]:
        """Everything that was proposed to this customer in a conversation, whatever became of it, oldest first."""
        query = (
            select(ProposalRow)
            .where(ProposalRow.conversation_id == conversation_id, ProposalRow.customer_id == customer_id)
            .order_by(ProposalRow.created_at, ProposalRow.proposal_id)
        )
        with self.database.read() as session:
            return tuple(map(proposal_of, session.scalars(query)))

    def decline(self, proposal_id: str, customer_id: CustomerId) -> Proposal | None:
        """The customer's no: an open proposal is closed for good.

        Returns:
            The proposal as it then is, or None where this customer has none of that id.
        """
        with self.database.write() as session:
            if find(session, proposal_id, customer_id) is None:
                return None
            now = self.clock.now()
            declined = settle(session, proposal_id, "declined", now)
            row = find(session, proposal_id, customer_id)
            if declined and row is not None:
                trace(session, row, now)
            return None if row is None else proposal_of(row)

    def confirm(self, proposal_id: str, customer_id: CustomerId) -> ConfirmationResult:
        """The customer's yes to this very proposal: execute it, at most once.

        Args:
            proposal_id: that was shown.
            customer_id: who says yes, as the runtime has proved it.
        """
        now = self.clock.now()
        with self.database.read() as session:
            row = find(session, proposal_id, customer_id)
            if row is not None and row.kind == SUPPLIED:
                return self._execution.confirm(proposal_id, customer_id)
            if row is None or row.status != "open":
                return answer(row)
        with self.database.write() as session:
            if not settle(session, proposal_id, "failed", now, not_after_expiry=True):
                settle(session, proposal_id, "expired", now)
                return answer(find(session, proposal_id, customer_id))
            self.step("claimed")
            row = find(session, proposal_id, customer_id)
            if row is None:
                raise RuntimeError(f"proposal {proposal_id!r} has gone while it was being executed")
            try:
                with session.begin_nested():
                    order = self._execute(session, row, now)
                result = ConfirmationResult(outcome="executed", order=order)
                values = {"status": "executed", "result": result.model_dump(mode="json"), "failure": None}
            except (ToolError, IntegrityError) as error:
                reason = str(error) if isinstance(error, ToolError) else CHANGED_MEANWHILE
                result = ConfirmationResult(outcome="failed", reason=reason)
                values = {"status": "failed", "failure": reason}
            session.execute(update(ProposalRow).where(ProposalRow.proposal_id == proposal_id).values(**values))
            session.expire_all()
            row = find(session, proposal_id, customer_id)
            if row is not None:
                trace(session, row, now)
            self.step("executed")
        self.step("committed")
        return result.model_copy(update={"proposal": None if row is None else proposal_of(row)})

    def given_up(self) -> tuple[Proposal, ...]:
        """Changes of another system whose outcome nobody will know any more; each is returned once, to be looked at."""
        return self._execution.given_up()

    @property
    def _execution(self) -> Execution:
        return Execution(self.database, self.changes, self.clock, self.elsewhere, self.step)

    def _execute(self, session: Session, row: ProposalRow, now: datetime) -> Order | None:
        customer_id, proposal_id = CustomerId(row.customer_id), row.proposal_id
        conversation_id, kind = row.conversation_id, row.kind
        terms = Terms.model_validate(row.terms)
        plan = self.changes.plan_in(
            session, REQUESTS.validate_python(row.request), customer_id, row.created_at, lock=True
        )
        if plan.terms != terms:
            raise ToolError(CHANGED_MEANWHILE)
        self.step("planned")
        order_id = self.changes.apply(session, plan, now, self.step)
        after = _snapshot(session, order_id, customer_id)
        session.add(
            AuditRow(
                proposal_id=proposal_id,
                customer_id=customer_id,
                conversation_id=conversation_id,
                kind=kind,
                order_id=order_id,
                before=None if plan.before is None else plan.before.model_dump(mode="json"),
                after=after.model_dump(mode="json"),
                at=now,
            )
        )
        session.flush()
        self.step("audited")
        event = {"proposal_id": proposal_id, "kind": kind, "order_id": order_id, "customer_id": customer_id}
        outbox.put(session, OUTBOX_TOPIC, event, now)
        session.flush()
        self.step("announced")
        return after if isinstance(after, Order) else None


def _snapshot(session: Session, order_id: OrderId | None, customer_id: CustomerId) -> Record:
    """What the change is about, as it is now: the order, or the customer where no order is concerned."""
    if order_id is None:
        return find_customer(session, customer_id)
    return find_order(session, order_id, customer_id)
