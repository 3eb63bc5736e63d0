"""From events to what is computed of them, step by step; each step is done once for a state of the log."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.insight.events.analysis import cleaning
from assistant.insight.events.analysis import features as customers
from assistant.insight.events.analysis import sessions as sittings
from assistant.insight.events.analysis.engine import Engine
from assistant.insight.events.event import FIELDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_EXAMPLES = 3
_STEPS = 4


@dataclass(frozen=True)
class Dropped:
    """What one rule drops: how many rows, and a few of them."""

    rule: cleaning.Rule
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class CleaningReport:
    """What cleaning leaves and drops.

    Attributes:
        events: rows of the log.
        kept: rows that are left.
        dropped: by rule, in the order of the rules; those that drop nothing too.
        bots: visitors that are bots.
    """

    events: int
    kept: int
    dropped: tuple[Dropped, ...] = field(default_factory=tuple)
    bots: int = 0

    def rows(self) -> dict[str, int]:
        """How many rows each rule drops."""
        return {one.rule: one.rows for one in self.dropped}


class Pipeline:
    """Computes, over any engine, each thing at its first use.

    Args:
        engine: where.
        progress: told a title, steps done and steps in all.
    """

    def __init__(self, engine: Engine, progress: Callable[[str, float, float], None] = lambda *_: None) -> None:
        self._engine = engine
        self._progress = progress

    def clean(self) -> "ir.Table":
        """Events that are behaviour of people: the log's fields, `nth` (session of the visitor) and `who`."""
        judged, visitors = self._judged(), self._visitors()
        people = visitors.filter(~visitors.bot).drop("bot")
        rows = judged.filter(judged.rule.isnull()).inner_join(people, "visitor")
        return rows.select(*FIELDS, "nth", who=rows.known_as.coalesce(rows.visitor))

    def sessions(self) -> "ir.Table":
        """Sessions of people; see `sessions.sessions`, with `who`."""

        def made() -> "ir.Table":
            found = sittings.sessions(self.clean())
            visitors = self._visitors()
            rows = found.inner_join(visitors, "visitor")
            return rows.select(*found.columns, who=rows.known_as.coalesce(rows.visitor))

        return self._kept("sessions", 2, made)

    def features(self, as_of: datetime | None = None) -> "ir.Table":
        """Customers' features; see `features.features`.

        Args:
            as_of: recency is counted up to here; None: up to the last event.
        """
        if as_of is None:
            return self._kept("features", 3, lambda: self._features(self._last()))
        return self._features(as_of)

    def normalised(self) -> "ir.Table":
        """The features on one scale; see `features.normalised`."""
        return self._kept("normalised", 4, lambda: customers.normalised(self.features()))

    def report(self) -> CleaningReport:
        """What cleaning dropped, and why."""
        faults = cleaning.faults(self._engine.events())
        judged, visitors = self._judged(), self._visitors()
        rows = judged.inner_join(visitors, "visitor")
        rows = rows.mutate(rule=rows.bot.ifelse("bot", rows.rule))
        counts = self._counts(rows)
        wrong, kept = self._counts(faults) | counts, counts.get(None, 0)
        examples = {**self._examples(faults, ("clock", "absurd")), **self._examples(rows, cleaning.RULES[2:])}
        bots = int(self._value(visitors.filter(visitors.bot).count()))
        dropped = tuple(Dropped(rule, wrong.get(rule, 0), examples.get(rule, ())) for rule in cleaning.RULES)
        return CleaningReport(kept + sum(one.rows for one in dropped), kept, dropped, bots)

    def _judged(self) -> "ir.Table":
        """Events without faults, with the rule by which they are dropped, and numbered sessions."""

        def made() -> "ir.Table":
            found = cleaning.faults(self._engine.events())
            sound = found.filter(found.rule.isnull()).drop("rule", "received")
            return cleaning.numbered(cleaning.told_before(sound)).drop("opens")

        return self._kept("judged", 0, made)

    def _visitors(self) -> "ir.Table":
        return self._kept("visitors", 1, lambda: cleaning.visitors(self._judged()))

    def _features(self, as_of: datetime) -> "ir.Table":
        return customers.features(self.sessions(), customers.tastes(self.clean()), as_of)

    def _last(self) -> datetime:
        found: Any = self._value(self.sessions().ended.max())
        return found.replace(tzinfo=UTC) if found is not None else datetime(1970, 1, 1, tzinfo=UTC)

    def _kept(self, name: str, step: int, made: "Callable[[], ir.Table]") -> "ir.Table":
        found = self._engine.kept(name)
        if found is None:
            table = made()
            self._progress(_TITLES[name], step, _STEPS)
            found = self._engine.keep(name, table)
        return found

    def _counts(self, rows: "ir.Table") -> dict[Any, int]:
        counted = self._engine.backend.to_pyarrow(rows.group_by("rule").aggregate(n=rows.count()))
        return {row["rule"]: int(row["n"]) for row in counted.to_pylist()}

    def _value(self, expression: Any) -> Any:
        return self._engine.backend.to_pyarrow(expression).as_py()

    def _examples(self, rows: "ir.Table", rules: tuple[cleaning.Rule, ...]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for rule in rules:
            few = rows.filter(rows.rule == rule).select(
                "id", "at", "kind", "visitor", "item", "quantity", "price_cents"
            )
            told = self._engine.backend.to_pyarrow(few.limit(_EXAMPLES)).to_pylist()
            found[rule] = tuple(" ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in told)
        return found


_TITLES = {
    "judged": "cleaning: faults, repeats, sessions",
    "visitors": "cleaning: bots",
    "sessions": "sessions",
    "features": "features",
    "normalised": "features on one scale",
}
