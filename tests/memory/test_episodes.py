"""Past conversations: kept, found again, forgotten."""

import shutil
from datetime import timedelta

import pytest

from assistant.ids import CustomerId
from assistant.memory.memory import Memory
from assistant.settings import Settings
from assistant.storage.vectors import VectorStore
from assistant.text.prompts import PromptLibrary
from tests.memory.conftest import House

ANN, BOB = CustomerId("ann"), CustomerId("bob")


def _count(house: House) -> int:
    return house.vectors.collection("episodes").count()


def test_an_episode_tells_what_it_was_about_and_how_it_ended(house: House) -> None:
    conversation = house.say("Where is my order?", intent="track_order", order="#W1234567")
    house.say(
        "Then I want a person, about w7654321 too", "ann", conversation, intent="talk_to_person", status="handed_off"
    )
    (episode,) = house.memory.episodes(ANN)
    assert episode.text == (
        "Conversation of 2026-11-24 about track order, talk to person. Orders: #W7654321, #W1234567. The customer "
        "wrote: Where is my order? / Then I want a person, about w7654321 too It was handed over to a person."
    )
    assert _count(house) == 1


def test_a_chinese_conversation_is_kept_in_chinese(house: House) -> None:
    house.say("我的耳机坏了", intent="warranty")
    assert house.memory.episodes(ANN)[0].text == "2026-11-24 的对话，主题：warranty。顾客写道：我的耳机坏了 已答复。"


def test_greetings_alone_are_no_episode(house: House) -> None:
    house.say("hello", intent="greeting")
    assert house.memory.episodes(ANN) == ()


def test_what_is_asked_finds_the_conversation_it_is_like(house: House) -> None:
    headphones = house.say("My headphones crackle on the left side", intent="warranty")
    house.say("I want to change the delivery address of my order", intent="change_address")
    house.say("Do you take gift cards?", intent="payment")
    recalled = house.memory.recall(ANN, "the earphones are still making noise", k=1)
    assert [episode.conversation_id for episode in recalled.episodes] == [headphones]
    chinese = house.memory.recall(ANN, "上次说的耳机有杂音", k=1)
    assert [episode.conversation_id for episode in chinese.episodes] == [headphones]


def test_of_two_alike_the_newer_comes_first(house: House) -> None:
    old = house.say("The kettle leaks", intent="warranty")
    house.clock.advance(timedelta(days=200))
    new = house.say("The kettle leaks", intent="warranty")
    recalled = house.memory.recall(ANN, "my kettle leaks", k=2)
    assert [episode.conversation_id for episode in recalled.episodes] == [new, old]


def test_the_conversation_that_is_going_on_can_be_left_out(house: House) -> None:
    conversation = house.say("The kettle leaks", intent="warranty")
    assert house.memory.recall(ANN, "kettle", exclude=conversation).episodes == ()


def test_another_customers_conversations_are_never_recalled(house: House) -> None:
    house.say("The kettle leaks", "bob", intent="warranty")
    assert house.memory.recall(ANN, "The kettle leaks").episodes == ()
    assert len(house.memory.recall(BOB, "The kettle leaks").episodes) == 1


def test_vectors_follow_the_transaction_by_the_outbox(house: House) -> None:
    house.say("The kettle leaks", intent="warranty", flush=False)
    assert _count(house) == 0
    assert len(house.memory.recall(ANN, "kettle").episodes) == 1
    house.reopen()
    assert house.memory.flush_outbox() == 1
    assert house.memory.flush_outbox() == 0
    assert _count(house) == 1


def test_a_command_beside_the_server_leaves_its_episode_to_the_server(house: House) -> None:
    house.say("The kettle leaks", intent="warranty")
    beside = VectorStore(house.data / "chroma", house.embeddings, house.embeddings.fingerprint)
    there = Memory(house.database, beside, house.clock, PromptLibrary(Settings().prompts_dir))
    house.say("The lamp flickers", intent="warranty", flush=False)
    assert there.flush_outbox() == 0
    assert len(there.recall(ANN, "lamp").episodes) == 2
    assert house.memory.flush_outbox() == 1
    assert _count(house) == 2


def test_a_rolled_back_turn_leaves_no_trace(house: House) -> None:
    class Stop(Exception):
        pass

    original = Memory.remember_turn

    def remember_and_stop(self: Memory, *args: object, **kwargs: object) -> None:
        original(self, *args, **kwargs)  # type: ignore[arg-type]
        raise Stop

    house.memory.remember_turn = remember_and_stop.__get__(house.memory)  # type: ignore[method-assign]
    with pytest.raises(Stop):
        house.say("My shoe size is 42 and the kettle leaks", intent="warranty")
    assert house.memory.flush_outbox() == 0
    assert house.facts() == {}
    assert house.memory.episodes(ANN) == ()


def test_a_lost_chroma_folder_is_built_again_from_the_tables(house: House) -> None:
    for text in ("The kettle leaks", "Where is my parcel?", "我想退货"):
        house.say(text, intent="warranty")
    before = house.memory.recall(ANN, "leaking kettle")
    house.vectors.close()
    shutil.rmtree(house.data / "chroma")
    house.reopen()
    assert house.memory.rebuild() == 3
    assert house.memory.rebuild() == 0
    assert house.memory.recall(ANN, "leaking kettle") == before
