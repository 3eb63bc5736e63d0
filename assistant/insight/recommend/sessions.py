"""Sessions as recommenders learn from them: items in the order in which one person met them, and when that ended."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Session:
    """One visit, or one basket.

    Args:
        items: in the order of their moments; an item may stand more than once.
        ended: seconds since 1970, of its last moment.
    """

    items: tuple[str, ...]
    ended: float = 0.0


@dataclass(frozen=True)
class Learned:
    """Sessions as numbers, the oldest first.

    Args:
        names: of the items; an item's number is its place here.
        rows: for each session the numbers of its items.
        ended: for each session when it ended, seconds since 1970, shape (sessions,).
    """

    names: tuple[str, ...]
    rows: tuple[Numbers, ...]
    ended: Scores

    @classmethod
    def of(cls, sessions: Iterable[Session], names: Iterable[str] = ()) -> "Learned":
        """Numbered sessions; empty ones are left out. `names` are items that must be known even if nobody met them."""
        kept = sorted((session for session in sessions if session.items), key=lambda session: session.ended)
        known = dict.fromkeys((*names, *(item for session in kept for item in session.items)))
        number = {name: at for at, name in enumerate(known)}
        rows = tuple(np.array([number[item] for item in session.items], dtype=np.int64) for session in kept)
        return cls(tuple(known), rows, np.array([session.ended for session in kept], dtype=np.float64))

    def __len__(self) -> int:
        return len(self.rows)

    def pairs(self) -> tuple[Numbers, Numbers]:
        """Session and item of every event, in order."""
        sizes = [len(row) for row in self.rows]
        owners = np.repeat(np.arange(len(self.rows), dtype=np.int64), sizes)
        return owners, np.concatenate(self.rows) if self.rows else np.zeros(0, dtype=np.int64)

    def matrix(self) -> "csr_matrix":
        """How often each session met each item, shape (sessions, items)."""
        from scipy.sparse import csr_matrix

        owners, items = self.pairs()
        counts = np.ones(len(items), dtype=np.float64)
        return csr_matrix((counts, (owners, items)), shape=(len(self.rows), len(self.names)))


def numbered(items: Sequence[str], places: "dict[str, int]") -> Numbers:
    """The numbers of the known ones of `items`, in their order."""
    return np.array([places[item] for item in items if item in places], dtype=np.int64)


def grouped(events: Iterable[tuple[Hashable, str, float]]) -> Iterator[Session]:
    """Sessions from events of (session, item, seconds since 1970) in any order.

    Events of one session at the same moment keep the order in which they came.
    """
    found: dict[Hashable, list[tuple[float, str]]] = {}
    for session, item, at in events:
        found.setdefault(session, []).append((at, item))
    for members in found.values():
        members.sort(key=lambda member: member[0])
        yield Session(tuple(item for _, item in members), members[-1][0])
