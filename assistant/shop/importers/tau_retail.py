"""The database of tau-bench retail (Yao et al. 2024, arXiv:2406.12045), brought in and given out whole.

`rows_of` and `database_of` are each other's inverse. Money is read as decimal text, so that no amount
passes through a binary fraction.
"""

import json
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.errors import OperatorError
from assistant.storage.base import Base
from assistant.storage.shop_tables import (
    CustomerRow,
    OrderItemRow,
    OrderRequestRow,
    OrderRow,
    PaymentMethodRow,
    PaymentRow,
    ProductRow,
    ShipmentRow,
    VariantRow,
)

CURRENCY = "USD"
_CATEGORY = "general"


def read_file(path: Path) -> dict[str, Any]:
    """The JSON database in `path`, amounts as `Decimal`.

    Raises:
        OperatorError: the file isn't there or isn't such a database.
    """
    fix = "give the path of tau-bench retail's db.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise OperatorError(f"{path} can't be read: {error.strerror}", fix=fix) from None
    except ValueError as error:
        raise OperatorError(f"{path} is no JSON file: {error}", fix=fix) from None
    if not isinstance(data, dict) or not {"users", "orders", "products"} <= data.keys():
        raise OperatorError(f"{path} has no users, orders and products", fix=fix)
    return data


def rows_of(data: dict[str, Any]) -> Iterator[Base]:
    """Rows for all users, products and orders of the JSON database `data`.

    Raises:
        OperatorError: an order and its owner don't name each other, or a field is missing.
    """
    try:
        for position, user in enumerate(data["users"].values()):
            yield from _user(user, position)
        for position, product in enumerate(data["products"].values()):
            yield from _product(product, position)
        numbers = {order_id: at for at, order_id in enumerate(_order_ids(data))}
        for order in data["orders"].values():
            yield from _order(order, numbers[order["order_id"]])
    except KeyError as error:
        raise OperatorError(f"the database lacks {error}", fix="give tau-bench retail's own db.json") from None


def database_of(session: Session, only: dict[str, set[str]] | None = None) -> dict[str, Any]:
    """The JSON database as it is now: users, products, orders, each by id; amounts as floats.

    Args:
        session: to read in.
        only: ids of `users`, `orders` and `products` to give out; None for everything.
    """
    users = select(CustomerRow).order_by(CustomerRow.position).options(selectinload(CustomerRow.payment_methods))
    orders_of: dict[str, list[str]] = {}
    for customer_id, order_id in session.execute(
        select(OrderRow.customer_id, OrderRow.order_id).order_by(OrderRow.sequence)
    ):
        orders_of.setdefault(customer_id, []).append(order_id)
    products = select(ProductRow).order_by(ProductRow.position).options(selectinload(ProductRow.variants))
    orders = (
        select(OrderRow)
        .order_by(OrderRow.sequence)
        .options(
            selectinload(OrderRow.items),
            selectinload(OrderRow.shipments),
            selectinload(OrderRow.payments),
            selectinload(OrderRow.request),
        )
    )
    if only is not None:
        users = users.where(CustomerRow.customer_id.in_(only["users"]))
        products = products.where(ProductRow.product_id.in_(only["products"]))
        orders = orders.where(OrderRow.order_id.in_(only["orders"]))
    return {
        "products": {row.product_id: _product_json(row) for row in session.scalars(products)},
        "users": {
            row.customer_id: _user_json(row, orders_of.get(row.customer_id, [])) for row in session.scalars(users)
        },
        "orders": {row.order_id: _order_json(row) for row in session.scalars(orders)},
    }


def _order_ids(data: dict[str, Any]) -> list[str]:
    """All order ids, user by user, each user's in their own order."""
    listed = [(user["user_id"], order_id) for user in data["users"].values() for order_id in user["orders"]]
    owned = [(order["user_id"], order_id) for order_id, order in data["orders"].items()]
    if sorted(listed) != sorted(owned):
        odd = sorted(set(listed) ^ set(owned))[:3]
        raise OperatorError(f"users and orders don't name each other: {odd}", fix="repair the JSON file")
    return [order_id for _, order_id in listed]


def _user(user: dict[str, Any], position: int) -> Iterator[Base]:
    yield CustomerRow(
        customer_id=user["user_id"],
        position=position,
        first_name=user["name"]["first_name"],
        last_name=user["name"]["last_name"],
        email=user["email"],
        email_key=user["email"].strip().lower(),
        language="en",
        **_address(user["address"]),
    )
    for at, (method_id, method) in enumerate(user["payment_methods"].items()):
        yield PaymentMethodRow(
            customer_id=user["user_id"],
            payment_method_id=method_id,
            position=at,
            source=method["source"],
            brand=method.get("brand"),
            last_four=method.get("last_four"),
            balance_cents=_cents(method["balance"]) if method["source"] == "gift_card" else None,
            currency=CURRENCY,
        )


def _product(product: dict[str, Any], position: int) -> Iterator[Base]:
    yield ProductRow(
        product_id=product["product_id"],
        position=position,
        name=product["name"],
        category=_CATEGORY,
        description="",
        description_zh="",
        attributes={},
    )
    for at, variant in enumerate(product["variants"].values()):
        yield VariantRow(
            item_id=variant["item_id"],
            product_id=product["product_id"],
            position=at,
            options=variant["options"],
            price_cents=_cents(variant["price"]),
            currency=CURRENCY,
            available=variant["available"],
        )


