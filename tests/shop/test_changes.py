"""What customers may have done to their orders, and what they are told when they may not."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from assistant.errors import ToolError
from assistant.shop.records import Money
from assistant.storage.engine import Database
from tests.shop.change_desk import AWAY, HOME, Desk, swap
from tests.tools.little_shop import BOB, NOW, memory_shop


@pytest.fixture
def database() -> Iterator[Database]:
    database = memory_shop()
    yield database
    database.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


# cancelling


def test_a_cancelled_order_is_refunded_with_shipping_and_its_pieces_are_on_sale_again(desk: Desk) -> None:
    terms = desk.do("cancel_pending_order", order_id="#W1000002", reason="no longer needed")

    assert terms.refunded == Money(cents=1_599)
    assert terms.moves[0].business_days == (0, 0)
    order = desk.order("#W1000002")
    assert (order.status, order.cancel_reason) == ("cancelled", "no longer needed")
    assert desk.ledger("#W1000002") == [("payment", 1_599, "ann_gift"), ("refund", 1_599, "ann_gift")]
    assert desk.gift() == 4_000 + 1_599
    assert desk.stock("mug-red") == 6


def test_a_card_refund_takes_the_days_that_the_policy_says(desk: Desk) -> None:
    (move,) = desk.plan("cancel_pending_order", order_id="#W1000001", reason="ordered by mistake").terms.moves
    assert (move.direction, move.amount, move.business_days) == ("refund", Money(cents=6_000), (5, 7))


def test_after_a_change_of_payment_a_cancellation_refunds_what_is_still_paid_and_no_more(desk: Desk) -> None:
    desk.do("modify_pending_order_payment", order_id="#W1000001", payment_method_id="ann_paypal")
    desk.do("cancel_pending_order", order_id="#W1000001", reason="no longer needed")

    assert desk.ledger("#W1000001")[-1] == ("refund", 6_000, "ann_paypal")
    assert sum(cents if kind == "payment" else -cents for kind, cents, _ in desk.ledger("#W1000001")) == 0


@pytest.mark.parametrize("reason", ["", "found it cheaper", "No Longer Needed", " no longer needed"])
def test_other_reasons_are_refused_with_those_that_are_accepted(desk: Desk, reason: str) -> None:
    refusal = desk.refusal("cancel_pending_order", order_id="#W1000001", reason=reason)
    assert "'no longer needed' or 'ordered by mistake'" in refusal


@pytest.mark.parametrize(
    ("number", "instead"),
    [("#W1000003", "after delivery"), ("#W1000004", "returned or exchanged"), ("#W1000008", "reorder")],
)
def test_only_pending_orders_are_cancelled_and_the_refusal_says_what_would_work(
    desk: Desk, number: str, instead: str
) -> None:
    assert instead in desk.refusal("cancel_pending_order", order_id=number, reason="no longer needed")


@pytest.mark.parametrize("number", ["#W2000001", "#W9999999", ""])
def test_somebody_elses_order_is_answered_like_none(desk: Desk, number: str) -> None:
    refusal = desk.refusal("cancel_pending_order", order_id=number, reason="no longer needed")
    assert refusal == f"This customer has no order {number!r}. Check the number with them, or use list_orders."


# items


def test_each_changed_item_gets_its_own_price_and_the_difference_moves_at_once(desk: Desk) -> None:
    terms = desk.do("modify_pending_order_items", **swap(["mug-red", "lamp-s"], ["mug-blue", "lamp-m"]))

    assert terms.refunded == Money(cents=350)
    order = desk.order("#W1000001")
    assert [(i.item_id, i.price.cents) for i in order.items] == [
        ("mug-blue", 1_250),
        ("mug-red", 1_000),
        ("lamp-m", 3_400),
    ]
    assert order.status == "pending (item modified)"
    assert desk.ledger("#W1000001") == [("payment", 6_000, "ann_card"), ("refund", 350, "ann_card")]
    assert [desk.stock(item) for item in ("mug-red", "mug-blue", "lamp-s", "lamp-m")] == [6, 1, 5, 0]


def test_a_gift_card_pays_the_difference(desk: Desk) -> None:
    desk.do("modify_pending_order_items", **swap(["mug-red", "mug-red"], ["mug-blue", "mug-blue"], "ann_gift"))

    assert desk.gift() == 3_500
    assert desk.stock("mug-blue") == 0


def test_nothing_more_can_be_done_to_an_order_whose_items_were_changed(desk: Desk) -> None:
    desk.do("modify_pending_order_items", **swap(["mug-red"], ["mug-blue"]))

    for kind, arguments in (
        ("modify_pending_order_items", swap(["lamp-s"], ["lamp-m"])),
        ("cancel_pending_order", {"order_id": "#W1000001", "reason": "no longer needed"}),
        ("modify_pending_order_address", {"order_id": "#W1000001", "address": AWAY}),
        ("modify_pending_order_payment", {"order_id": "#W1000001", "payment_method_id": "ann_paypal"}),
    ):
        assert "changed once" in desk.refusal(kind, **arguments)


@pytest.mark.parametrize(
    ("old", "new", "method", "why"),
    [
        ([], [], "ann_card", "at least one item"),
        (["mug-red"], ["mug-blue", "mug-gold"], "ann_card", "1 item(s) and 2 new item(s)"),
        (["mug-red"], ["mug-red"], "ann_card", "swapped for itself"),
        (["mug-red"], ["lamp-m"], "ann_card", "another option of the same product"),
        (["lamp-s"], ["lamp-x"], "ann_card", "Available are lamp-m"),
        (["mug-red"], ["nothing"], "ann_card", "There is no item"),
        (["mug-gold"], ["mug-blue"], "ann_card", "has no item 'mug-gold'"),
        (["lamp-s", "lamp-s"], ["lamp-m", "lamp-m"], "ann_card", "only 1 time(s)"),
        (["mug-red"], ["mug-blue"], "bob_card", "They have: ann_card"),
        (["mug-red"], ["mug-gold"], "ann_gift", "must cover $80.00 alone"),
    ],
)
def test_swaps_that_the_policy_forbids(desk: Desk, old: list[str], new: list[str], method: str, why: str) -> None:
    assert why in desk.refusal("modify_pending_order_items", **swap(old, new, method))


def test_two_of_a_variant_can_not_be_had_when_one_is_left(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("UPDATE variants SET stock = 1 WHERE item_id = 'mug-blue'"))
    assert "isn't available" in desk.refusal(
        "modify_pending_order_items", **swap(["mug-red", "mug-red"], ["mug-blue", "mug-blue"])
    )


# payment


def test_the_new_method_is_charged_and_the_old_one_refunded(desk: Desk) -> None:
    terms = desk.do("modify_pending_order_payment", order_id="#W1000002", payment_method_id="ann_card")

    assert (terms.charged, terms.refunded) == (Money(cents=1_599), Money(cents=1_599))
    assert desk.ledger("#W1000002")[1:] == [("payment", 1_599, "ann_card"), ("refund", 1_599, "ann_gift")]
    assert desk.gift() == 5_599
    assert desk.order("#W1000002").status == "pending"


@pytest.mark.parametrize(
    ("number", "method", "why"),
    [
        ("#W1000001", "ann_card", "different one: ann_paypal, ann_gift"),
        ("#W1000001", "ann_gift", "must cover $60.00 alone"),
        ("#W1000001", "bob_paypal", "They have"),
        ("#W1000003", "ann_paypal", "'processed'"),
    ],
)
def test_payments_that_can_not_be_changed_so(desk: Desk, number: str, method: str, why: str) -> None:
    assert why in desk.refusal("modify_pending_order_payment", order_id=number, payment_method_id=method)


def test_the_payment_is_changed_once(desk: Desk) -> None:
    desk.do("modify_pending_order_payment", order_id="#W1000001", payment_method_id="ann_paypal")
    assert "only once" in desk.refusal(
        "modify_pending_order_payment", order_id="#W1000001", payment_method_id="ann_card"
    )


# addresses


def test_an_order_goes_elsewhere_and_the_account_keeps_its_address(desk: Desk) -> None:
    desk.do("modify_pending_order_address", order_id="#W1000001", address=AWAY)

    assert desk.order("#W1000001").address.city == "Austin"
    assert desk.customer().address.city == "Portland"


def test_the_account_gets_an_address_and_orders_keep_theirs(desk: Desk) -> None:
    desk.do("modify_user_address", address=AWAY)

    assert desk.customer().address.city == "Austin"
    assert desk.order("#W1000001").address.city == "Portland"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "that address already"),
        ({"address1": " "}, "lacks address1"),
        ({"zip": ""}, "lacks zip"),
        ({"address1": "9 Elm\nRoad"}, "one line"),
        ({"city": "x" * 300}, "one line"),
        ({"address1": "2 Rue Neuve", "country": "France"}, "another country"),
        ({"address1": "2 Way", "country": "Atlantis"}, "don't deliver to 'Atlantis'"),
    ],
)
def test_addresses_that_can_not_be_taken(desk: Desk, changes: dict[str, str], why: str) -> None:
    address = {**HOME, **changes}
    assert why in desk.refusal("modify_pending_order_address", order_id="#W1000001", address=address)


def test_a_country_may_be_written_in_any_way(desk: Desk) -> None:
    address = {**AWAY, "country": "United States"}
    assert desk.plan("modify_pending_order_address", order_id="#W1000001", address=address).terms.address_after


# beyond changes of orders


def test_a_reorder_costs_todays_prices_and_shipping(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("UPDATE variants SET price_cents = 1100 WHERE item_id = 'mug-red'"))
    plan = desk.plan("reorder", order_id="#W1000007", payment_method_id="ann_gift")
    with desk.database.write() as session:
        made = desk.changes.apply(session, plan, NOW)

    assert plan.terms.charged == Money(cents=1_699)
    assert made is not None
    order = desk.order(made)
    assert (order.status, order.total, order.placed_at) == ("pending", Money(cents=1_699), NOW)
    assert desk.gift() == 4_000 - 1_699
    assert desk.stock("mug-red") == 4


def test_what_is_sold_out_is_not_ordered_again_but_can_be_waited_for(desk: Desk) -> None:
    with desk.database.write() as session:
        session.execute(text("UPDATE variants SET stock = 0 WHERE item_id = 'mug-red'"))

    assert "notify_when_in_stock" in desk.refusal("reorder", order_id="#W1000007", payment_method_id="ann_card")
    terms = desk.do("notify_when_in_stock", item_id="mug-red")
    assert ("kept_for", 90) in [(note.code, note.number) for note in terms.notes]
    assert "available now" in desk.refusal("notify_when_in_stock", item_id="mug-blue")


def test_damage_is_reported_once_and_in_time(desk: Desk) -> None:
    report: dict[str, Any] = {"item_id": "mug-red", "description": "the handle is off", "wish": "refund"}
    desk.do("report_damaged_item", order_id="#W1000004", **report)

    assert "reported already" in desk.refusal("report_damaged_item", order_id="#W1000004", **report)
    late: dict[str, Any] = {"item_id": "bed-q", "description": "torn", "wish": "replacement"}
    assert "within 7 days" in desk.refusal("report_damaged_item", order_id="#W1000005", **late)
    assert "characters" in desk.refusal("report_damaged_item", order_id="#W1000004", **{**report, "description": " "})


def test_an_invoice_is_sent_to_the_address_on_file_only(desk: Desk) -> None:
    desk.do("request_invoice", order_id="#W1000004")

    with desk.database.read() as session:
        (topic, payload) = session.execute(text("SELECT topic, payload FROM outbox")).one()
    assert (topic, payload) == ("invoice", '{"order_id": "#W1000004", "customer_id": "ann"}')
    assert "cancelled" in desk.refusal("request_invoice", order_id="#W1000008")


# what has changed since


@pytest.mark.parametrize(
    "meanwhile",
    [
        "UPDATE orders SET status = 'processed' WHERE order_id = '#W1000001'",
        "UPDATE orders SET customer_id = 'bob' WHERE order_id = '#W1000001'",
        "UPDATE order_items SET item_id = 'mug-gold' WHERE order_id = '#W1000001' AND position = 0",
        "UPDATE payment_methods SET balance_cents = 249 WHERE payment_method_id = 'ann_gift'",
        "UPDATE variants SET stock = 0 WHERE item_id = 'mug-blue'",
    ],
)
def test_a_plan_is_not_written_over_rows_that_no_longer_allow_it(desk: Desk, meanwhile: str) -> None:
    plan = desk.plan("modify_pending_order_items", **swap(["mug-red"], ["mug-blue"], "ann_gift"))
    with desk.database.write() as session:
        session.execute(text(meanwhile))

    with pytest.raises(ToolError, match="changed since"), desk.database.write() as session:
        desk.changes.apply(session, plan, NOW)


def test_a_plan_of_another_customer_touches_nothing(desk: Desk) -> None:
    plan = desk.plan("modify_user_address", customer=BOB, address=AWAY)
    with desk.database.write() as session:
        desk.changes.apply(session, plan, NOW)

    assert desk.customer().address.city == "Portland"
