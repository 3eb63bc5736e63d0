"""Tables of the shop: customers, products, orders, parcels and the money that moved.

Money is an integer of cents beside its ISO 4217 code. What the shop must never do (sell what is not in
stock, overdraw a gift card, know a state that nobody defined) is refused by the database itself.
Rows that belong to an order are keyed by the order and a position that counts from 0, so that an
imported shop is given out in the order in which it came.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assistant.storage.base import Base, UtcDateTime

ORDER_STATUSES = (
    "pending",
    "pending (item modified)",
    "processed",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
    "returned",
)
TRACKING_STATUSES = (
    "label created",
    "picked up",
    "in transit",
    "out for delivery",
    "delivered",
    "delayed",
    "delivery attempt failed",
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ShopInfoRow(Base):
    """Which shop is loaded. There is one row; `catalogue_version` grows whenever products change."""

    __tablename__ = "shop_info"
    __table_args__ = (
        CheckConstraint("shop_id = 1", name="one_row"),
        CheckConstraint("kind IN ('sample', 'tau-retail')", name="kind"),
    )

    shop_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    kind: Mapped[str]
    currency: Mapped[str]
    seed: Mapped[int | None]
    today: Mapped[date | None]
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    catalogue_version: Mapped[int] = mapped_column(default=1)


class CustomerRow(Base):
    """One customer. `email_key` is the e-mail in lower case, for looking up."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("language IN ('en', 'zh')", name="language"),)

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    address1: Mapped[str]
    address2: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    state: Mapped[str] = mapped_column(default="")
    zip: Mapped[str] = mapped_column(index=True)
    country: Mapped[str]
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    payment_methods: Mapped[list["PaymentMethodRow"]] = relationship(
        order_by="PaymentMethodRow.position", passive_deletes=True
    )


class PaymentMethodRow(Base):
    """A way to pay that a customer has on file; only gift cards have a balance, and never below 0."""

    __tablename__ = "payment_methods"
    __table_args__ = (
        CheckConstraint("source IN ('credit_card', 'gift_card', 'paypal')", name="source"),
        CheckConstraint("balance_cents >= 0", name="balance_not_negative"),
        CheckConstraint("(source = 'gift_card') = (balance_cents IS NOT NULL)", name="balance_of_gift_cards"),
    )

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id", ondelete="CASCADE"), primary_key=True)
    payment_method_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    source: Mapped[str]
    brand: Mapped[str | None]
    last_four: Mapped[str | None]
    balance_cents: Mapped[int | None]
    currency: Mapped[str]


class ProductRow(Base):
    """One product; its versions that can be bought are `variants`.

    `kind` is the machine's word for what it is ("headphones", "bedding"), which policies go by.
    """

    __tablename__ = "products"

    product_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    name: Mapped[str]
    name_zh: Mapped[str | None]
    category: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str | None]
    brand: Mapped[str | None]
    description: Mapped[str] = mapped_column(Text, default="")
    description_zh: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    rating: Mapped[float | None]

    variants: Mapped[list["VariantRow"]] = relationship(order_by="VariantRow.position", passive_deletes=True)


class VariantRow(Base):
    """One version of a product. `stock` is null where the shop tells only yes or no."""

    __tablename__ = "variants"
    __table_args__ = (
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
    )

    item_id: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.product_id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    options: Mapped[dict[str, str]] = mapped_column(JSON)
    price_cents: Mapped[int]
    currency: Mapped[str]
    available: Mapped[bool]
    stock: Mapped[int | None]


