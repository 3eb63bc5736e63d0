"""A yes whose change another system makes: asked exactly once, and what can't be known is never asked again.

The proposal is claimed first, in a transaction of its own (`executing`). Then the other system is asked, outside of
any transaction, with the proposal's id as the key that tells it a repetition. What it says is written down:
`executed`, `failed` where it refused or was not even reached, `unsettled` where the question went out and no answer
came back. Whoever finds a claim that is too old to be at work (its process died) settles it the same way. From
`unsettled` nothing leads back: a person looks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.errors import ToolError
from assistant.ids import CustomerId
from assistant.shop.changes.effects import CHANGED_MEANWHILE
from assistant.shop.changes.requests import REQUESTS, SuppliedCall
from assistant.shop.changes.service import Changes, Step
from assistant.shop.changes.terms import Terms
from assistant.shop.records import Record
from assistant.storage import outbox
from assistant.storage.engine import Database, changed_one
from assistant.storage.proposal_tables import AuditRow, ProposalRow
from assistant.tools.proposal_rows import (
    OUTBOX_TOPIC,
    ConfirmationResult,
    Proposal,
    answer,
    find,
    proposal_of,
    settle,
    trace,
)

REFUSED, NOT_REACHED = "refused elsewhere", "not reached"
"""Why a change that another system makes has failed: it said no, or it was never asked."""
AT_WORK = timedelta(minutes=2)
"""How long a call can take at most, with room to spare: `timeout_s` of a server is 30 s at most."""


class Answer(Record):
    """What came of asking another system; `text` is in its words."""

    outcome: Literal["executed", "refused", "not_reached", "unsettled"]
    text: str = ""


class Elsewhere(Protocol):
    """Whatever carries a change out."""

    def carry_out(self, call: SuppliedCall, customer_id: CustomerId, key: str) -> Answer:
        """Ask the other system once; never raises for what the other system does."""


@dataclass(frozen=True)
class Execution:
    """Executes proposals whose change another system makes.

    Args:
        database: with the proposals.
        changes: plans anew what was shown.
        clock: tells the time.
        elsewhere: asks the other system.
        step: told each step after it was taken; tests crash there.
    """

    database: Database
    changes: Changes
    clock: Clock
    elsewhere: Elsewhere | None
    step: Step

    def confirm(self, proposal_id: str, customer_id: CustomerId) -> ConfirmationResult:
        """The customer's yes to an open proposal."""
        self._give_up(proposal_id)
        call = self._claim(proposal_id, customer_id)
        if isinstance(call, ConfirmationResult):
            return call
        self.step("claimed")
        said = self.elsewhere.carry_out(call, customer_id, proposal_id) if self.elsewhere else None
        self.step("asked")
        return self._settled(proposal_id, customer_id, said or Answer(outcome="not_reached"))

    def given_up(self) -> tuple[Proposal, ...]:
        """Settle what was being carried out by processes that are no more; each is returned to one caller only."""
        query = select(ProposalRow).where(ProposalRow.status == "executing")
        with self.database.read() as session:
            stale = list(session.scalars(query.where(ProposalRow.decided_at < self._at_work_since())))
        ended = (proposal_of(row) for row in stale if self._give_up(row.proposal_id))
        return tuple(proposal.model_copy(update={"status": "unsettled"}) for proposal in ended)

    def _give_up(self, proposal_id: str) -> bool:
        """Settle a proposal whose process died while it was asking; False where it is at work, or settled."""
        query = update(ProposalRow).where(
            ProposalRow.proposal_id == proposal_id,
            ProposalRow.status == "executing",
            ProposalRow.decided_at < self._at_work_since(),
        )
        with self.database.write() as session:
            if not changed_one(session.execute(query.values(status="unsettled"))):
                return False
            row = session.get(ProposalRow, proposal_id, populate_existing=True)
            if row is not None:
                trace(session, row, self.clock.now())
            return True

    def _at_work_since(self) -> datetime:
        return self.clock.now() - AT_WORK

    def _claim(self, proposal_id: str, customer_id: CustomerId) -> SuppliedCall | ConfirmationResult:
        now = self.clock.now()
        with self.database.write() as session:
            if not settle(session, proposal_id, "executing", now, not_after_expiry=True):
                settle(session, proposal_id, "expired", now)
                return answer(find(session, proposal_id, customer_id))
            row = find(session, proposal_id, customer_id)
            if row is None:
                raise RuntimeError(f"proposal {proposal_id!r} has gone while it was being executed")
            request = REQUESTS.validate_python(row.request)
            try:
                plan = self.changes.plan_in(session, request, customer_id, row.created_at, lock=True)
                changed = plan.terms != Terms.model_validate(row.terms)
            except ToolError:
                changed = True
            if not changed and isinstance(request, SuppliedCall):
                return request
            _move(session, proposal_id, ("executing",), {"status": "failed", "failure": CHANGED_MEANWHILE})
            row = find(session, proposal_id, customer_id)
            return answer(row)

    def _settled(self, proposal_id: str, customer_id: CustomerId, said: Answer) -> ConfirmationResult:
        now = self.clock.now()
        executed = ConfirmationResult(outcome="executed", answer=said.text)
        ends: dict[str, dict[str, object]] = {
            "executed": {"status": "executed", "result": executed.model_dump(mode="json"), "failure": None},
            "refused": {"status": "failed", "failure": f"{REFUSED}\n{said.text}"},
            "not_reached": {"status": "failed", "failure": NOT_REACHED},
            "unsettled": {"status": "unsettled"},
        }
        values = ends[said.outcome]
        with self.database.write() as session:
            moved = _move(session, proposal_id, ("executing", "unsettled"), values)
            row = find(session, proposal_id, customer_id)
            if moved and row is not None:
                trace(session, row, now)
                if row.status == "executed":
                    _write_down(session, row, now)
            self.step("executed")
            result = answer(row)
        self.step("committed")
        return result.model_copy(update={"replayed": False}) if moved else result


def _move(session: Session, proposal_id: str, of: tuple[str, ...], values: dict[str, object]) -> bool:
    query = update(ProposalRow).where(ProposalRow.proposal_id == proposal_id, ProposalRow.status.in_(of))
    moved = changed_one(session.execute(query.values(**values)))
    session.expire_all()
    return moved


def _write_down(session: Session, row: ProposalRow, now: datetime) -> None:
    """The audit record and the outbox event of a change that has been made."""
    terms = Terms.model_validate(row.terms)
    call = REQUESTS.validate_python(row.request)
    tool = call.tool if isinstance(call, SuppliedCall) else row.kind
    said = "\n".join((terms.stated.en.title, *terms.stated.en.lines)) if terms.stated else ""
    session.add(
        AuditRow(
            proposal_id=row.proposal_id,
            customer_id=row.customer_id,
            conversation_id=row.conversation_id,
            kind=row.kind,
            order_id=terms.order_id,
            before=None,
            after={"tool": tool, "description": said},
            at=now,
        )
    )
    event = {
        "proposal_id": row.proposal_id,
        "kind": row.kind,
        "order_id": terms.order_id,
        "customer_id": row.customer_id,
        "tool": tool,
    }
    outbox.put(session, OUTBOX_TOPIC, event, now)
