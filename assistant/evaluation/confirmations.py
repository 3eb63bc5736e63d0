"""Many customers say yes at the same moment: how fast proposals are executed, and whether each is executed once."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.clock import Clock
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId, OrderId
from assistant.shop.changes.requests import CancelOrder
from assistant.shop.loading import load_shop
from assistant.shop.records import OrderStatus, Record
from assistant.shop.seed.generator import sample_shop
from assistant.storage.engine import Database
from assistant.storage.proposal_tables import AuditRow
from assistant.storage.shop_tables import OrderRow
from assistant.tools.proposals import ConfirmationResult, Proposal, Proposals

_SEED = 7


class RaceFigures(Record):
    """What came of many confirmations at once.

    Attributes:
        proposals: how many there were.
        calls: how many confirmations were sent.
        answered: how many came back, whatever they said; the others raised.
        executions: audit records that were written meanwhile.
        answers: how many different answers a proposal's confirmations got, at most; a mark that it is a repetition
            doesn't count.
        seconds: from the first confirmation to the last answer.
    """

    proposals: int
    calls: int
    answered: int
    executions: int
    answers: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Confirmations answered in a second."""
        return self.answered / self.seconds

    @property
    def executed_per_second(self) -> float:
        """Changes made in a second."""
        return self.executions / self.seconds

    @property
    def once_each(self) -> bool:
        """Whether every proposal was executed exactly once, no call was lost, and all answers to one agreed."""
        return self.executions == self.proposals and self.answered == self.calls and self.answers == 1


def load_busy_shop(database: Database, *, orders: int, currency: str, clock: Clock) -> None:
    """A sample shop with that many orders, in an empty, migrated database."""
    today: date = clock.now().date()
    rows = sample_shop(customers=max(10, orders // 4), orders=orders, seed=_SEED, today=today, currency=currency)
    load_shop(database, rows, kind="sample", currency=currency, at=clock.now(), seed=_SEED, today=today)


def propose_cancellations(proposals: Proposals, most: int) -> list[Proposal]:
    """Propose to cancel orders that may be cancelled, each in a conversation of its own; at most so many."""
    query = select(OrderRow.order_id, OrderRow.customer_id).where(OrderRow.status == OrderStatus.PENDING.value)
    with proposals.database.read() as session:
        found = session.execute(query.order_by(OrderRow.sequence)).all()
    made: list[Proposal] = []
    for order_id, customer_id in found:
        if len(made) == most:
            break
        try:
            request = CancelOrder(order_id=OrderId(order_id), reason="no longer needed")
            made.append(proposals.propose(request, CustomerId(customer_id), ConversationId(f"bench {order_id}")))
        except ToolError:
            continue
    return made


def everybody_confirms(waiting: Sequence[Proposal], *, threads: int, calls: int, seed: int = 0) -> list[list[Proposal]]:
    """What each thread confirms, where all confirm all of them equally often, every one in another order."""
    plans = [[waiting[at % len(waiting)] for at in range(calls)] for _ in range(threads)]
    for number, plan in enumerate(plans):
        random.Random(f"{seed} {number}").shuffle(plan)
    return plans


def race(proposals: Proposals, plans: Sequence[Sequence[Proposal]]) -> RaceFigures:
    """Confirm from several threads at once.

    Args:
        proposals: to confirm with.
        plans: what each thread confirms, in its order.
    """
    before = _audited(proposals.database)

    def work(plan: Sequence[Proposal]) -> list[tuple[str, ConfirmationResult | None]]:
        return [(proposal.proposal_id, _confirmed(proposals, proposal)) for proposal in plan]

    started = time.perf_counter()
    with ThreadPoolExecutor(len(plans)) as pool:
        told = [answer for answers in pool.map(work, plans) for answer in answers]
    seconds = time.perf_counter() - started
    different: dict[str, set[str]] = {proposal_id: set() for proposal_id, _ in told}
    for proposal_id, answer in told:
        if answer is not None:
            different[proposal_id].add(answer.model_copy(update={"replayed": False}).model_dump_json())
    return RaceFigures(
        proposals=len(different),
        calls=len(told),
        answered=sum(answer is not None for _, answer in told),
        executions=(_audited(proposals.database) - before).total(),
        answers=max(map(len, different.values()), default=0),
        seconds=seconds,
    )


def _confirmed(proposals: Proposals, proposal: Proposal) -> ConfirmationResult | None:
    try:
        return proposals.confirm(proposal.proposal_id, proposal.customer_id)
    except SQLAlchemyError:  # a lost call; it is counted
        return None


def _audited(database: Database) -> Counter[str]:
    query = select(AuditRow.proposal_id, func.count()).group_by(AuditRow.proposal_id)
    with database.read() as session:
        return Counter({proposal_id: count for proposal_id, count in session.execute(query)})
