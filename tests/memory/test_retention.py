"""What is too old goes when its time is over, down to the bytes of the files; what is young stays."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from assistant.cli.memory import app
from assistant.ids import CustomerId
from assistant.memory.retention import KeepFor, Pruned
from assistant.settings import Settings
from assistant.storage.conversation_tables import MessageRow, ToolCallRow, TurnRow
from assistant.storage.purging import find_in_files
from tests.memory.conftest import House

ANN = CustomerId("ann")


@pytest.fixture
def old_and_young(house: House) -> House:
    """What Ann said a hundred days ago, and what she says today."""
    house.say("I'm allergic to Zwirbelwolle. Where is my parcel?", "ann", intent="track_shipment", order="W1003001")
    house.clock.advance(timedelta(days=100))
    house.say("My shoe size is 42. Where is my lamp?", "ann", intent="track_shipment", order="W1003002")
    return house


def test_old_conversations_go_with_all_that_hangs_on_them(old_and_young: House) -> None:
    house = old_and_young
    assert house.forgetting.prune(KeepFor(conversations=90)) == Pruned(conversations=1)
    assert house.facts() == {"shoe_size": ["42"]}
    assert find_in_files(house.data, ["Zwirbelwolle"]) == {}
    assert "lamp" in house.memory.recall(ANN, "lamp").episodes[0].text


def test_memory_may_go_before_the_conversations(old_and_young: House) -> None:
    house = old_and_young
    pruned = house.forgetting.prune(KeepFor(memory=90))
    assert pruned == Pruned(facts=1, episodes=1)
    assert house.facts() == {"shoe_size": ["42"]}
    assert len(house.memory.episodes(ANN)) == 1
    assert house.memory.rebuild() == 0
    assert len(house.vectors.collection("episodes").ids()) == 1
    with house.database.read() as session:
        assert len(session.scalars(select(MessageRow.text)).all()) == 2


def test_traces_may_go_before_the_conversations(old_and_young: House) -> None:
    house = old_and_young
    assert house.forgetting.prune(KeepFor(traces=90)) == Pruned(traces=1)
    with house.database.read() as session:
        decisions = session.scalars(select(TurnRow.decision).order_by(TurnRow.at)).all()
        called = session.scalars(select(ToolCallRow.arguments)).all()
        assert len(session.scalars(select(MessageRow.text)).all()) == 2
    assert [bool(decision) for decision in decisions] == [False, True]
    assert called == [{"order_id": "W1003002"}]
    assert len(house.memory.episodes(ANN)) == 2


def test_doing_it_again_finds_nothing(old_and_young: House) -> None:
    keep = KeepFor(conversations=365, memory=90, traces=90)
    assert old_and_young.forgetting.prune(keep) == Pruned(facts=1, episodes=1, traces=1)
    assert old_and_young.forgetting.prune(keep) == Pruned()
    assert not old_and_young.forgetting.pending()


def test_without_a_setting_everything_is_kept() -> None:
    assert not KeepFor.of(Settings())
    assert KeepFor.of(Settings(keep_traces_days=30)) == KeepFor(traces=30)


def test_the_command_applies_the_settings_or_what_it_is_told(old_and_young: House) -> None:
    house = old_and_young
    parts = SimpleNamespace(forgetting=house.forgetting, settings=Settings(keep_memory_days=90))
    asked = CliRunner().invoke(app, ["prune"], obj=parts, input="n\n")
    assert "facts and episodes older than 90 days" in asked.output
    assert len(house.memory.episodes(ANN)) == 2
    assert "1 facts, 1 episodes deleted" in CliRunner().invoke(app, ["prune", "--yes"], obj=parts).output
    told = CliRunner().invoke(app, ["prune", "--traces", "90", "--yes"], obj=parts)
    assert "traces of 1 turns deleted" in told.output
    parts.settings = Settings()
    assert "kept for ever" in str(CliRunner().invoke(app, ["prune", "--yes"], obj=parts).exception)
