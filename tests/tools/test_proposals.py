"""A change waits for its owner's yes, is made once, and only as it was shown."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from assistant.clock import FixedClock
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId
from assistant.shop.changes.requests import REQUESTS
from assistant.storage import outbox
from assistant.storage.engine import Database
from assistant.tools.proposals import OUTBOX_TOPIC, Proposal, Proposals
from tests.tools.little_shop import ANN, BOB, NOW, proposals_over

TALK = ConversationId("talk")
CANCEL = {"kind": "cancel_pending_order", "order_id": "#W1000002", "reason": "no longer needed"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def proposals(database: Database, clock: FixedClock) -> Proposals:
    return proposals_over(database, clock)


def ask(proposals: Proposals, customer: CustomerId = ANN, talk: ConversationId = TALK, **request: Any) -> Proposal:
    return proposals.propose(REQUESTS.validate_python(request or CANCEL), customer, talk)


def state(database: Database) -> list[Any]:
    """Every row of the shop, the audit and the outbox, but for the notes that something was proposed."""
    tables = "orders order_items order_requests payments payment_methods customers variants audit".split()
    with database.read() as session:
        rows = [session.execute(text(f"SELECT * FROM {table}")).all() for table in tables]  # our own names
        return [*rows, session.execute(text("SELECT * FROM outbox WHERE topic <> 'behaviour'")).all()]


def count(database: Database, table: str) -> int:
    with database.read() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar() or 0)


def test_a_proposal_shows_everything_and_changes_nothing(proposals: Proposals, database: Database) -> None:
    before = state(database)
    proposal = ask(proposals)

    assert state(database) == before
    assert proposal.status == "open"
    assert proposal.expires_at == NOW + timedelta(minutes=15)
    assert str(proposal.terms.refunded) == "$15.99"
    assert proposals.open(TALK, ANN) == (proposal,)


def test_what_is_not_allowed_is_not_even_stored(proposals: Proposals, database: Database) -> None:
    with pytest.raises(ToolError):
        ask(proposals, kind="cancel_pending_order", order_id="#W1000003", reason="no longer needed")
    assert count(database, "proposals") == 0


def test_a_yes_makes_the_change_with_its_audit_and_its_event(proposals: Proposals, database: Database) -> None:
    proposal = ask(proposals)
    result = proposals.confirm(proposal.proposal_id, ANN)

    assert result.executed
    assert not result.replayed
    assert result.order is not None
    assert result.order.status == "cancelled"
    assert result.proposal is not None
    assert result.proposal.status == "executed"
    with database.read() as session:
        (audit,) = session.execute(text("SELECT * FROM audit")).mappings().all()
        (event,) = outbox.pending(session, OUTBOX_TOPIC)
    assert (audit["proposal_id"], audit["customer_id"], audit["order_id"]) == (proposal.proposal_id, ANN, "#W1000002")
    assert "'pending'" in str(audit["before"]).replace('"', "'")
    assert "'cancelled'" in str(audit["after"]).replace('"', "'")
    assert event.payload["proposal_id"] == proposal.proposal_id


def test_a_second_yes_answers_the_same_and_does_nothing(proposals: Proposals, database: Database) -> None:
    proposal = ask(proposals)
    first = proposals.confirm(proposal.proposal_id, ANN)
    after = state(database)
    second = proposals.confirm(proposal.proposal_id, ANN)

    assert second == first.model_copy(update={"replayed": True})
    assert state(database) == after


def test_the_answer_to_a_second_yes_outlives_the_expiry(proposals: Proposals, clock: FixedClock) -> None:
    proposal = ask(proposals)
    proposals.confirm(proposal.proposal_id, ANN)
    clock.advance(timedelta(days=2))

    assert proposals.confirm(proposal.proposal_id, ANN).executed


@pytest.mark.parametrize("proposal_id", ["prop_unknown", "", "' OR 1=1 --"])
def test_a_yes_to_nothing_does_nothing(proposals: Proposals, database: Database, proposal_id: str) -> None:
    ask(proposals)
    before = state(database)

    assert proposals.confirm(proposal_id, ANN).outcome == "unknown"
    assert state(database) == before


def test_somebody_elses_yes_is_a_yes_to_nothing(proposals: Proposals, database: Database) -> None:
    proposal = ask(proposals)
    before = state(database)

    assert proposals.confirm(proposal.proposal_id, BOB) == proposals.confirm("prop_unknown", BOB)
    assert proposals.get(proposal.proposal_id, BOB) is None
    assert proposals.decline(proposal.proposal_id, BOB) is None
    assert proposals.open(TALK, BOB) == ()
    assert state(database) == before
    assert proposals.confirm(proposal.proposal_id, ANN).executed


def test_a_yes_after_fifteen_minutes_comes_too_late(
    proposals: Proposals, database: Database, clock: FixedClock
) -> None:
    proposal = ask(proposals)
    before = state(database)
    clock.advance(timedelta(minutes=15))

    assert proposals.open(TALK, ANN) == ()
    assert proposals.confirm(proposal.proposal_id, ANN).outcome == "expired"
    clock.advance(timedelta(minutes=-5))
    assert proposals.confirm(proposal.proposal_id, ANN).outcome == "expired"
    assert state(database) == before


def test_a_yes_in_the_last_second_counts(proposals: Proposals, clock: FixedClock) -> None:
    proposal = ask(proposals)
    clock.advance(timedelta(minutes=14, seconds=59))
    assert proposals.confirm(proposal.proposal_id, ANN).executed


def test_after_a_no_a_yes_does_nothing(proposals: Proposals, database: Database) -> None:
    proposal = ask(proposals)
    before = state(database)
    declined = proposals.decline(proposal.proposal_id, ANN)

    assert declined is not None
    assert declined.status == "declined"
    assert proposals.confirm(proposal.proposal_id, ANN).outcome == "declined"
    assert state(database) == before


def test_a_no_after_the_yes_does_not_undo_it(proposals: Proposals) -> None:
    proposal = ask(proposals)
    proposals.confirm(proposal.proposal_id, ANN)
    after = proposals.decline(proposal.proposal_id, ANN)

    assert after is not None
    assert after.status == "executed"


def test_a_corrected_proposal_takes_the_place_of_the_first(proposals: Proposals, database: Database) -> None:
    items = ["mug-red", "lamp-s"]
    request: dict[str, Any] = {
        "kind": "return_delivered_order_items",
        "order_id": "#W1000004",
        "payment_method_id": "ann_card",
    }
    first = ask(proposals, **request, item_ids=items)
    second = ask(proposals, **request, item_ids=items[:1])

    assert proposals.open(TALK, ANN) == (second,)
    assert proposals.confirm(first.proposal_id, ANN).outcome == "superseded"
    assert count(database, "audit") == 0
    assert proposals.confirm(second.proposal_id, ANN).executed


def test_the_same_again_is_the_same_proposal_until_its_time_grows_short(
    proposals: Proposals, clock: FixedClock
) -> None:
    first = ask(proposals)
    assert ask(proposals) == first
    clock.advance(timedelta(minutes=10))
    assert ask(proposals).proposal_id != first.proposal_id


def test_different_things_wait_side_by_side(proposals: Proposals) -> None:
    first = ask(proposals)
    second = ask(proposals, kind="request_invoice", order_id="#W1000004")
    elsewhere = ask(proposals, talk=ConversationId("other talk"))

    assert {p.proposal_id for p in proposals.open(TALK, ANN)} == {first.proposal_id, second.proposal_id}
    assert proposals.confirm(elsewhere.proposal_id, ANN).executed
    late = proposals.confirm(first.proposal_id, ANN)
    assert (late.outcome, late.replayed) == ("failed", False)
    assert "cancelled" in late.reason


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        ("UPDATE orders SET status = 'processed' WHERE order_id = '#W1000001'", "'processed'"),
        ("UPDATE variants SET price_cents = 1251 WHERE item_id = 'mug-blue'", "has changed since"),
        ("UPDATE variants SET available = false WHERE item_id = 'mug-blue'", "isn't available"),
        ("UPDATE variants SET stock = 0 WHERE item_id = 'mug-blue'", "isn't available"),
        ("UPDATE payment_methods SET balance_cents = 0 WHERE payment_method_id = 'ann_gift'", "must cover $2.50"),
        ("DELETE FROM payment_methods WHERE payment_method_id = 'ann_gift'", "no payment method"),
    ],
)
def test_what_has_changed_since_it_was_shown_is_not_done(
    proposals: Proposals, database: Database, meanwhile: str, reason: str
) -> None:
    proposal = ask(
        proposals,
        kind="modify_pending_order_items",
        order_id="#W1000001",
        item_ids=["mug-red"],
        new_item_ids=["mug-blue"],
        payment_method_id="ann_gift",
    )
    with database.write() as session:
        session.execute(text(meanwhile))
    before = state(database)
    result = proposals.confirm(proposal.proposal_id, ANN)

    assert result.outcome == "failed"
    assert reason in result.reason
    assert state(database) == before
    again = proposals.confirm(proposal.proposal_id, ANN)
    assert (again.outcome, again.reason) == ("failed", result.reason)


def test_a_change_that_breaks_in_the_middle_leaves_nothing_behind(database: Database, clock: FixedClock) -> None:
    def breaks(step: str) -> None:
        if step == "balances":
            raise ToolError("the till is stuck")

    proposal = ask(proposals_over(database, clock))
    before = state(database)
    result = proposals_over(database, clock, breaks).confirm(proposal.proposal_id, ANN)

    assert (result.outcome, result.reason) == ("failed", "the till is stuck")
    assert state(database) == before


def test_the_window_counts_from_when_it_was_asked_for(proposals: Proposals, clock: FixedClock) -> None:
    clock.advance(timedelta(days=25, hours=14, minutes=25))  # 23:55 on the last day of thirty
    proposal = ask(
        proposals,
        kind="return_delivered_order_items",
        order_id="#W1000004",
        item_ids=["mug-red"],
        payment_method_id="ann_card",
    )
    clock.advance(timedelta(minutes=10))

    assert proposals.confirm(proposal.proposal_id, ANN).executed


def test_a_reorder_answers_with_the_new_order(proposals: Proposals) -> None:
    proposal = ask(proposals, kind="reorder", order_id="#W1000007", payment_method_id="ann_card")
    first = proposals.confirm(proposal.proposal_id, ANN)
    second = proposals.confirm(proposal.proposal_id, ANN)

    assert first.order is not None
    assert first.order.order_id != "#W1000007"
    assert second.order == first.order
