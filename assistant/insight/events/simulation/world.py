"""A simulated shop: its items, what goes with what, its visitors' tastes, and what they do.

* **Items** have a category, a price and a popularity (Zipf). Every third item has a *companion*; in `BOUGHT_WITH` of
  the orders with such an item, the companion is ordered too.
* **Visitors** like two categories: 60 % of what they look at is of the first, 25 % of the second, the rest of any.
  Two in five are signed in as customers. A third speak Chinese.
* **Sessions** of a visitor lie on days of their own, so that 30 minutes of silence find them again; within one, events
  follow each other after 2 to 240 seconds. A session is one of: looking (views and searches), buying (views, into the
  cart, ordered), asking (a page, then a message with its intent).
* **Asking** begins on a page. Without misleading behaviour, who has looked at the return page asks about a return
  and who has looked at the help page about a delivery; in the share `misleading` the page tells nothing: the intent is
  drawn from all, whatever page was seen.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.insight.events.event import KINDS

CATEGORIES = (
    "headphones", "speakers", "keyboards", "mice", "monitors", "lamps", "chairs", "desks", "cables", "chargers",
    "backpacks", "bottles",
)  # fmt: skip
INTENTS = ("return_item", "track_order", "cancel_order", "product_question", "change_address")
BOUGHT_WITH = 0.35
DAYS = 60
LAST_DAY = np.datetime64("2026-09-30")
_LONGEST = 24
_LOOKING, _BUYING, _ASKING = 0.70, 0.18, 0.12
CODES: dict[str, int] = {kind: number for number, kind in enumerate(KINDS)}
Columns = dict[str, "np.ndarray[Any, Any]"]


@dataclass(frozen=True)
class World:
    """What is fixed before anybody comes.

    Attributes:
        category: of each item, as a place in `CATEGORIES`.
        price_cents: of each item.
        companion: the item that goes with each, or -1.
        by_category: of each category its items, and the cumulated popularity of each within it.
    """

    category: "np.ndarray[Any, Any]"
    price_cents: "np.ndarray[Any, Any]"
    companion: "np.ndarray[Any, Any]"
    by_category: tuple[tuple["np.ndarray[Any, Any]", "np.ndarray[Any, Any]"], ...]

    @classmethod
    def made(cls, seed: int, items: int = 2400) -> "World":
        """The shop of a seed."""
        rng = np.random.default_rng([seed, 1])
        category = np.arange(items) % len(CATEGORIES)
        price = np.round(np.exp(rng.normal(3.6, 0.8, items)) * 100).astype(np.int64)
        companion = np.full(items, -1)
        leading = np.arange(0, items, 3)
        companion[leading] = (leading + 1 + 3 * rng.integers(0, items // 3, len(leading))) % items
        popularity = 1.0 / (1 + rng.permutation(items)) ** 0.8
        shelves = []
        for number in range(len(CATEGORIES)):
            on_shelf = np.flatnonzero(category == number)
            shelves.append((on_shelf, np.cumsum(popularity[on_shelf]) / popularity[on_shelf].sum()))
        return cls(category, price, companion, tuple(shelves))

    def pick(self, rng: np.random.Generator, categories: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
        """An item of each of these categories, popular ones more often."""
        items = np.zeros(len(categories), dtype=np.int32)
        for number, (on_shelf, cumulated) in enumerate(self.by_category):
            rows = np.flatnonzero(categories == number)
            items[rows] = on_shelf[np.searchsorted(cumulated, rng.random(len(rows)))]
        return items


def behave(world: World, rng: np.random.Generator, first: int, visitors: int, misleading: float) -> Columns:
    """What some visitors do, in order of visitor and time.

    Args:
        world: the shop.
        rng: chance.
        first: number of the first visitor.
        visitors: how many there are.
        misleading: share of asking sessions in which the page seen before tells nothing.

    Returns:
        Columns of equal length: `visitor`, `at` (µs since 1970), `kind` (place in `KINDS`), `item`, `order`, `intent`
        (-1 for none), `quantity` (0 for none), `query` (whether it is a search for the item's category), `sitting`
        (number of the session among all of these).
    """
    tastes = rng.integers(0, len(CATEGORIES), (visitors, 2))
    sittings = np.minimum(rng.geometric(0.4, visitors), DAYS)
    visitor = np.repeat(np.arange(visitors), sittings)
    nth = np.arange(len(visitor)) - np.repeat(np.cumsum(sittings) - sittings, sittings)
    days = np.argsort(rng.random((visitors, DAYS), dtype=np.float32), axis=1)[visitor, nth]  # days of their own
    start = days * 86_400.0 + rng.uniform(8 * 3600, 21 * 3600, len(visitor))
    what = rng.choice(3, len(visitor), p=(_LOOKING, _BUYING, _ASKING))
    length = np.minimum(1 + rng.geometric(0.16, len(visitor)), _LONGEST) + np.choose(what, (0, 3, 3))

    sitting = np.repeat(np.arange(len(visitor)), length)
    place = np.arange(len(sitting)) - np.repeat(np.cumsum(length) - length, length)
    left = np.repeat(length, length) - place  # 1 for the last event of a session
    doing = what[sitting]
    who = visitor[sitting]
    gaps = np.clip(rng.exponential(35, len(sitting)), 2, 240)
    gaps[place == 0] = 0
    passed = np.cumsum(gaps)
    at = start[sitting] + passed - passed[np.cumsum(length) - length][sitting]

    liked = rng.random(len(sitting))
    category = np.where(
        liked < 0.6, tastes[who, 0], np.where(liked < 0.85, tastes[who, 1], rng.integers(0, len(CATEGORIES), len(who)))
    )
    item = world.pick(rng, category)
    kind = np.where(rng.random(len(who)) < 0.15, CODES["search"], CODES["view"]).astype(np.int8)
    order = np.full(len(who), -1, dtype=np.int64)
    quantity = np.zeros(len(who), dtype=np.int16)
    intent = np.full(len(who), -1, dtype=np.int8)

    _buy(world, rng, doing == 1, left, sitting, kind, item, order, quantity, first)
    _ask(rng, doing == 2, left, sitting, kind, intent, misleading)
    base = (LAST_DAY - np.timedelta64(DAYS - 1, "D")).astype("datetime64[us]").astype(np.int64)
    micro = base + np.round(at * 1e6).astype(np.int64)
    by_time = np.lexsort((place, micro, who))
    columns = {
        "visitor": (who + first).astype(np.int32), "at": micro, "kind": kind, "item": item, "order": order,
        "quantity": quantity, "intent": intent, "sitting": sitting.astype(np.int64),
    }  # fmt: skip
    return {name: column[by_time] for name, column in columns.items()}


def _buy(
    world: World, rng: np.random.Generator, buying: Any, left: Any, sitting: Any, kind: Any, item: Any, order: Any,
    quantity: Any, first: int,
) -> None:  # fmt: skip
    """The last four events of a buying session: looked at, into the cart, ordered, and ordered with it (or viewed)."""
    for back, name in ((4, "view"), (3, "cart_add"), (2, "order")):
        rows = np.flatnonzero(buying & (left == back))
        kind[rows] = CODES[name]
        if back < 4:
            item[rows] = item[rows - (4 - back)]
    rows = np.flatnonzero(buying & (left == 2))
    order[rows] = first * 1000 + sitting[rows]
    quantity[rows] = np.where(rng.random(len(rows)) < 0.9, 1, 2)
    quantity[rows - 1] = quantity[rows]
    last = rows + 1
    companion = world.companion[item[rows]]
    both = (companion >= 0) & (rng.random(len(rows)) < BOUGHT_WITH)
    kind[last] = np.where(both, CODES["order"], CODES["account_page"])
    item[last] = np.where(both, companion, -1)
    order[last] = np.where(both, order[rows], -1)
    quantity[last] = np.where(both, 1, 0)


def _ask(
    rng: np.random.Generator, asking: Any, left: Any, sitting: Any, kind: Any, intent: Any, misleading: float
) -> None:
    """The last three events of an asking session: a page, a message, and the intent that it was."""
    pages = np.flatnonzero(asking & (left == 3))
    returns = rng.random(len(pages)) < 0.5
    telling = rng.random(len(pages)) >= misleading
    drawn = rng.integers(0, len(INTENTS), len(pages))
    kind[pages] = np.where(returns, CODES["return_page"], CODES["help_page"])
    kind[pages + 1], kind[pages + 2] = CODES["message"], CODES["decision"]
    intent[pages + 2] = np.where(telling, np.where(returns, INTENTS.index("return_item"), 1), drawn)
