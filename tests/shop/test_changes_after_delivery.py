"""What customers may have done to orders that arrived: returns and exchanges."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from assistant.shop.records import Money
from assistant.storage.engine import Database
from tests.shop.change_desk import Desk, swap
from tests.tools.little_shop import ANN, NOW, memory_shop


@pytest.fixture
def database() -> Iterator[Database]:
    database = memory_shop()
    yield database
    database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# returns


def back(items: list[str], method: str = "ann_card", number: str = "#W1000004", **more: Any) -> dict[str, Any]:
    return {"order_id": number, "item_ids": items, "payment_method_id": method, **more}


def test_a_return_is_refunded_after_the_check_so_no_money_moves_yet(desk: Desk) -> None:
    terms = desk.do("return_delivered_order_items", **back(["mug-red", "lamp-s"]))

    (move,) = terms.moves
    assert (move.amount, move.starts, move.method.payment_method_id) == (Money(cents=5_000), "after_check", "ann_card")
    order = desk.order("#W1000004")
    assert order.status == "return requested"
    assert order.request is not None
    assert order.request.item_ids == ("lamp-s", "mug-red")
    assert len(order.payments) == 1
    assert desk.stock("mug-red") == 5


def test_an_order_has_one_return_or_exchange(desk: Desk) -> None:
    desk.do("return_delivered_order_items", **back(["mug-red"]))

    assert "one return or exchange" in desk.refusal("return_delivered_order_items", **back(["lamp-s"]))
    assert "one return or exchange" in desk.refusal(
        "exchange_delivered_order_items", **swap(["lamp-s"], ["lamp-m"], number="#W1000004")
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (back([]), "at least one item"),
        (back(["mug-red", "mug-red"]), "only 1 time(s)"),
        (back(["mug-blue"]), "has no item"),
        (back(["mug-red"], "ann_paypal"), "or to a gift card on file (ann_gift)"),
        (back(["mug-red"], "bob_gift"), "They have"),
        (back(["mug-red"], number="#W1000003"), "'processed'"),
        (back(["head-b"]), "Ask the customer whether it has been opened"),
        (back(["mug-red"], opened=["lamp-s"]), "isn't among the items"),
        (back(["buds-b"], "ann_paypal", "#W1000005", opened=["buds-b"]), "unless it is faulty"),
        (back(["head-b"], "ann_paypal", "#W1000005", opened=["head-b"]), "could be returned until 2026-06-18"),
        (back(["mug-red"], "ann_gift", "#W1000006"), "could be returned until 2026-06-14"),
    ],
)
def test_returns_that_the_policy_forbids(desk: Desk, arguments: dict[str, Any], why: str) -> None:
    assert why in desk.refusal("return_delivered_order_items", **arguments)


def test_a_gift_card_on_file_may_receive_a_refund(desk: Desk) -> None:
    (move,) = desk.plan("return_delivered_order_items", **back(["mug-red"], "ann_gift")).terms.moves
    assert move.business_days == (0, 0)


def test_opened_headphones_cost_a_restocking_fee_to_the_cent(desk: Desk) -> None:
    terms = desk.plan("return_delivered_order_items", **back(["head-b"], opened=["head-b"])).terms

    assert terms.items[0].fee == Money(cents=1_501)
    assert terms.refunded == Money(cents=10_005 - 1_501)
    assert ("restocking_fee", 15) in [(note.code, note.number) for note in terms.notes]


def test_sealed_or_faulty_headphones_cost_no_fee(desk: Desk) -> None:
    ways: list[dict[str, Any]] = [{"opened": []}, {"opened": ["head-b"], "reason": "faulty"}, {"reason": "faulty"}]
    for more in ways:
        terms = desk.plan("return_delivered_order_items", **back(["head-b"], **more)).terms
        assert terms.refunded == Money(cents=10_005)


def test_faulty_earbuds_come_back_though_opened(desk: Desk) -> None:
    arguments = back(["buds-b"], "ann_paypal", "#W1000005", opened=["buds-b"], reason="faulty")
    assert desk.plan("return_delivered_order_items", **arguments).terms.refunded == Money(cents=6_000)


def test_bedding_has_a_longer_window_and_kettles_must_be_unused(desk: Desk) -> None:
    assert desk.plan("return_delivered_order_items", **back(["bed-q"], "ann_gift", "#W1000006")).terms.moves
    notes = desk.plan("return_delivered_order_items", **back(["kettle-1"], "ann_paypal", "#W1000005")).terms.notes
    assert ("unused_only", "Kettle") in [(note.code, note.item) for note in notes]


@pytest.mark.parametrize(("reason", "cents"), [("changed_mind", 1_000), ("faulty", 1_599), ("wrong_item", 1_599)])
def test_shipping_comes_back_only_for_a_fault_of_ours(desk: Desk, reason: str, cents: int) -> None:
    terms = desk.plan("return_delivered_order_items", **back(["mug-red"], number="#W1000007", reason=reason)).terms
    assert terms.refunded == Money(cents=cents)


def test_what_was_delivered_before_the_holidays_can_come_back_until_the_end_of_january(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("UPDATE shipments SET delivered_at = '2026-11-20 09:00:00' WHERE order_id = '#W1000004'"))

    days = (NOW.replace(year=2027, month=1, day=31) - NOW).days
    assert desk.plan("return_delivered_order_items", days=days, **back(["mug-red"])).terms.moves
    assert "until 2027-01-31" in desk.refusal("return_delivered_order_items", days=days + 1, **back(["mug-red"]))
    opened = back(["head-b"], opened=["head-b"])
    assert "until 2026-12-04" in desk.refusal("return_delivered_order_items", days=days, **opened)


# exchanges


def test_an_exchange_keeps_the_new_item_and_moves_the_difference_with_the_parcel(desk: Desk) -> None:
    terms = desk.do("exchange_delivered_order_items", **swap(["mug-red"], ["mug-blue"], number="#W1000004"))

    assert [(m.direction, m.amount.cents, m.starts) for m in terms.moves] == [("charge", 250, "with_new_item")]
    order = desk.order("#W1000004")
    assert order.status == "exchange requested"
    assert order.request is not None
    assert order.request.price_difference == Money(cents=250)
    assert order.items[1].item_id == "mug-red"
    assert desk.stock("mug-blue") == 1


def test_a_gift_card_is_not_promised_twice(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("UPDATE variants SET price_cents = 4000 WHERE item_id = 'mug-gold'"))
    desk.do("exchange_delivered_order_items", **swap(["mug-red"], ["mug-gold"], "ann_gift", "#W1000004"))

    again = swap(["mug-red"], ["mug-gold"], "ann_gift", "#W1000007")
    assert "is kept for an open exchange" in desk.refusal("exchange_delivered_order_items", **again)


def test_opened_headphones_are_exchanged_without_a_fee_and_opened_earbuds_not_at_all(desk: Desk) -> None:
    arguments = swap(["head-b"], ["head-w"], number="#W1000004")
    terms = desk.plan("exchange_delivered_order_items", **arguments, opened=["head-b"]).terms
    assert terms.charged == Money(cents=1_995)
    buds = swap(["buds-b"], ["buds-w"], "ann_paypal", "#W1000005")
    assert "unless it is faulty" in desk.refusal("exchange_delivered_order_items", **buds, opened=["buds-b"])


def test_a_quote_says_which_methods_can_pay(desk: Desk) -> None:
    quote = desk.changes.quote_exchange("#W1000004", ["mug-red"], ["mug-gold"], ANN, NOW)  # type: ignore[arg-type,list-item]

    assert quote.possible
    assert quote.difference == Money(cents=8_000)
    assert [method.payment_method_id for method in quote.methods] == ["ann_card", "ann_paypal"]
