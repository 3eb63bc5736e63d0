"""The log of events, to write to and to read from.

    log = Log.open(settings.events_dir)
    log.append([Event(...), ...], batch="visit-17")   # once, however often it is called
    for event in log.read(since=...): ...             # as they were written
    log.clean(), log.sessions(), log.features()       # tables of ibis: .execute(), .to_pyarrow(), .to_polars()
    for items in log.items_by_session(): ...          # what was looked at together

What is computed is kept beside the log and made again when the log has changed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.clock import Clock
from assistant.insight.events.analysis.engine import Engine, FileEngine
from assistant.insight.events.analysis.pipeline import CleaningReport, Pipeline
from assistant.insight.events.event import Kind
from assistant.insight.events.files import EventFiles

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ITEM_KINDS: tuple[Kind, ...] = ("view", "cart_add", "order")


@dataclass(frozen=True, slots=True)
class SessionItems:
    """The items of one session in the order of time, repeats included.

    Attributes:
        who: the customer, or the visitor whom nobody knows.
        started: moment of the first, in UTC.
        items: ids of products.
        kinds: what was done with each: `view`, `cart_add`, `order`.
    """

    who: str
    started: datetime
    items: tuple[str, ...]
    kinds: tuple[str, ...]


class Log(EventFiles):
    """A log of events in a folder.

    Args:
        folder: made where there is none.
        clock: tells when rows are received.
        engine: runs what is computed; None: DuckDB over the files.
        memory: that DuckDB takes at most; what needs more goes through temporary files.
        progress: told a title, steps done and steps in all, while something is computed.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        *,
        engine: Engine | None = None,
        memory: str = "1500MB",
        progress: Callable[[str, float, float], None] = lambda *_: None,
    ) -> None:
        super().__init__(folder, clock)
        self._engine, self._memory, self._progress = engine, memory, progress

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> "Log":
        """The log in a folder, an empty one where there was none."""
        return cls(folder, clock)

    @cached_property
    def engine(self) -> Engine:
        """What runs the expressions."""
        return self._engine or FileEngine(self, self._memory)

    @property
    def pipeline(self) -> Pipeline:
        """What is computed, of the log as it is now."""
        self.engine.refresh()
        return Pipeline(self.engine, self._progress)

    def clean(self) -> "ir.Table":
        """Events that are behaviour of people: the fields of `Event`, `nth` (session of the visitor) and `who`."""
        return self.pipeline.clean()

    def sessions(self) -> "ir.Table":
        """Sessions; see `analysis.sessions.sessions`."""
        return self.pipeline.sessions()

    def features(self, as_of: datetime | None = None) -> "ir.Table":
        """What customers are like; see `analysis.features.features`."""
        return self.pipeline.features(as_of)

    def normalised(self) -> "ir.Table":
        """The same numbers on one scale; see `analysis.features.normalised`."""
        return self.pipeline.normalised()

    def report(self) -> CleaningReport:
        """What cleaning dropped, and why."""
        return self.pipeline.report()

    def items_by_session(self, kinds: Sequence[Kind] = _ITEM_KINDS, at_least: int = 1) -> Iterator[SessionItems]:
        """Sessions with the items that were looked at, put into the cart or ordered, by time of their beginning.

        Args:
            kinds: which of these count.
            at_least: sessions with fewer of such events are left out.
        """
        clean = self.clean()
        rows = clean.filter(clean.item.notnull() & clean.kind.isin(list(kinds)))
        order = [rows.at, rows.id]
        grouped = rows.group_by("visitor", "nth").aggregate(
            who=rows.who.max(), started=rows.at.min(), items=rows.item.collect(order_by=order),
            kinds=rows.kind.collect(order_by=order),
        )  # fmt: skip
        found = grouped.filter(grouped["items"].length() >= at_least).order_by(["started", "visitor", "nth"])
        for row in self.engine.rows(found.select("who", "started", "items", "kinds")):
            moment = row["started"].replace(tzinfo=UTC)
            yield SessionItems(row["who"], moment, tuple(row["items"]), tuple(row["kinds"]))

    def ordered_together(self) -> Iterator[tuple[str, ...]]:
        """The distinct items of each order that has at least two, in no order of importance, sorted by id."""
        clean = self.clean()
        lines = clean.filter((clean.kind == "order") & clean.order.notnull() & clean.item.notnull())
        grouped = lines.group_by("who", "order").aggregate(
            items=lines.item.collect(distinct=True), n=lines.item.nunique()
        )
        found = grouped.filter(grouped.n >= 2).order_by(["who", "order"]).select("items")
        for row in self.engine.rows(found):
            yield tuple(sorted(row["items"]))
