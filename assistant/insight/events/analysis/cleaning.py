"""What in a log is no behaviour of people: wrong clocks, absurd values, the same told twice, bots.

Each rule names what it drops; nothing is dropped without a rule. The rules, in this order:

* `clock`: before the year 2000, or later than the row was received (by more than `AHEAD`).
* `absurd`: a quantity below 1 or above 1,000, a price below 0 or above 100,000.00.
* `duplicate`: the same event of a visitor once more.
* `repeat`: the same view, search or page of a visitor again within a second (a double click, a script loaded twice).
* `bot`: all of a visitor of whose events most follow the one before within a second, or who in one session does more
  than 1,000 things or goes on for more than 12 hours.
"""

from typing import TYPE_CHECKING, Literal

from assistant.insight.events.analysis.whole import whole
from assistant.insight.events.event import PAGES

if TYPE_CHECKING:
    import ibis.expr.types as ir

Rule = Literal["clock", "absurd", "duplicate", "repeat", "bot"]
RULES: tuple[Rule, ...] = ("clock", "absurd", "duplicate", "repeat", "bot")
SILENCE_MIN = 30
"""Minutes of silence that end a session."""
AHEAD_MIN = 10
MOST_PIECES = 1_000
HIGHEST_PRICE_CENTS = 10_000_000
BOT_FROM, BOT_SESSION, BOT_HOURS = 30, 1_000, 12
_REPEATABLE = ("view", "search", *PAGES)
_EARLIEST = "2000-01-01 00:00:00"


def faults(events: "ir.Table") -> "ir.Table":
    """Events with `rule`: what is wrong with a row by itself, or null."""
    import ibis

    ahead = events.at > events.received + ibis.interval(minutes=AHEAD_MIN)
    reset = events.at < ibis.timestamp(_EARLIEST)
    pieces = (events.quantity < 1) | (events.quantity > MOST_PIECES)
    price = (events.price_cents < 0) | (events.price_cents > HIGHEST_PRICE_CENTS)
    rule = ibis.cases((ahead | reset, "clock"), (pieces.fill_null(False) | price.fill_null(False), "absurd"))
    return events.mutate(rule=rule)


def told_before(events: "ir.Table") -> "ir.Table":
    """Events without faults, with the columns that compare each with its visitor's one before.

    Returns:
        `rule` (`duplicate`, `repeat` or null), `quick` (1 where it follows within a second) and `opens` (1 where a
        session begins) besides.
    """
    import ibis

    within = ibis.window(group_by=events.visitor, order_by=[events.at, events.id])
    before = events.mutate(
        _at=events.at.lag().over(within), _id=events.id.lag().over(within), _kind=events.kind.lag().over(within),
        _what=_what(events).lag().over(within),
    )  # fmt: skip
    soon = before.at < before._at + ibis.interval(seconds=1)
    same = (before.kind == before._kind) & (_what(before) == before._what) & before.kind.isin(_REPEATABLE)
    duplicate = (before.id == before._id).fill_null(False)
    rule = ibis.cases((duplicate, "duplicate"), ((same & soon).fill_null(False), "repeat"))
    opens = (before._at.isnull() | (before.at > before._at + ibis.interval(minutes=SILENCE_MIN))).ifelse(1, 0)
    quick = ((~duplicate) & soon).fill_null(False).ifelse(1, 0)
    return before.mutate(rule=rule, opens=opens, quick=quick).drop("_at", "_id", "_kind", "_what")


def numbered(events: "ir.Table") -> "ir.Table":
    """Events of `told_before` with `nth`: the number of the session among its visitor's, from 1."""
    import ibis

    so_far = ibis.window(group_by=events.visitor, order_by=[events.at, events.id], preceding=None, following=0)
    return events.mutate(nth=whole(events.opens.sum().over(so_far)))


def visitors(events: "ir.Table") -> "ir.Table":
    """One row per visitor of numbered events: `visitor`, `bot`, `known_as` (the one customer it was signed in as)."""
    seen = events.filter(events.rule.isnull())
    sittings = seen.group_by("visitor", "nth").aggregate(
        events=seen.count(), quick=whole(seen.quick.sum()), first=seen.at.min(), last=seen.at.max(),
        low=seen.customer.min(), high=seen.customer.max(),
    )  # fmt: skip
    import ibis

    endless = (sittings.events > BOT_SESSION) | (sittings.last > sittings.first + ibis.interval(hours=BOT_HOURS))
    sittings = sittings.mutate(endless=endless.ifelse(1, 0))
    each = sittings.group_by("visitor").aggregate(
        events=whole(sittings.events.sum()), quick=whole(sittings.quick.sum()), endless=sittings.endless.max(),
        low=sittings.low.min(), high=sittings.high.max(),
    )  # fmt: skip
    fast = (each.events >= BOT_FROM) & (each.quick * 2 > each.events)
    one = each.low == each.high
    return each.select("visitor", bot=fast | (each.endless > 0), known_as=one.ifelse(each.low, ibis.null("string")))


def _what(events: "ir.Table") -> "ir.StringColumn":
    """What an event is about, never null."""
    return events.item.coalesce(events.query, events.page, "")
