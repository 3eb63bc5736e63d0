"""A database is brought to the newest schema, and that schema is the one that the tables say."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.schema import CreateTable

from assistant.errors import OperatorError
from assistant.storage import migrate
from assistant.storage.engine import Database
from assistant.storage.tables import METADATA


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    yield database
    database.close()


def _schema(database: Database) -> dict[str, object]:
    inspector = inspect(database.engine)

    def key(foreign: ReflectedForeignKeyConstraint) -> tuple[object, ...]:
        return (
            foreign["name"],
            foreign["referred_table"],
            str(foreign["options"]),
            tuple(foreign["constrained_columns"]),
        )

    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)},
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(map(key, inspector.get_foreign_keys(table))),
            "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in inspector.get_indexes(table)),
            "checks": {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table)},
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def test_the_migrated_schema_is_the_schema_of_the_tables_with_every_check(database: Database, tmp_path: Path) -> None:
    migrate.upgrade(database)
    declared = Database(f"sqlite:///{tmp_path / 'declared.db'}")
    METADATA.create_all(declared.engine)

    assert _schema(database) == _schema(declared)
    checks = {str(c.name) for t in METADATA.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)}
    reflected = inspect(database.engine)
    assert checks == {c["name"] for t in METADATA.tables for c in reflected.get_check_constraints(t)}
    declared.close()


def test_upgrading_twice_keeps_what_is_there(database: Database) -> None:
    migrate.upgrade(database)
    with database.write() as session:
        session.execute(text("INSERT INTO shop_info VALUES (1, 'sample', 'USD', 7, NULL, '2026-11-24 00:00:00', 1)"))
    migrate.upgrade(database)

    with database.read() as session:
        assert session.execute(text("SELECT seed FROM shop_info")).scalar() == 7
    assert migrate.revision(database) == migrate.head()


def test_two_processes_that_start_at_once_both_find_the_newest_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    databases = [Database(url) for _ in range(2)]
    threads = [threading.Thread(target=migrate.upgrade, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [migrate.revision(database) for database in databases] == [migrate.head()] * 2


def test_a_database_of_a_newer_version_is_refused_with_what_to_do(database: Database) -> None:
    migrate.upgrade(database)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(OperatorError, match="9999"):
        migrate.upgrade(database)


def test_foreign_keys_are_watched_again_after_a_migration(database: Database) -> None:
    migrate.upgrade(database)

    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_every_table_can_be_made_on_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=PGDialect()))  # type: ignore[no-untyped-call]
