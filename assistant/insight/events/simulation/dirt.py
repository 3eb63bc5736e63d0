"""Dirt among what simulated visitors did, each kind counted, so that cleaning can be checked against it.

No row is dirtied twice, and none of a bot is: what cleaning must find is exactly what was planted.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.insight.events.simulation.world import CODES, DAYS, LAST_DAY, Columns, World

_US = 1_000_000
_SILENCE_US = 30 * 60 * _US


@dataclass(frozen=True)
class Shares:
    """How much dirt, as shares of the clean events."""

    bots: float = 0.02
    duplicates: float = 0.005
    repeats: float = 0.003
    clock: float = 0.001
    absurd: float = 0.001
    broken: float = 0.00001


@dataclass(frozen=True)
class Planted:
    """What cleaning must find: rows by rule, lines that are no events, and what is left.

    Attributes:
        events: rows that are events, dirty ones included.
        broken: further lines that can't be read.
        kept: rows that are left after cleaning.
        sessions: of these, by 30 minutes of silence.
        visitors: among these.
        orders: lines of orders among these.
    """

    events: int
    bots: int
    duplicates: int
    repeats: int
    clock: int
    absurd: int
    broken: int
    kept: int
    sessions: int
    visitors: int
    orders: int

    def plain(self) -> dict[str, int]:
        """The counts by name."""
        return asdict(self)


def plant(clean: Columns, world: World, rng: np.random.Generator, shares: Shares) -> tuple[Columns, Planted]:
    """Dirty some rows and add others.

    Args:
        clean: columns in order of visitor and time (`world.behave`).
        world: gives bots what to look at.
        rng: chance.
        shares: how much.

    Returns:
        The columns with `id` and `price_cents` besides, in order of time as a log would have them; and what was
        planted.
    """
    rows = len(clean["at"])
    columns = {name: column for name, column in clean.items() if name != "sitting"}
    columns["id"] = np.arange(rows)
    has_item = columns["item"] >= 0
    columns["price_cents"] = np.where(has_item, world.price_cents[columns["item"]], 0)

    views = np.flatnonzero(columns["kind"] == CODES["view"])
    counts = [round(rows * share) for share in (shares.duplicates, shares.repeats, shares.clock, shares.absurd)]
    chosen = rng.permutation(views)[: sum(counts)]
    doubled, repeated, skewed, absurd = np.split(chosen, np.cumsum(counts)[:-1])

    kept = np.ones(rows, dtype=bool)
    kept[skewed] = kept[absurd] = False
    sessions = _sessions(columns["visitor"][kept], columns["at"][kept])
    visitors = len(np.unique(columns["visitor"][kept]))
    orders = int((columns["kind"][kept] == CODES["order"]).sum())

    again = {name: column[doubled] for name, column in columns.items()}
    twice = {name: column[repeated] for name, column in columns.items()}
    twice["at"] = twice["at"] + rng.integers(100_000, 900_000, len(repeated))
    twice["id"] = rows + np.arange(len(repeated))
    columns["at"] = columns["at"].copy()
    columns["at"][skewed] = np.where(rng.random(len(skewed)) < 0.5, _moment("1970-01-01"), _moment("2038-01-19"))
    columns["at"][skewed] += rng.integers(0, 86_400 * _US // 2, len(skewed))
    columns["price_cents"][absurd] = np.where(rng.random(len(absurd)) < 0.5, -100, 99_999_999_900)
    bots = _bots(world, rng, round(rows * shares.bots), int(columns["visitor"].max()) + 1, rows + len(repeated))

    parts = (columns, again, twice, bots)
    whole = {name: np.concatenate([part[name] for part in parts]) for name in columns}
    by_time = np.argsort(whole["at"], kind="stable")
    planted = Planted(
        events=len(by_time),
        bots=len(bots["at"]),
        duplicates=len(doubled),
        repeats=len(repeated),
        clock=len(skewed),
        absurd=len(absurd),
        broken=round(rows * shares.broken),
        kept=int(kept.sum()),
        sessions=sessions,
        visitors=visitors,
        orders=orders,
    )
    return {name: column[by_time] for name, column in whole.items()}, planted


def _bots(world: World, rng: np.random.Generator, rows: int, visitor: int, id_: int) -> Columns:
    """Visitors that look at an item every 0.2 to 0.9 seconds, 300 in a row."""
    count = max(1, round(rows / 300))
    which = np.repeat(np.arange(count), 300)
    start = _moment(str(LAST_DAY - np.timedelta64(DAYS - 1, "D"))) + rng.integers(0, (DAYS - 1) * 86_400, count) * _US
    passed = np.cumsum(rng.integers(200_000, 900_000, (count, 300)), axis=1).ravel()
    item = rng.integers(0, len(world.category), len(which))
    none = np.full(len(which), -1)
    return {
        "visitor": (which + visitor).astype(np.int32), "at": start[which] + passed,
        "kind": np.full(len(which), CODES["view"], dtype=np.int8), "item": item.astype(np.int32),
        "order": none.astype(np.int64), "quantity": np.zeros(len(which), dtype=np.int16),
        "intent": none.astype(np.int8),
        "id": np.arange(len(which)) + id_, "price_cents": world.price_cents[item],
    }  # fmt: skip


def _sessions(visitor: Any, at: Any) -> int:
    """How many sessions there are, of rows in order of visitor and time."""
    return 1 + int(((np.diff(visitor) != 0) | (np.diff(at) > _SILENCE_US)).sum())


def _moment(day: str) -> int:
    return int(np.datetime64(day).astype("datetime64[us]").astype(np.int64))
