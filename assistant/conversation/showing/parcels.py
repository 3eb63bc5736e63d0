"""What a parcel of an order holds."""

from collections.abc import Sequence

from assistant.shop.records import Order, OrderItem, Shipment

_TWO = 2


def in_parcel(order: Order, shipment: Shipment | None, arrived: Sequence[str]) -> Sequence[OrderItem]:
    """What a parcel holds, where an order comes in several that are all on their way; else the whole order."""
    if shipment is None or arrived or len(order.shipments) < _TWO:
        return order.items
    return [item for item in order.items if item.item_id in shipment.item_ids] or order.items