def _order(order: dict[str, Any], sequence: int) -> Iterator[Base]:
    order_id = order["order_id"]
    yield OrderRow(
        order_id=order_id,
        customer_id=order["user_id"],
        sequence=sequence,
        status=order["status"],
        cancel_reason=order.get("cancel_reason"),
        **_address(order["address"]),
    )
    for at, item in enumerate(order["items"]):
        yield OrderItemRow(
            order_id=order_id,
            position=at,
            item_id=item["item_id"],
            product_id=item["product_id"],
            name=item["name"],
            options=item["options"],
            price_cents=_cents(item["price"]),
            currency=CURRENCY,
        )
    for at, parcel in enumerate(order["fulfillments"]):
        yield ShipmentRow(
            order_id=order_id, position=at, tracking_ids=parcel["tracking_id"], item_ids=parcel["item_ids"]
        )
    for at, payment in enumerate(order["payment_history"]):
        yield PaymentRow(
            order_id=order_id,
            position=at,
            kind=payment["transaction_type"],
            amount_cents=_cents(payment["amount"]),
            currency=CURRENCY,
            payment_method_id=payment["payment_method_id"],
        )
    yield from _request(order)


def _request(order: dict[str, Any]) -> Iterator[Base]:
    if order.get("return_items") is not None:
        yield OrderRequestRow(
            order_id=order["order_id"],
            kind="return",
            item_ids=order["return_items"],
            new_item_ids=[],
            payment_method_id=order["return_payment_method_id"],
            currency=CURRENCY,
        )
    elif order.get("exchange_items") is not None:
        yield OrderRequestRow(
            order_id=order["order_id"],
            kind="exchange",
            item_ids=order["exchange_items"],
            new_item_ids=order["exchange_new_items"],
            payment_method_id=order["exchange_payment_method_id"],
            price_difference_cents=_cents(order["exchange_price_difference"]),
            currency=CURRENCY,
        )


def _user_json(row: CustomerRow, orders: list[str]) -> dict[str, Any]:
    return {
        "user_id": row.customer_id,
        "name": {"first_name": row.first_name, "last_name": row.last_name},
        "address": _address_json(row),
        "email": row.email,
        "payment_methods": {method.payment_method_id: _method_json(method) for method in row.payment_methods},
        "orders": orders,
    }


def _method_json(row: PaymentMethodRow) -> dict[str, Any]:
    method: dict[str, Any] = {"source": row.source, "id": row.payment_method_id}
    if row.source == "credit_card":
        method |= {"brand": row.brand, "last_four": row.last_four}
    if row.balance_cents is not None:
        method["balance"] = _amount(row.balance_cents)
    return method


def _product_json(row: ProductRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "product_id": row.product_id,
        "variants": {
            variant.item_id: {
                "item_id": variant.item_id,
                "options": variant.options,
                "available": variant.available and variant.stock != 0,
                "price": _amount(variant.price_cents),
            }
            for variant in row.variants
        },
    }


def _order_json(row: OrderRow) -> dict[str, Any]:
    order: dict[str, Any] = {
        "order_id": row.order_id,
        "user_id": row.customer_id,
        "address": _address_json(row),
        "items": [
            {
                "name": item.name,
                "product_id": item.product_id,
                "item_id": item.item_id,
                "price": _amount(item.price_cents),
                "options": item.options,
            }
            for item in row.items
        ],
        "status": row.status,
        "fulfillments": [{"tracking_id": s.tracking_ids, "item_ids": s.item_ids} for s in row.shipments],
        "payment_history": [
            {
                "transaction_type": payment.kind,
                "amount": _amount(payment.amount_cents),
                "payment_method_id": payment.payment_method_id,
            }
            for payment in row.payments
        ],
    }
    if row.cancel_reason is not None:
        order["cancel_reason"] = row.cancel_reason
    return order | _request_json(row.request)


def _request_json(request: OrderRequestRow | None) -> dict[str, Any]:
    if request is None:
        return {}
    if request.kind == "return":
        return {"return_items": request.item_ids, "return_payment_method_id": request.payment_method_id}
    return {
        "exchange_items": request.item_ids,
        "exchange_new_items": request.new_item_ids,
        "exchange_payment_method_id": request.payment_method_id,
        "exchange_price_difference": _amount(request.price_difference_cents or 0),
    }


def _address(address: dict[str, Any]) -> dict[str, str]:
    return {name: address[name] for name in ("address1", "address2", "city", "state", "zip", "country")}


def _address_json(row: CustomerRow | OrderRow) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("address1", "address2", "city", "state", "zip", "country")}


def _cents(amount: Decimal | float | int) -> int:
    """Cents of an amount; a float is taken by its shortest text, and a sum of floats by its nearest cent."""
    return int((Decimal(str(amount)) * 100).to_integral_value(ROUND_HALF_EVEN))


def _amount(cents: int) -> float:
    return cents / 100
