"""A tau-bench retail shop in memory, for exams that load, call and dump many times.

Each call goes the way that an agent's call goes: the register of tools, the customer from the runtime, a
proposal, its confirmation, its execution. A call counts the customer's confirmation as given.

The benchmark's tools know ids only as they are written in its database and take no other arguments; what an
agent may write loosely in a conversation (`w1234567`, a product's name) is refused here.
"""

import sqlite3
from typing import Any, cast

from assistant.clock import Clock, SystemClock
from assistant.ids import ConversationId, CustomerId, new_id
from assistant.settings import Settings
from assistant.shop.changes.service import Changes
from assistant.shop.importers import tau_retail
from assistant.shop.loading import load_shop
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.policy import Policy
from assistant.shop.records import Address
from assistant.shop.service import Shop
from assistant.storage import migrate
from assistant.storage.engine import Database
from assistant.tools.catalogue import shop_tools
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult, Proposals
from assistant.tools.results import for_model

_ADDRESS = tuple(Address.model_fields)
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "calculate": ("expression",),
    "cancel_pending_order": ("order_id", "reason"),
    "exchange_delivered_order_items": ("order_id", "item_ids", "new_item_ids", "payment_method_id"),
    "find_user_id_by_email": ("email",),
    "find_user_id_by_name_zip": ("first_name", "last_name", "zip"),
    "get_item_details": ("item_id",),
    "get_order_details": ("order_id",),
    "get_product_details": ("product_id",),
    "get_user_details": ("user_id",),
    "list_all_product_types": (),
    "modify_pending_order_address": ("order_id", *_ADDRESS),
    "modify_pending_order_items": ("order_id", "item_ids", "new_item_ids", "payment_method_id"),
    "modify_pending_order_payment": ("order_id", "payment_method_id"),
    "modify_user_address": ("user_id", *_ADDRESS),
    "return_delivered_order_items": ("order_id", "item_ids", "payment_method_id"),
    "transfer_to_human_agents": ("summary",),
}
"""The benchmark's tools and their arguments."""
_TABLES: dict[str, tuple[str, str]] = {
    "customers": ("users", "customer_id"),
    "payment_methods": ("users", "customer_id"),
    "orders": ("orders", "order_id"),
    "order_items": ("orders", "order_id"),
    "order_requests": ("orders", "order_id"),
    "shipments": ("orders", "order_id"),
    "payments": ("orders", "order_id"),
    "products": ("products", "product_id"),
    "variants": ("products", "product_id"),
}
"""Which part of the benchmark's database each table belongs to, and by which column."""
_Rows = dict[str, set[tuple[Any, ...]]]
"""All rows of each table; the first column is the owner."""


class RetailShop:
    """The shop, the tools and the proposals over one in-memory database.

    Args:
        settings: say where the policy pages are.
        clock: tells the time.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._policy = Policy.load((settings or Settings()).knowledge_dir)
        self._registry = shop_tools()
        self._database = Database("sqlite://")
        migrate.upgrade(self._database)
        self._empty = self._copy()
        self._shop = Shop(self._database, self._clock)
        self._proposals = Proposals(self._database, Changes(self._database, self._policy), self._clock)
        self._conversation = ConversationId(new_id("exam"))
        self._loaded: dict[str, Any] | None = None
        self._pristine = self._empty
        self._rows: _Rows = {}
        self._dumped: dict[str, Any] = {}

    def reset(self, data: dict[str, Any]) -> None:
        """Load this database: users, orders and products, as the benchmark writes them.

        The same database as before is copied back from memory, which takes milliseconds.
        """
        if self._loaded is not None and data == self._loaded:
            self._restore(self._pristine)
            return
        self._restore(self._empty)
        load_shop(
            self._database,
            list(tau_retail.rows_of(data)),
            kind="tau-retail",
            currency=tau_retail.CURRENCY,
            at=self._clock.now(),
        )
        self._loaded, self._pristine = data, self._copy()
        self._rows = self._all_rows()
        with self._database.read() as session:
            self._dumped = tau_retail.database_of(session)

    def call(self, user_id: str | None, name: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        """Call a tool as this customer, whose confirmation counts as given.

        Returns:
            Whether it was done, and what the tool says.
        """
        if refusal := self._refusal(user_id, name, arguments):
            return False, f"Error: {refusal}"
        customer_id = None if user_id is None else CustomerId(user_id)
        context = ToolContext(
            customer_id=customer_id,
            conversation_id=self._conversation,
            language="en",
            shop=self._shop,
            knowledge=cast(Any, None),  # the benchmark has no pages to search
            clock=self._clock,
            proposals=self._proposals,
        )
        outcome = self._registry.call(name, _ours(name, arguments), context)
        if not outcome.ok or not isinstance(outcome.result, ProposalResult) or customer_id is None:
            return outcome.ok, outcome.text
        answer = self._proposals.confirm(outcome.result.proposal.proposal_id, customer_id)
        return answer.executed, for_model(answer.order) if answer.executed else f"Error: {answer.reason}"

    def dump(self) -> dict[str, Any]:
        """The database as it is now, in the form in which it came.

        All rows of all tables are compared with those that were loaded; what belongs to a row that differs is
        read anew.
        """
        changed = self._changed(self._all_rows())
        if not any(changed.values()):
            return self._dumped
        with self._database.read() as session:
            new = tau_retail.database_of(session, only=changed)
        kept = {part: {k: v for k, v in rows.items() if k not in changed[part]} for part, rows in self._dumped.items()}
        return {part: rows | new[part] for part, rows in kept.items()}

    def _refusal(self, user_id: str | None, name: str, arguments: dict[str, Any]) -> str:
        """Why the benchmark's own tools would not take these arguments from this customer; empty if they would."""
        if name not in ARGUMENTS:
            return "" if name in self._registry else f"there is no tool {name!r}"
        if set(arguments) != set(ARGUMENTS[name]):
            return f"{name} takes {', '.join(ARGUMENTS[name]) or 'no arguments'}"
        order_id = arguments.get("order_id", "#W0000000")
        if not isinstance(order_id, str) or normalise_order_number(order_id) != order_id:
            return f"there is no order {order_id!r}; order numbers look like '#W0000000'"
        if "user_id" in arguments and (user_id is None or arguments["user_id"] != user_id):
            return "that is not the customer who is signed in"
        product_id = arguments.get("product_id", "0")
        if not isinstance(product_id, str) or not product_id.isdigit():
            return f"there is no product {product_id!r}"
        return ""

    def _copy(self) -> sqlite3.Connection:
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        self._raw().backup(copy)
        return copy

    def _restore(self, source: sqlite3.Connection) -> None:
        source.backup(self._raw())

    def _raw(self) -> sqlite3.Connection:
        connection = self._database.engine.raw_connection()
        try:
            return cast(sqlite3.Connection, connection.driver_connection)
        finally:
            connection.close()

    def _all_rows(self) -> _Rows:
        raw = self._raw()
        return {table: set(raw.execute(f"SELECT {column}, * FROM {table}")) for table, (_, column) in _TABLES.items()}

    def _changed(self, now: _Rows) -> dict[str, set[str]]:
        changed: dict[str, set[str]] = {"users": set(), "orders": set(), "products": set()}
        for table, (part, _) in _TABLES.items():
            changed[part] |= {row[0] for row in self._rows[table] ^ now[table]}
        return changed


def _ours(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The benchmark's arguments as our tools take them: the customer is known from the runtime."""
    ours = {key: value for key, value in arguments.items() if key != "user_id"}
    if name == "get_product_details":
        ours["product"] = ours.pop("product_id")
    return ours
