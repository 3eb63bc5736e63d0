"""`assistant memory ...` as an operator types it."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.memory import app
from tests.memory.conftest import House

RUN = CliRunner()


@pytest.fixture
def parts(house: House) -> SimpleNamespace:
    shop = SimpleNamespace(customer_by_email=lambda _: SimpleNamespace(customer_id="ann"))
    return SimpleNamespace(memory=house.memory, shop=shop)


def test_show_tells_facts_and_conversations_by_id_or_email(house: House, parts: SimpleNamespace) -> None:
    assert "nothing is remembered" in RUN.invoke(app, ["show", "ann"], obj=parts).output
    house.say("My shoe size is 42. Where is my parcel?", intent="track_order")
    for who in ("ann", "ann@lumora.example"):
        shown = RUN.invoke(app, ["show", who], obj=parts).output
        assert "Shoe size: 42" in shown
        assert "about track order" in shown


def test_forget_asks_first(house: House, parts: SimpleNamespace) -> None:
    house.say("My shoe size is 42.", intent="other")
    assert RUN.invoke(app, ["forget", "ann"], obj=parts, input="n\n").exit_code == 1
    assert house.facts() == {"shoe_size": ["42"]}
    assert "2 facts and episodes deleted" in RUN.invoke(app, ["forget", "ann", "--yes"], obj=parts).output
    assert house.facts() == {}


def test_rebuild_says_how_many(house: House, parts: SimpleNamespace) -> None:
    house.say("Where is my parcel?", intent="track_order")
    house.vectors.collection("episodes").clear()
    assert "1 episodes embedded" in RUN.invoke(app, ["rebuild"], obj=parts).output
