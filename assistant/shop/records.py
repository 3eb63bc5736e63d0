"""What the shop's service hands out: frozen records, no database rows.

Order states, item options and payment methods follow tau-bench retail (Yao et al. 2024,
arXiv:2406.12045), so that its database can be brought in and given out whole.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.ids import CustomerId, ItemId, OrderId, PaymentMethodId, ProductId
from assistant.text.language import Language, has_han


class Record(BaseModel):
    """Base of all records: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Record):
    """An amount in the currency's smallest unit (cents), with its ISO 4217 code."""

    cents: int
    currency: str = "USD"

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        units, rest = divmod(abs(self.cents), 100)
        amount = f"{units:,}.{rest:02d}"
        return f"{sign}${amount}" if self.currency == "USD" else f"{sign}{amount} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"can't add {other.currency} to {self.currency}")
        return Money(cents=self.cents + other.cents, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + Money(cents=-other.cents, currency=other.currency)


class OrderStatus(StrEnum):
    """States of an order, by tau-bench retail's names."""

    PENDING = "pending"
    PENDING_ITEM_MODIFIED = "pending (item modified)"
    PROCESSED = "processed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return requested"
    EXCHANGE_REQUESTED = "exchange requested"
    RETURNED = "returned"


class TrackingStatus(StrEnum):
    """What happened to a parcel."""

    LABEL_CREATED = "label created"
    PICKED_UP = "picked up"
    IN_TRANSIT = "in transit"
    OUT_FOR_DELIVERY = "out for delivery"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    ATTEMPT_FAILED = "delivery attempt failed"


class Address(Record):
    """A postal address."""

    address1: str
    address2: str = ""
    city: str
    state: str = ""
    zip: str
    country: str


class PaymentMethod(Record):
    """A way to pay that a customer has on file. `balance` is a gift card's."""

    payment_method_id: PaymentMethodId
    source: Literal["credit_card", "gift_card", "paypal"]
    brand: str | None = None
    last_four: str | None = None
    balance: Money | None = None


class Customer(Record):
    """A customer as the shop knows them."""

    customer_id: CustomerId
    first_name: str
    last_name: str
    email: str
    phone: str | None = None
    language: Language = "en"
    address: Address
    payment_methods: tuple[PaymentMethod, ...] = ()
    created_at: datetime | None = None

    @property
    def name(self) -> str:
        """The full name as it is written in the customer's language."""
        if self.language == "zh" and has_han(self.last_name):
            return f"{self.last_name}{self.first_name}"
        return f"{self.first_name} {self.last_name}"


class OrderItem(Record):
    """One piece in an order, at the price that was paid for it."""

    item_id: ItemId
    product_id: ProductId
    name: str
    name_zh: str | None = None
    options: dict[str, str]
    price: Money


class TrackingEvent(Record):
    """One scan of a parcel. `place` is a city, or empty."""

    at: datetime
    status: TrackingStatus
    place: str = ""


class Shipment(Record):
    """A parcel of an order and what is in it; `events` oldest first."""

    tracking_id: str
    carrier: str | None = None
    item_ids: tuple[ItemId, ...]
    shipped_at: datetime | None = None
    expected_on: date | None = None
    delivered_at: datetime | None = None
    events: tuple[TrackingEvent, ...] = ()


class Payment(Record):
    """Money that moved for an order: `payment` to the shop, `refund` to the customer."""

    kind: Literal["payment", "refund"]
    amount: Money
    payment_method_id: PaymentMethodId
    at: datetime | None = None


class ServiceRequest(Record):
    """The return or exchange that was asked for: `item_ids` go back, `new_item_ids` come instead.

    `price_difference` is above 0 where the customer pays and below 0 where they are paid; None for returns.
    """

    kind: Literal["return", "exchange"]
    item_ids: tuple[ItemId, ...]
    new_item_ids: tuple[ItemId, ...] = ()
    payment_method_id: PaymentMethodId
    price_difference: Money | None = None
    at: datetime | None = None


class Order(Record):
    """An order, whole. Moments are None where an imported shop doesn't tell them."""

    order_id: OrderId
    customer_id: CustomerId
    status: OrderStatus
    placed_at: datetime | None = None
    address: Address
    items: tuple[OrderItem, ...]
    shipping: Money | None = None
    shipments: tuple[Shipment, ...] = ()
    payments: tuple[Payment, ...] = ()
    request: ServiceRequest | None = None
    cancel_reason: str | None = None
    note: str | None = None

    @property
    def total(self) -> Money:
        """Sum of the items' prices, and shipping where the shop tells it."""
        currency = self.items[0].price.currency if self.items else "USD"
        start = self.shipping or Money(cents=0, currency=currency)
        return sum((item.price for item in self.items), start)


class Variant(Record):
    """One version of a product that can be bought. `stock` is None where the shop tells only yes or no."""

    item_id: ItemId
    product_id: ProductId
    options: dict[str, str]
    price: Money
    available: bool
    stock: int | None = None


class Product(Record):
    """A product with all its variants; texts in Chinese where the shop has them.

    `kind` is the machine's word for what it is ("headphones", "bedding"), which policies go by.
    """

    product_id: ProductId
    name: str
    name_zh: str | None = None
    category: str
    kind: str | None = None
    brand: str | None = None
    description: str = ""
    description_zh: str = ""
    attributes: dict[str, str] = {}
    variants: tuple[Variant, ...] = ()
    rating: float | None = None

    def __hash__(self) -> int:
        return hash(self.product_id)

    def title(self, language: Language) -> str:
        """The product's name in `language`, or in English where there is no other."""
        return self.name_zh if language == "zh" and self.name_zh else self.name

    def text(self, language: Language) -> str:
        """The product's description in `language`, or in English where there is no other."""
        return self.description_zh if language == "zh" and self.description_zh else self.description


class ShopInfo(Record):
    """Which shop is loaded, and how large it is. `today` is the day that a sample shop was made for."""

    kind: Literal["sample", "tau-retail"]
    currency: str
    seed: int | None = None
    today: date | None = None
    loaded_at: datetime
    customers: int
    products: int
    orders: int
