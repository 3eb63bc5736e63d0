"""`assistant memory ...` as an operator types it."""

import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.memory import app
from assistant.ids import CustomerId
from assistant.insight.events.event import Event
from tests.memory.conftest import House

RUN = CliRunner()


@pytest.fixture
def parts(house: House) -> SimpleNamespace:
    shop = SimpleNamespace(customer_by_email=lambda _: SimpleNamespace(customer_id="ann"))
    settings = SimpleNamespace(data_dir=house.data)
    return SimpleNamespace(
        memory=house.memory,
        forgetting=house.forgetting,
        database=house.database,
        shop=shop,
        settings=settings,
        trail=house.trail,
    )


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
    told = RUN.invoke(app, ["forget", "ann", "--yes"], obj=parts).output
    assert "deleted: 1 conversations, 1 messages, 1 facts, 1 episodes" in told
    assert "none is left" in told
    assert house.facts() == {}


def test_export_gives_out_what_is_kept_and_prune_deletes_what_is_old(
    house: House, parts: SimpleNamespace, tmp_path: Path
) -> None:
    house.say("My shoe size is 42.", intent="other")
    house.say("My shoe size is 38.", "bob", intent="other")
    given = json.loads(RUN.invoke(app, ["export", "ann"], obj=parts).output)
    assert given["conversations"][0]["messages"][0]["text"] == "My shoe size is 42."
    assert [fact["value"] for fact in given["facts"]] == ["42"]
    without_ids = re.sub(r'"[a-z]+_[0-9a-f]{24}"', '""', json.dumps(given["facts"]))  # 38 may stand in them by chance
    assert "38" not in without_ids
    assert "42" in without_ids
    RUN.invoke(app, ["export", "ann", "--to", str(tmp_path / "ann.json")], obj=parts)
    assert json.loads((tmp_path / "ann.json").read_text(encoding="utf-8")) == given
    house.clock.advance(timedelta(days=100))
    house.say("Where is my parcel?", intent="track_order")
    assert "2 conversations deleted" in RUN.invoke(app, ["prune", "--older-than", "90", "--yes"], obj=parts).output
    assert house.facts() == house.facts("bob") == {}
    assert len(house.memory.episodes(CustomerId("ann"))) == 1


def test_rebuild_says_how_many(house: House, parts: SimpleNamespace) -> None:
    house.say("Where is my parcel?", intent="track_order")
    house.vectors.collection("episodes").clear()
    assert "1 episodes embedded" in RUN.invoke(app, ["rebuild"], obj=parts).output


def test_what_a_customer_did_on_the_pages_is_given_out_pruned_and_forgotten_too(
    house: House, parts: SimpleNamespace
) -> None:
    told = [("e1", "v1", "ann", 0), ("e2", "v1", None, 0), ("e3", "v2", "bob", 0), ("e4", "v2", "bob", 40)]
    house.events.append(
        Event(
            id=id_, at=house.clock.now() - timedelta(days=days), kind="view", source="t", visitor=who, customer=customer
        )
        for id_, who, customer, days in told
    )
    house.say("My shoe size is 42.", intent="other")

    assert [e["id"] for e in json.loads(RUN.invoke(app, ["export", "ann"], obj=parts).output)["events"]] == ["e1", "e2"]
    assert "1 events deleted" in RUN.invoke(app, ["prune", "--events", "30", "--yes"], obj=parts).output
    assert "none is left" in RUN.invoke(app, ["forget", "ann", "--yes"], obj=parts).output
    assert [e.id for e in house.events.read()] == ["e3"]


def test_forgetting_that_was_killed_before_it_reached_the_log_reaches_it_at_the_next_start(house: House) -> None:
    house.forgetting.request(CustomerId("ann"))
    house.events.append([Event(id="e1", at=house.clock.now(), kind="view", source="t", visitor="v1", customer="ann")])

    house.reopen()
    house.forgetting.finish()

    assert list(house.events.read()) == []
