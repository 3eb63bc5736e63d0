"""Sixteen devices say yes to the same proposals at once: each is executed once, and all get the same answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text

from assistant.clock import FixedClock
from assistant.evaluation.confirmations import everybody_confirms, load_busy_shop, propose_cancellations, race
from assistant.ids import ConversationId
from assistant.shop.changes.requests import REQUESTS
from assistant.storage.engine import Database
from tests.tools.conftest import EmptyShop, OpenShop
from tests.tools.little_shop import ANN, NOW, proposals_over

GIFT = 4_000


def test_twenty_proposals_confirmed_by_sixteen_threads_are_executed_twenty_times(empty_shop: EmptyShop) -> None:
    clock, database = FixedClock(NOW), empty_shop()
    load_busy_shop(database, orders=500, currency="USD", clock=clock)
    proposals = proposals_over(database, clock)
    waiting = propose_cancellations(proposals, 20)
    figures = race(proposals, everybody_confirms(waiting, threads=16, calls=200))

    assert (figures.proposals, figures.calls) == (20, 3200)
    assert figures.executions == 20
    assert figures.answered == 3200
    assert figures.answers == 1
    assert figures.once_each


def ask(database: Database, **request: Any) -> str:
    made = proposals_over(database).propose(REQUESTS.validate_python(request), ANN, ConversationId(str(request)))
    return made.proposal_id


def test_one_gift_card_can_not_be_promised_to_two_exchanges_at_the_same_moment(open_shop: OpenShop) -> None:
    """Each alone would be covered; whoever comes second must see what the first one will take."""
    for _ in range(5):
        database = open_shop()
        with database.write() as session:
            session.execute(text("UPDATE variants SET price_cents = 13000, stock = 9 WHERE item_id = 'head-w'"))
            session.execute(
                text("UPDATE payment_methods SET balance_cents = 4000 WHERE payment_method_id = 'ann_gift'")
            )
        swap = {
            "kind": "exchange_delivered_order_items",
            "item_ids": ["head-b"],
            "new_item_ids": ["head-w"],
            "payment_method_id": "ann_gift",
            "opened": [],
        }
        both = [ask(database, order_id=order, **swap) for order in ("#W1000004", "#W1000005")]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(proposals_over(database).confirm, both, (ANN, ANN)))

        assert sorted(answer.outcome for answer in answers) == ["executed", "failed"]
