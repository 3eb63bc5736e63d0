"""A number that was heard wrongly is compared with the customer's own orders, by how digits sound."""

from datetime import UTC, datetime

import pytest

from assistant.conversation.heard.matching import orders_like
from assistant.shop.records import Order

OWN = ("#W1003001", "#W1003002", "#W7755561", "#W2201907")


def order(order_id: str) -> Order:
    return Order.model_construct(order_id=order_id, placed_at=datetime(2026, 1, 1, tzinfo=UTC), items=())


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("#W1003001", ["#W1003001"]),
        ("2201907", ["#W2201907"]),
        ("#W2201507", ["#W2201907"]),  # nine heard as five
        ("#W220197", ["#W2201907"]),  # a zero was swallowed
        ("#W775561", ["#W7755561"]),  # of three fives two were heard
        ("#W2241987", ["#W2201907"]),  # three digits wrong, two of them by their sound: nothing else is near
        ("907", ["#W2201907"]),
        ("561", ["#W7755561"]),
        ("#W100300", ["#W1003001", "#W1003002"]),
        ("#W1003003", ["#W1003002", "#W1003001"]),  # two and three sound more alike than one and three
        ("#W1777777", []),
        ("12", []),
        ("", []),
    ],
)
def test_the_nearest_of_the_own_orders_is_meant(heard: str, meant: list[str]) -> None:
    assert [found.order_id for found in orders_like(heard, map(order, OWN))] == meant


def test_a_customer_without_orders_means_none() -> None:
    assert orders_like("#W1003001", ()) == ()
