"""Whatever customers propose, confirm, repeat and let expire, in any order, at any time: the books stay right."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from assistant.clock import FixedClock
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId
from assistant.shop.changes.requests import REQUESTS
from assistant.storage.engine import Database
from tests.tools.little_shop import ANN, BOB, NOW, memory_shop, proposals_over, with_raw

CUSTOMERS = (ANN, BOB)
ORDERS = [f"#W100000{n}" for n in range(1, 9)] + [f"#W200000{n}" for n in range(1, 4)]
ITEMS = (
    "mug-red mug-blue mug-gold lamp-s lamp-m lamp-x head-b head-w buds-b buds-w bed-q bed-k kettle-1 kettle-2".split()
)
METHODS = [f"{who}_{what}" for who in CUSTOMERS for what in ("card", "paypal", "gift")]
STREETS = ["1 Oak Street", "9 Elm Road"]

PENDING, DELIVERED = ["cancel", "items", "payment", "address"], ["return", "exchange", "reorder"]

customers = st.sampled_from(CUSTOMERS)
orders, items, methods = st.sampled_from(ORDERS), st.sampled_from(ITEMS), st.sampled_from(METHODS)
addresses = st.sampled_from(STREETS).map(
    lambda street: {"address1": street, "city": "Portland", "state": "OR", "zip": "97201", "country": "USA"}
)


def wild(draw: Callable[..., Any]) -> dict[str, Any]:
    """A request about anything, somebody else's things too."""
    kind = draw(st.sampled_from("cancel items payment address account return exchange reorder notify invoice".split()))
    inside = draw(st.lists(items, min_size=0, max_size=3))
    return request_of(draw, kind, draw(orders), inside, draw(st.lists(items, max_size=3)), draw(methods))


def request_of(
    draw: Callable[..., Any], kind: str, order: str, inside: list[str], new: list[str], method: str
) -> dict[str, Any]:
    """A request of that kind."""
    paid = {"order_id": order, "payment_method_id": method}
    opened = {"opened": draw(st.sampled_from([[], None, inside[:1]]))}
    swap = {**paid, "item_ids": inside, "new_item_ids": new}
    reason = draw(st.sampled_from(["no longer needed", "ordered by mistake", "ordered by mistake", "bored"]))
    requests: dict[str, dict[str, Any]] = {
        "cancel": {"kind": "cancel_pending_order", "order_id": order, "reason": reason},
        "items": {"kind": "modify_pending_order_items", **swap},
        "payment": {"kind": "modify_pending_order_payment", **paid},
        "address": {"kind": "modify_pending_order_address", "order_id": order, "address": draw(addresses)},
        "account": {"kind": "modify_user_address", "address": draw(addresses)},
        "return": {"kind": "return_delivered_order_items", **paid, "item_ids": inside, **opened},
        "exchange": {"kind": "exchange_delivered_order_items", **swap, **opened},
        "reorder": {"kind": "reorder", **paid},
        "notify": {"kind": "notify_when_in_stock", "item_id": draw(items)},
        "invoice": {"kind": "request_invoice", "order_id": order},
    }
    return requests[kind]


@lru_cache(maxsize=1)
def _database() -> Database:
    return Database("sqlite://")


