"""The little shop on SQLite, and on PostgreSQL where there is a server, as the storage tests have it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.storage import migrate
from assistant.storage.base import Base
from assistant.storage.engine import Database
from tests.storage.conftest import postgres_url
from tests.tools.little_shop import file_shop, fill

__all__ = ["postgres_url"]
OpenShop = EmptyShop = Callable[[], Database]


@pytest.fixture(scope="module")
def postgres_tables(postgres_url: str) -> Iterator[EmptyShop]:
    """Empties all tables on PostgreSQL."""
    database = Database(postgres_url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    migrate.upgrade(database)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)

    def reset() -> Database:
        with database.write() as session:
            session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))  # our own names
        return database

    yield reset
    database.close()


@pytest.fixture(scope="module")
def postgres_shop(postgres_tables: EmptyShop) -> OpenShop:
    """Sets the little shop on PostgreSQL back to its beginnings."""
    return lambda: fill(postgres_tables())


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmptyShop]:
    """Opens a migrated database without a shop."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_tables")
        return
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    migrate.upgrade(database)
    yield lambda: database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def open_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenShop]:
    """Opens the little shop, fresh at each call, in a database that several threads and processes may share."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_shop")
        return
    opened: list[Database] = []

    def fresh() -> Database:
        opened.append(file_shop(tmp_path))
        return opened[-1]

    yield fresh
    for database in opened:
        database.close()


@pytest.fixture
def database(open_shop: OpenShop) -> Database:
    """The little shop, on either database."""
    return open_shop()
