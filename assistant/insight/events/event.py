"""The one event: what happened, when, to whom, about which item. The columns of the log are its fields."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args

Kind = Literal[
    "view",
    "search",
    "cart_add",
    "cart_remove",
    "order",
    "return_page",
    "help_page",
    "account_page",
    "message",
    "decision",
    "tool_call",
    "proposal",
    "handoff",
    "correction",
    "rating",
]
"""`view`: an item's page. `*_page`: other pages, by what they are for. `order`: one line of an order."""
KINDS: tuple[Kind, ...] = get_args(Kind)
PAGES: tuple[Kind, ...] = ("return_page", "help_page", "account_page")
CHAT_KINDS: tuple[Kind, ...] = ("message", "decision", "tool_call", "proposal", "handoff", "correction", "rating")
"""What only the assistant itself records; a browser or a shop's log file can't claim it."""
SHOP_KINDS: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in CHAT_KINDS)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. It holds no words of a customer's, except what they searched for, masked.

    Attributes:
        id: unique; the same id twice is the same event told twice.
        at: when, in UTC, to the microsecond.
        kind: what happened.
        source: who told: `chat`, `browser`, or the name that a mapping gives to a shop's log.
        visitor: a browser's random id; for a customer known by token only, `customer:ID`.
        customer: the shop's customer, where they were signed in.
        session: the source's own name of the session, where it has one; ours are made by `sessions`.
        item: a product's id.
        category: the product's, or the page's.
        query: what was searched for, masked.
        quantity: pieces, at least 1.
        price_cents: of one piece.
        order: an order's id.
        conversation: a conversation with the assistant.
        intent: of a decision, or corrected to.
        value: a number that the kind decides: stars of a rating, probability of a decision, 1 or 0 for a tool call
            that worked or failed.
        language: `en` or `zh`.
        page: path of a page, or what an event of the chat is about: a tool's name, a proposal's status, who wrote.
    """

    id: str
    at: datetime
    kind: Kind
    source: str
    visitor: str
    customer: str | None = None
    session: str | None = None
    item: str | None = None
    category: str | None = None
    query: str | None = None
    quantity: int | None = None
    price_cents: int | None = None
    order: str | None = None
    conversation: str | None = None
    intent: str | None = None
    value: float | None = None
    language: str | None = None
    page: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of event; known are {', '.join(KINDS)}")
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at!r} has no timezone; pass an aware datetime")
        if not self.id or not self.visitor or not self.source:
            raise ValueError("an event needs an id, a source and a visitor")

    def row(self) -> dict[str, Any]:
        """The event as plain values by column; `at` without timezone, in UTC, as the log keeps it."""
        values = {name: getattr(self, name) for name in FIELDS}
        values["at"] = self.at.astimezone(UTC).replace(tzinfo=None)
        return values

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Event":
        """The event of a row of the log; columns that are no fields are left out.

        Raises:
            ValueError: the row is none of an event.
        """
        values: dict[str, Any] = {name: row.get(name) for name in FIELDS}
        values["at"] = row["at"].replace(tzinfo=UTC)
        return cls(**values)


FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Event))
