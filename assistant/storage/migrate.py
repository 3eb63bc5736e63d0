"""Bring a database to the newest schema.

The migrations are part of the package and run without an `alembic.ini`. One transaction holds them all:
a database is either as it was or wholly up to date, and of two processes that start at the same time one
waits for the other.

To write a new one after changing a table: `python -m assistant.storage.migrate 0002 "say what and why"`,
then read the draft: alembic does not see a changed CHECK constraint (a test does).
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from assistant.errors import OperatorError
from assistant.storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
_LOCK_KEY = 7_204_351_118


def head() -> str:
    """The newest revision that this package knows."""
    return max(path.name.split("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def revision(database: Database) -> str | None:
    """The revision that the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return _revision(connection)


def upgrade(database: Database) -> None:
    """Bring `database` to the newest schema; does nothing, at once, when it is there already.

    Raises:
        OperatorError: the database was written by a newer version of this package.
    """
    current = revision(database)
    if current == head():
        return
    if current is not None and current > head():
        raise OperatorError(
            f"the database is at revision {current}, this version of Shop Assistant knows only {head()}",
            fix="install the version that wrote it, or choose another data_dir",
        )
    _run(database, None)


def draft(name: str, message: str) -> None:
    """Write a draft of migration `name` from what the tables say and an empty database does not."""
    from alembic import command

    database = Database("sqlite://")
    with database.engine.connect() as connection:
        config = _config(connection)
        if list((_FOLDER / "versions").glob("[0-9]*.py")):
            command.upgrade(config, "head")
        command.revision(config, message=message, autogenerate=True, rev_id=name)


def _run(database: Database, target: str | None) -> None:
    from alembic import command

    engine = database.engine.execution_options(begin_immediate=True)
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if sqlite and raw is not None:
            # Rebuilding a table drops it, which would empty the tables that refer to it.
            raw.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
                command.upgrade(_config(connection), target or "head")
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise OperatorError(
                        "a migration would leave rows without their owner; nothing was changed",
                        fix="report this with the output of `assistant doctor`",
                    )
        finally:
            if sqlite and raw is not None:
                raw.cursor().execute("PRAGMA foreign_keys=ON")


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


if __name__ == "__main__":
    draft(sys.argv[1], sys.argv[2])
