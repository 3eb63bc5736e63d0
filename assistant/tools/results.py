"""What tools return: typed records for templates, and compact text for models."""

import json
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from assistant.shop.records import (
    Customer,
    Money,
    Order,
    OrderItem,
    Payment,
    PaymentMethod,
    Product,
    Record,
    Shipment,
    Variant,
)
from assistant.text.language import Language

UNAVAILABLE = "unavailable"
"""The code of a refusal that is nobody's fault in the conversation: what would answer can't be asked now."""


class ParcelStatus(Record):
    """An order with the parcel that matters now; `shipment` is None before it has been sent."""

    order: Order
    shipment: Shipment | None = None


class TrackingResult(Record):
    """Where the customer's parcels are. `asked_for` is the order number that was named, if any."""

    parcels: tuple[ParcelStatus, ...]
    asked_for: str | None = None


class OrderList(Record):
    """Orders, newest first, how many there are in all, what they cost together if that was asked for, and the days
    between which they were placed if it was those of a time."""

    orders: tuple[Order, ...]
    total: int
    together: Money | None = None
    placed_from: date | None = None
    placed_until: date | None = None


class OrderResult(Record):
    """One order, whole."""

    order: Order


class RefundItem(Record):
    """What is known of the money that comes back for one order."""

    order: Order
    refunds: tuple[Payment, ...] = ()
    pending_items: tuple[OrderItem, ...] = ()


class RefundResult(Record):
    """Refunds of one order, or of all orders that have any; `methods` are the customer's, to name where money went."""

    refunds: tuple[RefundItem, ...]
    methods: tuple[PaymentMethod, ...] = ()


class ProductList(Record):
    """Products that match `query`, best first; or none does, and they only come `near`, or all of them are `dearer`.

    `beside` says what was wanted beside those shown before.
    """

    query: str
    products: tuple[Product, ...]
    beside: Literal["", "cheaper", "others", "larger"] = ""
    near: bool = False
    dearer: bool = False


class ProductResult(Record):
    """One product with its variants."""

    product: Product


class ProductComparison(Record):
    """Products side by side.

    Attributes:
        aspects: the attributes that at least two of them have.
        by: the attribute that the customer compares them by; empty where that is none, or can't be told.
        values: what each product says of it, in their order.
        best: the one that is ahead there; None where none is.
    """

    products: tuple[Product, ...]
    aspects: tuple[str, ...]
    by: str = ""
    values: tuple[str, ...] = ()
    best: Product | None = None


class StockResult(Record):
    """Whether a product's variants can be bought now; `wanted` are the options that were asked for."""

    product: Product
    variants: tuple[Variant, ...]
    wanted: dict[str, str] = {}


class VariantList(Record):
    """A product's variants that fit what was asked for, cheapest or dearest first.

    Attributes:
        variants: those that can be bought come before those that are sold out; none where nothing fits.
        wanted: the options that were asked for.
        order: which end of the prices was asked for; empty where none was.
        which: the option whose values were asked for; empty where that isn't the question.
        max_price: the limit that was asked for.
        nearest: what costs least, where everything that can be bought is above the limit.
        instead: what can be bought of the versions that share most of the wanted options, where none has them all.
    """

    product: Product
    variants: tuple[Variant, ...]
    wanted: dict[str, str] = {}
    order: Literal["", "cheapest", "dearest"] = ""
    which: str = ""
    max_price: Money | None = None
    nearest: Variant | None = None
    instead: tuple[Variant, ...] = ()


class ProductTypes(Record):
    """Names of the products on sale, with their ids."""

    types: dict[str, str]


class CustomerResult(Record):
    """The customer's own details."""

    customer: Customer


class UserIdResult(Record):
    """The id of the customer in this conversation."""

    user_id: str


class CalculationResult(Record):
    """An arithmetic expression and its value."""

    expression: str
    value: str


class PassageView(Record):
    """A passage of the shop's pages, as a tool hands it out.

    Attributes:
        score: how sure the search is that it answers, 0 to 1; `confident` from a fixed value on.
        words: which share of the question's words it holds, the rarer the more they count, 0 to 1.
        told: whether its section tells how customers ask for it.
        asked: how near the question comes to the nearest of these, as a cosine.
        untold: how near the question comes to the nearest of those that shops' pages hardly ever answer.
        named: whether it was found only with the name of what the question is about.
    """

    passage_id: str
    page: str
    title: str
    heading: str
    text: str
    language: Language
    score: float
    confident: bool
    words: float = Field(default=0.0, exclude=True)
    told: bool = Field(default=False, exclude=True)
    asked: float = Field(default=0.0, exclude=True)
    untold: float = Field(default=0.0, exclude=True)
    named: bool = Field(default=False, exclude=True)


class KnowledgeResult(Record):
    """Passages that may answer `query`, best first."""

    query: str
    passages: tuple[PassageView, ...]


class SuppliedResult(Record):
    """What a tool of one of the shop's own MCP servers answered, in its words."""

    tool: str
    text: str


class HandoffResult(Record):
    """That a person has been asked to take over, and why."""

    reason: str


def for_model(value: object) -> str:
    """Compact JSON of a tool's result: money and moments as people write them, empty fields left out."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> Any:
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, BaseModel):
        names = (*type(value).model_fields, *(("total",) if isinstance(value, Order) else ()))
        fields = ((name, _plain(getattr(value, name))) for name in names)
        return {name: plain for name, plain in fields if plain not in (None, "", [], {})}
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
