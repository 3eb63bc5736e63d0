"""Keeps the facts of a customer: adds, supersedes, takes back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.ids import CustomerId, MessageId, new_id
from assistant.memory.fact_rules import OPPOSITE, SINGLE_VALUED
from assistant.memory.facts import FoundFact, find_facts
from assistant.storage.conversation_tables import FactRow, MessageRow
from assistant.text.masking import mask_for_good


def current_facts(session: Session, customer_id: CustomerId) -> Sequence[FactRow]:
    """The facts that hold, newest first."""
    query = select(FactRow).where(FactRow.customer_id == customer_id, FactRow.superseded_at.is_(None))
    return session.scalars(query.order_by(FactRow.at.desc(), FactRow.kind)).all()


def superseded_facts(session: Session, customer_id: CustomerId) -> dict[str, list[FactRow]]:
    """Facts of the customer that no longer hold, by the conversation that they were told in."""
    query = (
        select(MessageRow.conversation_id, FactRow)
        .join(MessageRow, MessageRow.message_id == FactRow.message_id)
        .where(FactRow.customer_id == customer_id, FactRow.superseded_at.is_not(None))
        .order_by(FactRow.at)
    )
    found: dict[str, list[FactRow]] = {}
    for conversation_id, row in session.execute(query).all():
        found.setdefault(conversation_id, []).append(row)
    return found


def learn(session: Session, customer_id: CustomerId, message_id: MessageId, text: str, at: datetime) -> None:
    """Take the facts out of a customer's message into the caller's transaction; addresses and numbers are none."""
    for found in find_facts(mask_for_good(text)):
        held = [row for row in current_facts(session, customer_id) if row.kind == found.kind]
        same = [row for row in held if row.value.casefold() == found.value.casefold()]
        if found.retracts:
            _supersede(session, held if _takes_back_all(found, held) else same, at)
            continue
        if same:
            continue
        if found.kind in SINGLE_VALUED:
            _supersede(session, held, at)
        elif found.kind in OPPOSITE:
            other = [row for row in current_facts(session, customer_id) if row.kind == OPPOSITE[found.kind]]
            _supersede(session, [row for row in other if row.value.casefold() == found.value.casefold()], at)
        session.add(
            FactRow(
                fact_id=new_id("fact"),
                customer_id=customer_id,
                kind=found.kind,
                value=found.value,
                message_id=message_id,
                confidence=found.confidence,
                at=at,
                superseded_at=None,
            )
        )
        session.flush()


def _takes_back_all(found: FoundFact, held: Sequence[FactRow]) -> bool:
    """Of a kind with one value it is enough that the value is part of the held one ("Berlin", "Berlin, Germany")."""
    return found.kind in SINGLE_VALUED and any(found.value.casefold() in row.value.casefold() for row in held)


def _supersede(session: Session, rows: Sequence[FactRow], at: datetime) -> None:
    ids = [row.fact_id for row in rows]
    if ids:
        session.execute(update(FactRow).where(FactRow.fact_id.in_(ids)).values(superseded_at=at))