class Shop(RuleBasedStateMachine):
    """Two customers and a clock. `live` is what a model of proposals, far simpler than the code, believes."""

    @initialize()
    def open_shop(self) -> None:
        self.database = memory_shop(_database())
        self.clock = FixedClock(NOW)
        self.proposals = proposals_over(self.database, self.clock)
        self.owner: dict[str, CustomerId] = {}
        self.ends: dict[str, datetime] = {}
        self.live: dict[str, tuple[str, str]] = {}  # open ones: kind and what they are about
        self.executed: set[str] = set()
        self.pieces = self.pieces_in_all()
        self.balances = self.gift_cards()

    # what customers and time do

    @rule(customer=customers, data=st.data())
    def propose_anything(self, customer: CustomerId, data: st.DataObject) -> None:
        self.propose(customer, wild(data.draw))

    @rule(customer=customers, data=st.data())
    def propose_something_sensible(self, customer: CustomerId, data: st.DataObject) -> None:
        self.propose(customer, self.sensible(customer, data.draw))

    @rule(customer=customers, data=st.data())
    def propose_something_sensible_and_agree(self, customer: CustomerId, data: st.DataObject) -> None:
        made = self.propose(customer, self.sensible(customer, data.draw))
        if made is not None:
            self.confirm(made, customer)

    @rule(customer=customers, happens=st.sampled_from(["packed", "dearer", "late"]), data=st.data())
    def agree_after_something_has_happened(self, customer: CustomerId, happens: str, data: st.DataObject) -> None:
        request = self.sensible(customer, data.draw)
        made = self.propose(customer, request)
        if happens == "packed":
            self.the_warehouse_packs(request.get("order_id", "none"))
        elif happens == "dearer":
            for item in request.get("new_item_ids", ITEMS):
                self.a_price_changes(item, 5_000)
        else:
            self.clock.advance(timedelta(minutes=15))
        if made is not None:
            self.confirm(made, customer)

    @rule(customer=customers, data=st.data())
    def say_yes_to_something(self, customer: CustomerId, data: st.DataObject) -> None:
        self.confirm(data.draw(st.sampled_from([*reversed(self.owner), "prop_none"])), customer)

    @rule(data=st.data())
    def say_yes_to_what_is_open(self, data: st.DataObject) -> None:
        if self.live:
            chosen = data.draw(st.sampled_from([*self.live]))
            self.confirm(chosen, self.owner[chosen])

    def sensible(self, customer: CustomerId, draw: Callable[..., Any]) -> dict[str, Any]:
        """A request that has a good chance: about an order of the customer's own that is in a fitting state."""
        kind = draw(st.sampled_from([*PENDING, *DELIVERED]))
        fitting = f"customer_id = '{customer}' AND status = '{'pending' if kind in PENDING else 'delivered'}'"
        standing = self.ask(f"SELECT order_id FROM orders WHERE {fitting} ORDER BY sequence")
        order = draw(st.sampled_from([order for (order,) in standing] or ORDERS))
        held = [
            item
            for (item,) in self.ask(f"SELECT item_id FROM order_items WHERE order_id = '{order}' ORDER BY position")
        ]
        inside = draw(st.lists(st.sampled_from(held), min_size=1, max_size=2)) if held else []
        new = [draw(st.sampled_from([i for i in ITEMS if i[:3] == item[:3] and i != item])) for item in inside]
        method = draw(st.sampled_from([m for m in METHODS if m.startswith(customer)]))
        return request_of(draw, kind, order, inside, new, method)

    def propose(self, customer: CustomerId, request: dict[str, Any]) -> str | None:
        before = self.rows()
        made = None
        try:
            made = self.proposals.propose(REQUESTS.validate_python(request), customer, ConversationId(customer))
        except ToolError:
            event(f"refused: {request['kind']}")
        else:
            about = (made.kind, made.terms.order_id or request.get("item_id", "account"))
            for other in [p for p, of in self.live.items() if of == about and self.owner[p] == customer]:
                del self.live[other]
            self.live[made.proposal_id] = about
            self.owner[made.proposal_id], self.ends[made.proposal_id] = customer, made.expires_at
        assert self.rows() == before
        return made.proposal_id if made else None

    def confirm(self, chosen: str, customer: CustomerId) -> None:
        mine, open_now = self.owner.get(chosen) == customer, chosen in self.live
        other = next(name for name in CUSTOMERS if name != customer)
        theirs, everything, before = self.rows(other), self.rows(), Counter(self.lines())
        answer = self.proposals.confirm(chosen, customer)
        event(f"{answer.outcome}{' again' if answer.replayed else ''}: {answer.proposal and answer.proposal.kind}")

        assert self.rows(other) == theirs
        if not mine:
            assert answer.outcome == "unknown"
        elif chosen in self.executed:
            assert answer.executed
            assert answer.replayed
        elif not open_now:
            assert not answer.executed
        elif self.clock.now() >= self.ends[chosen]:
            assert answer.outcome == "expired"
            del self.live[chosen]
        else:
            assert answer.outcome in ("executed", "failed")
            assert answer.outcome == "executed" or answer.reason
            del self.live[chosen]
            if answer.executed and answer.proposal is not None:
                self.executed.add(chosen)
                now = [move for move in answer.proposal.terms.moves if move.starts == "now"]
                shown = Counter((m.direction == "charge", m.amount.cents, m.method.payment_method_id) for m in now)
                assert Counter(self.lines()) - before == shown
                return
        assert self.rows() == everything

    @rule(customer=customers, data=st.data())
    def say_no(self, customer: CustomerId, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from([*reversed(self.owner), "prop_none"]))
        before = self.rows()
        self.proposals.decline(chosen, customer)
        if self.owner.get(chosen) == customer:
            self.live.pop(chosen, None)
        assert self.rows() == before

    @rule(minutes=st.sampled_from([1, 7, 14, 15, 60, 60 * 24 * 9]), back=st.booleans())
    def time_jumps(self, minutes: int, back: bool) -> None:
        self.clock.advance(timedelta(minutes=-1 if back else minutes))

    @rule(item=items, cents=st.sampled_from([900, 1_250, 5_000]))
    def some_price_changes(self, item: str, cents: int) -> None:
        self.a_price_changes(item, cents)

    @rule(order=orders)
    def some_order_is_packed(self, order: str) -> None:
        self.the_warehouse_packs(order)

    def a_price_changes(self, item: str, cents: int) -> None:
        with self.database.write() as session:
            session.execute(text("UPDATE variants SET price_cents = :c WHERE item_id = :i"), {"c": cents, "i": item})

    def the_warehouse_packs(self, order: str) -> None:
        with self.database.write() as session:
            query = "UPDATE orders SET status = 'processed' WHERE order_id = :o AND status LIKE 'pending%'"
            session.execute(text(query), {"o": order})

    # what must always hold

    @invariant()
    def every_order_is_paid_to_the_cent(self) -> None:
        query = """
            SELECT o.order_id, o.status, coalesce(o.shipping_cents, 0)
                + (SELECT sum(price_cents) FROM order_items i WHERE i.order_id = o.order_id),
                (SELECT sum(CASE kind WHEN 'payment' THEN amount_cents ELSE -amount_cents END)
                 FROM payments p WHERE p.order_id = o.order_id)
            FROM orders o"""
        for order_id, status, worth, paid in self.ask(query):
            assert paid == (0 if status == "cancelled" else worth), (order_id, status)

    @invariant()
    def no_gift_card_gains_or_loses_a_cent_outside_the_ledger(self) -> None:
        query = """
            SELECT payment_method_id, sum(CASE kind WHEN 'refund' THEN amount_cents ELSE -amount_cents END)
            FROM payments WHERE payment_method_id LIKE '%gift' GROUP BY 1"""
        moved = dict(self.ask(query))
        assert all(cents >= 0 for cents in self.gift_cards().values())
        seeded = {"ann_gift": -1_599 - 9_000, "bob_gift": -6_500}
        for card, cents in self.gift_cards().items():
            assert cents - self.balances[card] == moved[card] - seeded[card]

    @invariant()
    def no_piece_is_lost_or_made(self) -> None:
        assert all(stock >= 0 for (stock,) in self.ask("SELECT stock FROM variants"))
        assert self.pieces_in_all() == self.pieces

    @invariant()
    def every_execution_had_its_own_yes_and_its_record(self) -> None:
        audited = [proposal for (proposal,) in self.ask("SELECT proposal_id FROM audit ORDER BY audit_id")]
        assert len(audited) == len(set(audited))
        assert set(audited) == self.executed
        done = self.ask("SELECT proposal_id FROM proposals WHERE status = 'executed'")
        assert {proposal for (proposal,) in done} == self.executed
        assert self.count("outbox WHERE topic = 'change'") == len(self.executed)

    # reading the books

    def ask(self, query: str) -> list[Any]:
        return with_raw(self.database).execute(query).fetchall()

    def count(self, table: str) -> int:
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])

    def lines(self) -> list[tuple[bool, int, str]]:
        """All lines of all orders' ledgers."""
        return self.ask("SELECT kind = 'payment', amount_cents, payment_method_id FROM payments")

    def gift_cards(self) -> dict[str, int]:
        query = "SELECT payment_method_id, balance_cents FROM payment_methods WHERE balance_cents IS NOT NULL"
        return dict(map(tuple, self.ask(query)))

    def pieces_in_all(self) -> Counter[str]:
        """Of each variant: on the shelf, in orders that stand, and kept for exchanges."""
        found = Counter(dict(map(tuple, self.ask("SELECT item_id, stock FROM variants"))))
        standing = "SELECT item_id FROM order_items NATURAL JOIN orders WHERE status <> 'cancelled'"
        found.update(item for (item,) in self.ask(standing))
        kept = "SELECT value FROM order_requests, json_each(order_requests.new_item_ids)"
        found.update(item for (item,) in self.ask(kept))
        return found

    def rows(self, customer: CustomerId | None = None) -> list[Any]:
        """Everything that the shop holds for one customer, or for all, proposals left out."""
        whose = f"customer_id = '{customer}'" if customer else "1 = 1"
        theirs = f"order_id IN (SELECT order_id FROM orders WHERE {whose})"
        found = [self.ask(f"SELECT * FROM {t} WHERE {whose}") for t in "customers payment_methods orders audit".split()]
        found += [self.ask(f"SELECT * FROM {t} WHERE {theirs}") for t in "order_items order_requests payments".split()]
        return found


TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
