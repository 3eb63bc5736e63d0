"""Customers who are likely to leave, as a report of association: what those who left had in common, and who has it now.

Who ordered in the year before a day some months ago, and has not ordered since, is counted as having left. What was
true of them before that day is compared with those who stayed. Nothing here says that one thing caused the other:
customers who write to us differ from those who don't in many ways that nobody recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from assistant.intervals import wilson
from assistant.storage.conversation_tables import ConversationRow, HandoffRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database
from assistant.storage.shop_tables import OrderRow

FACTORS = ("one_order", "long_pause", "cancelled", "returned", "wrote", "handed_over", "rated_low")
FEWEST = 60
FEWEST_OF_EACH = 15
_YEAR = timedelta(days=365)
_FOLDS = 5
_PAUSE = 2.0
"""A pause is long that is more than twice as long as the customer's usual one."""


@dataclass(frozen=True)
class Factor:
    """Among customers with something and without it, the shares that left, with intervals of 95 %."""

    name: str
    having: int
    left_with: float
    interval_with: tuple[float, float]
    left_without: float
    interval_without: tuple[float, float]


@dataclass(frozen=True)
class Leaving:
    """The report.

    Args:
        customers: who were looked at; `left`, how many of them left within `days`.
        factors: that go with leaving, or don't.
        auroc: of the chances below, on customers whose own end wasn't known to them; 0.5 says nothing.
        likely: customers who have ordered within the year, with the share of alike ones who left, most likely first,
            and their factors.
    """

    customers: int
    left: int
    days: int
    factors: tuple[Factor, ...] = ()
    auroc: float = 0.5
    likely: tuple[tuple[str, float, tuple[str, ...]], ...] = ()

    @property
    def enough(self) -> bool:
        """Whether anything can be said."""
        return self.customers >= FEWEST and min(self.left, self.customers - self.left) >= FEWEST_OF_EACH


def leaving(database: Database, now: datetime, *, days: int = 90, most: int = 20) -> Leaving:
    """The report of today.

    Args:
        database: holds orders, conversations and ratings.
        now: today.
        days: without an order after which somebody counts as having left.
        most: customers that are listed.
    """
    history = _read(database)
    then = now - timedelta(days=days)
    past = _facts(history, then)
    names = sorted(past)
    gone = np.array([not any(then < at <= now for at, _ in history.orders[name]) for name in names], dtype=bool)
    found = Leaving(len(names), int(gone.sum()), days)
    if not found.enough:
        return found
    rows = np.array([past[name] for name in names], dtype=float)
    today = _facts(history, now)
    likely = _chances(rows, gone, np.array([today[name] for name in sorted(today)], dtype=float))
    ranked = sorted(zip(sorted(today), likely, strict=True), key=lambda one: (-one[1], one[0]))[:most]
    listed = tuple((name, float(share), _true(today[name])) for name, share in ranked)
    return Leaving(found.customers, found.left, days, tuple(_factors(rows, gone)), _auroc(rows, gone), listed)


@dataclass(frozen=True)
class _History:
    orders: Mapping[str, list[tuple[datetime, str]]]
    wrote: Mapping[str, list[datetime]]
    handed: Mapping[str, list[datetime]]
    low: Mapping[str, list[datetime]]


def _read(database: Database) -> _History:
    orders: dict[str, list[tuple[datetime, str]]] = {}
    wrote: dict[str, list[datetime]] = {}
    handed: dict[str, list[datetime]] = {}
    low: dict[str, list[datetime]] = {}
    with database.read() as session:
        query = select(OrderRow.customer_id, OrderRow.placed_at, OrderRow.status)
        for customer, at, status in session.execute(query):
            if at is not None:
                orders.setdefault(customer, []).append((at, status))
        own = select(ConversationRow.conversation_id, ConversationRow.customer_id)
        whose = {talk: customer for talk, customer in session.execute(own) if customer}
        for talk, at in session.execute(select(ConversationRow.conversation_id, ConversationRow.started_at)):
            _put(wrote, whose.get(talk), at)
        for talk, at in session.execute(select(HandoffRow.conversation_id, HandoffRow.created_at)):
            _put(handed, whose.get(talk), at)
        poor = select(RatingRow.conversation_id, RatingRow.at).where(RatingRow.stars <= 2)
        for talk, at in session.execute(poor):
            _put(low, whose.get(talk), at)
    return _History(orders, wrote, handed, low)


def _put(found: dict[str, list[datetime]], customer: str | None, at: datetime) -> None:
    if customer:
        found.setdefault(customer, []).append(at)


def _facts(history: _History, day: datetime) -> dict[str, tuple[bool, ...]]:
    """What is true of each customer who ordered in the year before a day, by what happened until then.

    Only whether an order was cancelled or returned is known as of today.
    """
    found = {}
    for customer, orders in history.orders.items():
        before = sorted((at, status) for at, status in orders if at <= day)
        if not before or before[-1][0] < day - _YEAR:
            continue
        times = [at for at, _ in before]
        usual = (times[-1] - times[0]).total_seconds() / max(1, len(times) - 1)
        pause = (day - times[-1]).total_seconds()
        year, lists = day - _YEAR, (history.wrote, history.handed, history.low)
        found[customer] = (
            len(before) == 1,
            len(before) > 1 and pause > _PAUSE * usual,
            any("cancel" in status for _, status in before),
            any("return" in status for _, status in before),
            *(any(year <= at <= day for at in by.get(customer, ())) for by in lists),
        )
    return found


def _true(facts: tuple[bool, ...]) -> tuple[str, ...]:
    return tuple(name for name, has in zip(FACTORS, facts, strict=True) if has)


def _factors(rows: NDArray[np.float64], gone: NDArray[np.bool_]) -> list[Factor]:
    found = []
    for column, name in enumerate(FACTORS):
        has = rows[:, column] > 0
        if has.all() or not has.any():
            continue
        share, rest = float(gone[has].mean()), float(gone[~has].mean())
        ends = wilson(share, int(has.sum())), wilson(rest, int((~has).sum()))
        found.append(Factor(name, int(has.sum()), share, ends[0], rest, ends[1]))
    return sorted(found, key=lambda one: one.left_without - one.left_with)


def _chances(rows: NDArray[np.float64], gone: NDArray[np.bool_], today: NDArray[np.float64]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression

    if not len(today):
        return np.zeros(0)
    return np.asarray(LogisticRegression(C=1.0, max_iter=1000).fit(rows, gone).predict_proba(today)[:, 1])


def _auroc(rows: NDArray[np.float64], gone: NDArray[np.bool_]) -> float:
    from assistant.insight.satisfaction.figures import auroc

    chances, part = np.zeros(len(gone)), np.arange(len(gone)) % _FOLDS
    for fold in range(_FOLDS):
        held = part == fold
        both: Sequence[bool] = gone[~held].tolist()
        if all(both) or not any(both):
            return 0.5
        chances[held] = _chances(rows[~held], gone[~held], rows[held])
    return auroc(chances, gone)
