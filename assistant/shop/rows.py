"""From rows of the database to the records that the service hands out."""

from assistant.ids import CustomerId, ItemId, OrderId, PaymentMethodId, ProductId
from assistant.shop.records import (
    Address,
    Customer,
    Money,
    Order,
    OrderItem,
    OrderStatus,
    Payment,
    PaymentMethod,
    Product,
    ServiceRequest,
    Shipment,
    TrackingEvent,
    TrackingStatus,
    Variant,
)
from assistant.storage.shop_tables import (
    CustomerRow,
    OrderItemRow,
    OrderRequestRow,
    OrderRow,
    PaymentMethodRow,
    PaymentRow,
    ProductRow,
    ShipmentRow,
    TrackingEventRow,
    VariantRow,
)


def address_of(row: CustomerRow | OrderRow) -> Address:
    """The postal address in a customer's or an order's row."""
    return Address(
        address1=row.address1,
        address2=row.address2,
        city=row.city,
        state=row.state,
        zip=row.zip,
        country=row.country,
    )


def customer_of(row: CustomerRow) -> Customer:
    """A customer with their payment methods."""
    return Customer(
        customer_id=CustomerId(row.customer_id),
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        phone=row.phone,
        language="zh" if row.language == "zh" else "en",
        address=address_of(row),
        payment_methods=tuple(map(payment_method_of, row.payment_methods)),
        created_at=row.created_at,
    )


def payment_method_of(row: PaymentMethodRow) -> PaymentMethod:
    """A payment method; only gift cards have a balance."""
    balance = None if row.balance_cents is None else Money(cents=row.balance_cents, currency=row.currency)
    return PaymentMethod.model_validate(
        {
            "payment_method_id": row.payment_method_id,
            "source": row.source,
            "brand": row.brand,
            "last_four": row.last_four,
            "balance": balance,
        }
    )


def product_of(row: ProductRow) -> Product:
    """A product with its variants."""
    return Product(
        product_id=ProductId(row.product_id),
        name=row.name,
        name_zh=row.name_zh,
        category=row.category,
        kind=row.kind,
        brand=row.brand,
        description=row.description,
        description_zh=row.description_zh,
        attributes=row.attributes,
        variants=tuple(map(variant_of, row.variants)),
        rating=row.rating,
    )


def variant_of(row: VariantRow) -> Variant:
    """A variant; it is available when the shop sells it and has not counted down to none."""
    return Variant(
        item_id=ItemId(row.item_id),
        product_id=ProductId(row.product_id),
        options=row.options,
        price=Money(cents=row.price_cents, currency=row.currency),
        available=row.available and row.stock != 0,
        stock=row.stock,
    )


def order_of(row: OrderRow) -> Order:
    """An order with all that belongs to it."""
    shipping = None
    if row.shipping_cents is not None and row.items:
        shipping = Money(cents=row.shipping_cents, currency=row.items[0].currency)
    return Order(
        order_id=OrderId(row.order_id),
        customer_id=CustomerId(row.customer_id),
        status=OrderStatus(row.status),
        placed_at=row.placed_at,
        address=address_of(row),
        items=tuple(map(_item_of, row.items)),
        shipping=shipping,
        shipments=tuple(map(_shipment_of, row.shipments)),
        payments=tuple(map(_payment_of, row.payments)),
        request=None if row.request is None else _request_of(row.request),
        cancel_reason=row.cancel_reason,
        note=row.note,
    )


def _item_of(row: OrderItemRow) -> OrderItem:
    return OrderItem(
        item_id=ItemId(row.item_id),
        product_id=ProductId(row.product_id),
        name=row.name,
        name_zh=row.name_zh,
        options=row.options,
        price=Money(cents=row.price_cents, currency=row.currency),
    )


def _shipment_of(row: ShipmentRow) -> Shipment:
    return Shipment(
        tracking_id=row.tracking_ids[0] if row.tracking_ids else "",
        carrier=row.carrier,
        item_ids=tuple(map(ItemId, row.item_ids)),
        shipped_at=row.shipped_at,
        expected_on=row.expected_on,
        delivered_at=row.delivered_at,
        events=tuple(map(_event_of, row.events)),
    )


def _event_of(row: TrackingEventRow) -> TrackingEvent:
    return TrackingEvent(at=row.at, status=TrackingStatus(row.status), place=row.place)


def _payment_of(row: PaymentRow) -> Payment:
    return Payment(
        kind="refund" if row.kind == "refund" else "payment",
        amount=Money(cents=row.amount_cents, currency=row.currency),
        payment_method_id=PaymentMethodId(row.payment_method_id),
        at=row.at,
    )


def _request_of(row: OrderRequestRow) -> ServiceRequest:
    cents = row.price_difference_cents
    return ServiceRequest(
        kind="exchange" if row.kind == "exchange" else "return",
        item_ids=tuple(map(ItemId, row.item_ids)),
        new_item_ids=tuple(map(ItemId, row.new_item_ids)),
        payment_method_id=PaymentMethodId(row.payment_method_id),
        price_difference=None if cents is None else Money(cents=cents, currency=row.currency),
        at=row.at,
    )
