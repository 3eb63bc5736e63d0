"""Parcels that need somebody to look at them."""

from datetime import date

from assistant.shop.records import Order, TrackingStatus

_TROUBLE = frozenset({TrackingStatus.DELAYED, TrackingStatus.ATTEMPT_FAILED})


def is_in_trouble(order: Order, today: date) -> bool:
    """Whether a parcel of an order is late, delayed or could not be delivered."""
    for shipment in order.shipments:
        if shipment.delivered_at is not None:
            continue
        late = shipment.expected_on is not None and shipment.expected_on < today
        if late or (shipment.events and shipment.events[-1].status in _TROUBLE):
            return True
    return False
