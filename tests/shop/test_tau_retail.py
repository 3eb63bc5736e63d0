"""The public retail database comes in whole and goes out as it came."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.ids import CustomerId, OrderId
from assistant.shop.importers import tau_retail
from assistant.shop.loading import load_shop
from assistant.shop.records import Money, OrderStatus
from assistant.shop.service import Shop
from assistant.storage.engine import Database
from tests.shop.conftest import NOW


def _dump(database: Database) -> dict[str, Any]:
    with database.read() as session:
        return tau_retail.database_of(session)


def _cents(value: Any) -> Any:
    """Amounts to the cent: the expected rows hold sums of binary fractions such as 18.77000000000001."""
    if isinstance(value, dict):
        return {key: _cents(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_cents(item) for item in value]
    return round(value, 2) if isinstance(value, float) else value


def test_what_came_in_goes_out_the_same(tau_database: Database, tau_folder: Path) -> None:
    assert _dump(tau_database) == json.loads((tau_folder / "db.json").read_text(encoding="utf-8"))


def test_every_changed_row_that_a_task_may_leave_behind_survives_the_tables(tau_folder: Path, empty: Database) -> None:
    data = json.loads((tau_folder / "db.json").read_text(encoding="utf-8"))
    for line in (tau_folder / "replay_train.jsonl").read_text(encoding="utf-8").splitlines():
        for table, rows in json.loads(line)["expected_changed"].items():
            for row_id, row in rows.items():
                data[table][row_id] = row
    load_shop(empty, tau_retail.rows_of(data), kind="tau-retail", currency="USD", at=NOW)

    assert _cents(_dump(empty)) == _cents(data)


def test_a_customer_of_it_finds_their_order_with_exact_money(tau_database: Database, clock: FixedClock) -> None:
    shop = Shop(tau_database, clock)
    customer = shop.customer_by_name_zip("noah", "BROWN", "80279")
    assert customer is not None

    order = shop.order(OrderId("w7678072"), customer.customer_id)

    assert customer.customer_id == "noah_brown_6181"
    assert order.status is OrderStatus.DELIVERED
    assert order.payments[0].amount == order.total == Money(cents=51448)
    assert order.placed_at is None


def test_a_chinese_question_finds_products_of_a_shop_without_chinese_names(
    tau_database: Database, clock: FixedClock
) -> None:
    found = Shop(tau_database, clock).search_products("蓝牙音箱", "zh")

    assert [product.name for product in found] == ["Bluetooth Speaker"]


def test_an_order_that_its_owner_does_not_list_is_refused(tau_folder: Path) -> None:
    data = tau_retail.read_file(tau_folder / "db.json")
    data["users"]["noah_brown_6181"]["orders"] = []

    with pytest.raises(OperatorError, match="name each other"):
        list(tau_retail.rows_of(data))


def test_a_file_that_is_no_such_database_is_refused_with_what_to_give(tmp_path: Path) -> None:
    path = tmp_path / "db.json"
    path.write_text("[1, 2]", encoding="utf-8")

    with pytest.raises(OperatorError, match=r"db\.json"):
        tau_retail.read_file(path)
    with pytest.raises(OperatorError, match="can't be read"):
        tau_retail.read_file(tmp_path / "nowhere.json")


def test_unknown_customers_have_no_orders(tau_database: Database, clock: FixedClock) -> None:
    assert Shop(tau_database, clock).orders(CustomerId("nobody")) == ()
