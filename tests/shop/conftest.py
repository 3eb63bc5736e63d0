"""A sample shop that looks the same on every machine, and the public tau-bench retail database."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant.clock import FixedClock
from assistant.shop.importers import tau_retail
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.shop.service import Shop
from assistant.storage import migrate
from assistant.storage.engine import Database

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def new_database(folder: Path) -> Database:
    """An empty, migrated database in `folder`."""
    database = Database(f"sqlite:///{folder / 'shop.db'}")
    migrate.upgrade(database)
    return database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = new_database(tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="module")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = new_database(tmp_path_factory.mktemp("sample"))
    rows = sample_shop(customers=60, orders=400, seed=7, today=TODAY, currency="USD")
    load_shop(database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    yield database
    database.close()


@pytest.fixture
def shop(sample_database: Database, clock: FixedClock) -> Shop:
    return Shop(sample_database, clock)


@pytest.fixture(scope="session")
def tau_folder() -> Path:
    default = Path(__file__).parents[3] / "shared" / "data"
    folder = Path(os.environ.get("ASSISTANT_TEST_DATA", str(default))) / "tau_retail"
    if not (folder / "db.json").is_file():
        pytest.skip(f"no tau-bench retail database in {folder}; set ASSISTANT_TEST_DATA")
    return folder


@pytest.fixture(scope="module")
def tau_database(tau_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = new_database(tmp_path_factory.mktemp("tau"))
    rows = tau_retail.rows_of(tau_retail.read_file(tau_folder / "db.json"))
    load_shop(database, rows, kind="tau-retail", currency="USD", at=NOW)
    yield database
    database.close()
