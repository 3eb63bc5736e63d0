"""What the shop's own tables say of each customer: features for segments, without any log of events."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assistant.shop.records import OrderStatus
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow, OrderItemRow, OrderRow, ProductRow

_BACK = (OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED, OrderStatus.RETURNED)
_NEVER = 3_650.0


def customer_features(
    database: Database, now: datetime
) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, int]]]:
    """Of every customer with an order: features, and items by category.

    Features: `orders`, `spent` (in the currency's units), `items` an order, `days_since` the last order, `returns` and
    `cancels` (shares of orders), `contacts` (conversations an order), `chinese` (0 or 1).
    """
    returned, cancelled = {status.value for status in _BACK}, OrderStatus.CANCELLED.value
    with database.read() as session:
        languages = {
            row.customer_id: row.language
            for row in session.execute(select(CustomerRow.customer_id, CustomerRow.language))
        }
        talks = Counter(session.scalars(select(ConversationRow.customer_id)))
        orders = session.execute(
            select(OrderRow.order_id, OrderRow.customer_id, OrderRow.status, OrderRow.placed_at)
        ).all()
        lines = session.execute(
            select(OrderItemRow.order_id, OrderItemRow.price_cents, ProductRow.category).outerjoin(
                ProductRow, ProductRow.product_id == OrderItemRow.product_id
            )
        ).all()
    owner = {order.order_id: order.customer_id for order in orders}
    spent: Counter[str] = Counter()
    items: Counter[str] = Counter()
    categories: dict[str, Counter[str]] = {}
    for line in lines:
        customer = owner[line.order_id]
        spent[customer] += line.price_cents
        items[customer] += 1
        if line.category:
            categories.setdefault(customer, Counter())[line.category] += 1
    features: dict[str, dict[str, float]] = {}
    by_customer: dict[str, list[Any]] = {}
    for order in orders:
        by_customer.setdefault(order.customer_id, []).append(order)
    for customer, own in by_customer.items():
        newest = max((order.placed_at for order in own if order.placed_at), default=None)
        count = len(own)
        features[customer] = {
            "orders": count,
            "spent": spent[customer] / 100,
            "items": items[customer] / count,
            "days_since": max((now - newest).total_seconds() / 86_400, 0.0) if newest else _NEVER,
            "returns": sum(order.status in returned for order in own) / count,
            "cancels": sum(order.status == cancelled for order in own) / count,
            "contacts": talks[customer] / count,
            "chinese": float(languages.get(customer) == "zh"),
        }
    return features, {customer: dict(counts) for customer, counts in categories.items()}
