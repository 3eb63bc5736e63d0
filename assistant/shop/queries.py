"""Reading whole records within a session that the caller holds.

What belongs to a customer is found with the customer's id only: an order of somebody else is answered
exactly like one that does not exist.
"""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from assistant.errors import ToolError
from assistant.ids import CustomerId, ItemId, OrderId, ProductId
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.records import Customer, Order, Product, Variant
from assistant.shop.rows import customer_of, order_of, product_of
from assistant.storage.shop_tables import CustomerRow, OrderRow, ProductRow, ShipmentRow, VariantRow


def whole_customers() -> Select[CustomerRow]:
    """Customers with their payment methods."""
    return select(CustomerRow).options(selectinload(CustomerRow.payment_methods))


def whole_orders() -> Select[OrderRow]:
    """Orders with all that belongs to them."""
    return select(OrderRow).options(
        selectinload(OrderRow.items),
        selectinload(OrderRow.shipments).selectinload(ShipmentRow.events),
        selectinload(OrderRow.payments),
        selectinload(OrderRow.request),
    )


def whole_products() -> Select[ProductRow]:
    """Products with their variants."""
    return select(ProductRow).options(selectinload(ProductRow.variants))


def find_customer(session: Session, customer_id: CustomerId) -> Customer:
    """The customer with this id.

    Raises:
        ToolError: there is none.
    """
    row = session.scalars(whole_customers().where(CustomerRow.customer_id == customer_id)).first()
    if row is None:
        raise ToolError(f"There is no customer {customer_id!r}.")
    return customer_of(row)


def lock_customer(session: Session, customer_id: CustomerId) -> None:
    """Keep other changes of this customer waiting until the transaction ends (SQLite lets one writer in anyway).

    A gift card may be asked to cover two changes at once; whoever comes second must see what the first one took.
    """
    query = select(CustomerRow.customer_id).where(CustomerRow.customer_id == customer_id)
    session.execute(query.with_for_update(key_share=True))


def find_order(session: Session, order_id: OrderId, customer_id: CustomerId, *, lock: bool = False) -> Order:
    """One order of this customer's; the number may be written loosely (`w2611340`, `W 2611340`).

    Args:
        session: to read in.
        order_id: its number.
        customer_id: whose.
        lock: keep others from changing it until the transaction ends (SQLite does so anyway).

    Raises:
        ToolError: the customer has no such order, whether or not somebody else has.
    """
    query = whole_orders().where(
        OrderRow.customer_id == customer_id,
        OrderRow.order_id.in_({order_id, normalise_order_number(order_id)}),
    )
    row = session.scalars(query.with_for_update() if lock else query).first()
    if row is None:
        raise ToolError(
            f"This customer has no order {order_id!r}. Check the number with them, or use list_orders.",
            code="unknown_order",
            details={"order_id": order_id},
        )
    return order_of(row)


def find_product(session: Session, product_id: ProductId) -> Product:
    """A product with all its variants.

    Raises:
        ToolError: there is none.
    """
    row = session.scalars(whole_products().where(ProductRow.product_id == product_id)).first()
    if row is None:
        raise ToolError(f"There is no product {product_id!r}. Use search_products to find its id.")
    return product_of(row)


def find_item(session: Session, item_id: ItemId) -> tuple[Product, Variant]:
    """The variant with this id, with its product.

    Raises:
        ToolError: there is none.
    """
    product_id = session.scalar(select(VariantRow.product_id).where(VariantRow.item_id == item_id))
    if product_id is None:
        raise ToolError(f"There is no item {item_id!r}. Use get_product_details to see a product's item ids.")
    product = find_product(session, ProductId(product_id))
    return product, next(variant for variant in product.variants if variant.item_id == item_id)
