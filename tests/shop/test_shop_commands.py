"""`assistant shop`: what an operator types."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from assistant.cli.shop import app
from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.settings import Settings
from assistant.shop.service import Shop
from assistant.storage.engine import Database

Run = Callable[..., Result]


@pytest.fixture
def run(empty: Database, clock: FixedClock) -> Run:
    parts = SimpleNamespace(database=empty, clock=clock, shop=Shop(empty, clock), settings=Settings())

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), obj=parts)

    return invoke


def test_seeding_tells_what_was_made_and_lists_customers_to_try(run: Run) -> None:
    made = run("seed", "--customers", "12", "--orders", "40", "--seed", "3", "--today", "2026-11-24")
    listed = json.loads(run("customers", "--limit", "11", "--json").output)

    assert made.exit_code == 0, made.output
    assert "12 customers, 88 products, 40 orders" in made.output
    assert listed[0]["email"] == "mia.chen@example.com"
    assert "out for delivery" in listed[0]["about"]
    assert json.loads(run("info", "--json").output)["seed"] == 3


def test_seeding_twice_is_refused_without_replace(run: Run) -> None:
    run("seed", "--customers", "10", "--orders", "20")
    again = run("seed", "--customers", "10", "--orders", "20")
    replaced = run("seed", "--customers", "11", "--orders", "20", "--replace")

    assert isinstance(again.exception, OperatorError)
    assert replaced.exit_code == 0
    assert "11 customers" in run("info").output


def test_the_public_database_is_brought_in_and_given_out_the_same(run: Run, tau_folder: Path, tmp_path: Path) -> None:
    brought = run("import", "--format", "tau-retail", str(tau_folder / "db.json"))
    given = run("export", "--format", "tau-retail", str(tmp_path / "out.json"))

    assert (brought.exit_code, given.exit_code) == (0, 0), brought.output
    assert "500 customers, 50 products, 1000 orders" in brought.output
    out = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert out == json.loads((tau_folder / "db.json").read_text(encoding="utf-8"))
