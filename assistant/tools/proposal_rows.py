"""Proposals as records and as rows: what is stored of one, and the conditional updates that settle it."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.ids import ConversationId, CustomerId, new_id
from assistant.shop.changes.plan import ChangePlan
from assistant.shop.changes.requests import ChangeRequest
from assistant.shop.changes.terms import Terms
from assistant.shop.records import Order, Record
from assistant.storage import behaviour
from assistant.storage.engine import changed_one
from assistant.storage.proposal_tables import ProposalRow

ProposalStatus = Literal["open", "executing", "executed", "unsettled", "declined", "expired", "superseded", "failed"]
"""`executing` and `unsettled` are those of changes that another system makes; see `assistant.tools.elsewhere`."""
OUTBOX_TOPIC = "change"


class Proposal(Record):
    """A change that waits for the customer's yes, or what became of it."""

    proposal_id: str
    customer_id: CustomerId
    conversation_id: ConversationId
    kind: str
    request: ChangeRequest
    terms: Terms
    status: ProposalStatus
    created_at: datetime
    expires_at: datetime


class ProposalResult(Record):
    """What a WRITE tool returns: nothing has been changed, a proposal waits for the customer's yes."""

    proposal: Proposal


class ConfirmationResult(Record):
    """How a yes ended.

    `unknown` is an id that this customer has no proposal of, whether or not somebody else has. `order` is the order
    as the execution left it. `reason` says why a proposal `failed`. `replayed` marks the answer to a yes that had
    been given before: nothing was done again. `executing` and `unsettled` are ends of a yes whose change another
    system makes: it is being made, or nobody knows whether it was. `answer` is in that system's words.
    """

    outcome: Literal["executed", "executing", "unsettled", "unknown", "declined", "expired", "superseded", "failed"]
    proposal: Proposal | None = None
    order: Order | None = None
    reason: str = ""
    answer: str = ""
    replayed: bool = False

    @property
    def executed(self) -> bool:
        """Whether the change has been made, now or before."""
        return self.outcome == "executed"


def trace(session: Session, row: ProposalRow, at: datetime) -> None:
    """Note for the log of events what became of a proposal."""
    behaviour.note(
        session, "proposal", at, conversation_id=row.conversation_id, customer_id=row.customer_id,
        intent=row.kind, page=row.status,
    )  # fmt: skip


def find(session: Session, proposal_id: str, customer_id: CustomerId) -> ProposalRow | None:
    """The row of this customer's proposal, or None."""
    query = select(ProposalRow).where(ProposalRow.proposal_id == proposal_id, ProposalRow.customer_id == customer_id)
    return session.scalars(query).first()


def settle(
    session: Session, proposal_id: str, status: ProposalStatus, now: datetime, *, not_after_expiry: bool = False
) -> bool:
    """Close an open proposal; False where it was closed already (or has expired, where that is asked)."""
    query = update(ProposalRow).where(ProposalRow.proposal_id == proposal_id, ProposalRow.status == "open")
    if not_after_expiry:
        query = query.where(ProposalRow.expires_at > now)
    result = session.execute(query.values(status=status, decided_at=now))
    session.expire_all()
    return changed_one(result)


def row_of(plan: ChangePlan, conversation_id: ConversationId, now: datetime, expires_at: datetime) -> ProposalRow:
    """A row for a plan that waits for its yes."""
    return ProposalRow(
        proposal_id=new_id("prop"),
        customer_id=plan.customer_id,
        conversation_id=conversation_id,
        kind=plan.request.kind,
        subject=plan.subject,
        request=plan.request.model_dump(mode="json"),
        terms=plan.terms.model_dump(mode="json"),
        status="open",
        created_at=now,
        expires_at=expires_at,
    )


def proposal_of(row: ProposalRow) -> Proposal:
    """The record of a row."""
    names: tuple[str, ...] = tuple(Proposal.model_fields)
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    return Proposal.model_validate(values)


def answer(row: ProposalRow | None) -> ConfirmationResult:
    """The answer to a yes that does nothing (any more)."""
    if row is None:
        return ConfirmationResult(outcome="unknown")
    proposal = proposal_of(row)
    if row.status == "executed":
        stored = ConfirmationResult.model_validate(row.result)
        return stored.model_copy(update={"proposal": proposal, "replayed": True})
    reason, _, said = (row.failure or "").partition("\n")
    values = {"outcome": row.status, "proposal": proposal, "reason": reason, "answer": said}
    return ConfirmationResult.model_validate(values)
