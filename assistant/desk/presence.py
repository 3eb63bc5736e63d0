"""Who is at the desk now."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.records import RIGHTS, Colleague, UserId
from assistant.storage.desk_tables import DeskSessionRow, DeskUserRow

_ACTIVE = timedelta(minutes=5)
_ANSWERING = [role for role, rights in RIGHTS.items() if "answer" in rights]


def present(session: Session, now: datetime) -> frozenset[UserId]:
    """Those who may answer customers and were active within the last minutes."""
    query = (
        select(DeskSessionRow.user_id)
        .join(DeskUserRow, DeskUserRow.user_id == DeskSessionRow.user_id)
        .where(
            DeskUserRow.role.in_(_ANSWERING),
            DeskUserRow.disabled_at.is_(None),
            DeskSessionRow.seen_at > now - _ACTIVE,
            DeskSessionRow.expires_at > now,
        )
    )
    return frozenset(map(UserId, session.scalars(query)))


def colleagues(session: Session, now: datetime, user_id: UserId) -> tuple[Colleague, ...]:
    """The others who may answer customers: those who are at the desk first, then by name."""
    there = present(session, now)
    query = select(DeskUserRow).where(
        DeskUserRow.role.in_(_ANSWERING), DeskUserRow.disabled_at.is_(None), DeskUserRow.user_id != user_id
    )
    found = [
        Colleague(user_id=UserId(row.user_id), display_name=row.display_name, present=row.user_id in there)
        for row in session.scalars(query)
    ]
    return tuple(sorted(found, key=lambda one: (not one.present, one.display_name)))
