"""A PostgreSQL server for the tests of proposals, as the storage tests have it."""

from tests.storage.conftest import postgres_url

__all__ = ["postgres_url"]