class OrderRow(Base):
    """One order. `sequence` is the order of arrival, for shops that tell no moments.

    `shipping_cents`, in the currency of the items, is null where the shop doesn't tell it apart.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(_one_of("status", ORDER_STATUSES), name="status"),
        CheckConstraint("shipping_cents >= 0", name="shipping_not_negative"),
        Index("ix_orders_customer_sequence", "customer_id", "sequence"),
    )

    order_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.customer_id", ondelete="CASCADE"))
    sequence: Mapped[int]
    status: Mapped[str]
    placed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address1: Mapped[str]
    address2: Mapped[str] = mapped_column(default="")
    city: Mapped[str]
    state: Mapped[str] = mapped_column(default="")
    zip: Mapped[str]
    country: Mapped[str]
    shipping_cents: Mapped[int | None]
    cancel_reason: Mapped[str | None]
    note: Mapped[str | None] = mapped_column(Text)

    items: Mapped[list["OrderItemRow"]] = relationship(order_by="OrderItemRow.position", passive_deletes=True)
    shipments: Mapped[list["ShipmentRow"]] = relationship(order_by="ShipmentRow.position", passive_deletes=True)
    payments: Mapped[list["PaymentRow"]] = relationship(order_by="PaymentRow.position", passive_deletes=True)
    request: Mapped["OrderRequestRow | None"] = relationship(passive_deletes=True)


class OrderItemRow(Base):
    """One piece in an order, as it was sold: name, options and price do not follow the catalogue."""

    __tablename__ = "order_items"
    __table_args__ = (CheckConstraint("price_cents >= 0", name="price_not_negative"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[str] = mapped_column(index=True)
    product_id: Mapped[str]
    name: Mapped[str]
    name_zh: Mapped[str | None]
    options: Mapped[dict[str, str]] = mapped_column(JSON)
    price_cents: Mapped[int]
    currency: Mapped[str]


class OrderRequestRow(Base):
    """The return or the exchange that a customer asked for; an order has at most one.

    `item_ids` go back, `new_item_ids` come instead (exchanges only). `price_difference_cents` is above 0
    where the customer pays and below 0 where they are paid.
    """

    __tablename__ = "order_requests"
    __table_args__ = (CheckConstraint("kind IN ('return', 'exchange')", name="kind"),)

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
    item_ids: Mapped[list[str]] = mapped_column(JSON)
    new_item_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    payment_method_id: Mapped[str]
    price_difference_cents: Mapped[int | None]
    currency: Mapped[str]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ShipmentRow(Base):
    """One parcel of an order and the pieces in it."""

    __tablename__ = "shipments"

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tracking_ids: Mapped[list[str]] = mapped_column(JSON)
    item_ids: Mapped[list[str]] = mapped_column(JSON)
    carrier: Mapped[str | None]
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expected_on: Mapped[date | None]
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    events: Mapped[list["TrackingEventRow"]] = relationship(order_by="TrackingEventRow.position", passive_deletes=True)


class TrackingEventRow(Base):
    """One scan of a parcel; `place` is a city, or empty."""

    __tablename__ = "tracking_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "shipment_position"], ["shipments.order_id", "shipments.position"], ondelete="CASCADE"
        ),
        CheckConstraint(_one_of("status", TRACKING_STATUSES), name="status"),
    )

    order_id: Mapped[str] = mapped_column(primary_key=True)
    shipment_position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str]
    place: Mapped[str] = mapped_column(default="")


class PaymentRow(Base):
    """Money that moved for an order; the amount is never below 0, `kind` says which way."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("kind IN ('payment', 'refund')", name="kind"),
        CheckConstraint("amount_cents >= 0", name="amount_not_negative"),
    )

    order_id: Mapped[str] = mapped_column(ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    amount_cents: Mapped[int]
    currency: Mapped[str]
    payment_method_id: Mapped[str]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


SHOP_TABLES: tuple[type[Any], ...] = (
    TrackingEventRow,
    ShipmentRow,
    PaymentRow,
    OrderRequestRow,
    OrderItemRow,
    OrderRow,
    VariantRow,
    ProductRow,
    PaymentMethodRow,
    CustomerRow,
    ShopInfoRow,
)
"""Every table of the shop, in an order in which they can be emptied."""
