"""Bringing a whole shop into the database, or a part of the rows at a time."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, inspect, update
from sqlalchemy.orm import Session

from assistant.errors import OperatorError
from assistant.storage.base import Base
from assistant.storage.engine import Database
from assistant.storage.shop_tables import SHOP_TABLES, ShopInfoRow

ShopKind = Literal["sample", "tau-retail"]


def load_shop(
    database: Database,
    rows: Iterable[Base],
    *,
    kind: ShopKind,
    currency: str,
    at: datetime,
    seed: int | None = None,
    today: date | None = None,
    replace: bool = False,
) -> None:
    """Fill the shop's tables in one transaction.

    Args:
        database: migrated.
        rows: every row of the shop except `shop_info`, in any order.
        kind: which shop it is.
        currency: ISO 4217 code of all its money.
        at: now.
        seed: that a sample shop was made with.
        today: the day that a sample shop was made for.
        replace: empty the tables first.

    Raises:
        OperatorError: a shop is loaded and `replace` is false; nothing is changed.
    """
    with database.write() as session:
        before = session.get(ShopInfoRow, 1)
        version = 1
        if before is not None:
            if not replace:
                raise OperatorError(
                    f"a shop is loaded already ({before.kind}); nothing was changed",
                    fix="add --replace to delete its customers, products and orders first",
                )
            version = before.catalogue_version + 1
            session.expunge(before)
            for table in SHOP_TABLES:
                session.execute(delete(table))
        insert_rows(session, rows)
        session.add(
            ShopInfoRow(
                shop_id=1,
                kind=kind,
                currency=currency,
                seed=seed,
                today=today,
                loaded_at=at,
                catalogue_version=version,
            )
        )


def insert_rows(session: Session, rows: Iterable[Base]) -> None:
    """Insert many rows, table by table, owners first; far faster than adding them one by one."""
    by_table: dict[type[Base], list[dict[str, Any]]] = {}
    for row in rows:
        columns = inspect(type(row)).column_attrs
        by_table.setdefault(type(row), []).append({column.key: getattr(row, column.key) for column in columns})
    for table in reversed(SHOP_TABLES):
        if found := by_table.get(table):
            session.execute(insert(table), found)


def catalogue_changed(session: Session) -> None:
    """Say that products or variants changed, so that every process reads the catalogue anew."""
    session.execute(update(ShopInfoRow).values(catalogue_version=ShopInfoRow.catalogue_version + 1))
