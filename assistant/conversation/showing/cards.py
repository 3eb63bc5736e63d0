"""What a chat page shows beside the words of a reply: orders, parcels and products as cards, in plain data.

All texts are in the customer's language and formatted; cards repeat what tools returned and add nothing to it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardLine(_Frozen):
    """A piece of an order."""

    product_id: str
    name: str
    options: str = ""
    price: str


class OrderCard(_Frozen):
    """An order. `stage` is for programs, `status` for people; `placed` may be empty."""

    kind: Literal["order"] = "order"
    order_id: str
    placed: str = ""
    stage: str
    status: str
    lines: tuple[CardLine, ...]
    total: str
    address: str = ""


class CardStep(_Frozen):
    """A step of a parcel's way; `at` is empty where the moment isn't known or is yet to come."""

    words: str
    at: str = ""
    state: Literal["done", "now", "next"]


class CardScan(_Frozen):
    """What the carrier told of a parcel."""

    words: str
    at: str
    place: str = ""


class TrackingCard(_Frozen):
    """Where a parcel is. `trouble` says what is wrong with it; `scans` are newest first."""

    kind: Literal["tracking"] = "tracking"
    order_id: str
    pieces: str
    product_id: str
    steps: tuple[CardStep, ...]
    trouble: str = ""
    expected: str = ""
    carrier: str = ""
    tracking_id: str = ""
    scans: tuple[CardScan, ...] = ()


class CardVariant(_Frozen):
    """A version of a product; `left` is how many are there, where that is few."""

    options: str
    price: str
    available: bool
    left: int | None = None


class CardProduct(_Frozen):
    """A product."""

    product_id: str
    name: str
    price: str
    about: str = ""
    available: bool
    choices: str = ""
    variants: tuple[CardVariant, ...] = ()


class CardAspect(_Frozen):
    """What products can be compared by: one value for each product of the card, empty where it isn't known."""

    name: str
    values: tuple[str, ...]


class ProductsCard(_Frozen):
    """Products, best first; `compare` says that the customer asked for them side by side."""

    kind: Literal["products"] = "products"
    products: tuple[CardProduct, ...]
    aspects: tuple[CardAspect, ...] = ()
    compare: bool = False


Card = Annotated[OrderCard | TrackingCard | ProductsCard, Field(discriminator="kind")]
