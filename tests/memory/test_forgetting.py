"""Who is forgotten is gone, down to the bytes of the files; everybody else is served as before."""

import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.ids import CustomerId
from assistant.memory.erasing import NOBODYS, OF_THE_SHOP
from assistant.storage.conversation_tables import ConversationRow, EpisodeRow
from assistant.storage.desk_tables import DeskNoteRow
from assistant.storage.privacy_tables import ErasureRow
from assistant.storage.purging import find_in_files
from assistant.storage.tables import METADATA
from tests.memory.conftest import House

ANN, BOB = CustomerId("ann_quorndon_7031"), CustomerId("bob")
CANARY = "Zwirbelkettle"


@pytest.fixture
def full(house: House) -> tuple[House, set[str]]:
    """Ann with 50 conversations and Bob with 10; and what identifies Ann."""
    ids: set[str] = set()
    for number in range(50):
        ids.add(house.say(f"My {CANARY} number {number} leaks, 我的水壶漏了", ANN, intent="warranty", flush=False))
    for number in range(10):
        house.say(f"The lamp number {number} flickers", "bob", intent="warranty", flush=False)
    house.say("My shoe size is 42.", ANN, intent="other", flush=False)
    house.say("My shoe size is 38.", "bob", intent="other", flush=False)
    house.memory.flush_outbox()
    with house.database.write() as session:
        of_ann = select(ConversationRow.conversation_id).where(ConversationRow.customer_id == ANN).limit(1)
        note = DeskNoteRow(note_id="note_1", conversation_id=session.scalars(of_ann).one(), user_id="user_amy")
        note.text, note.at = f"She has the {CANARY}, be kind", house.clock.now()
        session.add(note)
    with house.database.read() as session:
        ids |= set(session.scalars(select(EpisodeRow.episode_id).where(EpisodeRow.customer_id == ANN)))
    assert len(ids) == 101
    return house, {*ids, CANARY, "我的水壶漏了", ANN}


def test_a_customer_with_50_conversations_is_forgotten_to_the_last_byte(full: tuple[House, set[str]]) -> None:
    house, needles = full
    assert set(find_in_files(house.data, needles)) == needles
    before = (house.facts("bob"), house.memory.recall(BOB, "flickering lamp"), house.memory.episodes(BOB))

    erased = house.forgetting.forget(ANN)
    assert (erased.conversations, erased.messages, erased.facts, erased.episodes) == (51, 51, 1, 51)
    assert erased.complete

    assert find_in_files(house.data, {*needles, *erased.ids}) == {}
    assert house.memory.recall(ANN, CANARY).texts == ()
    assert (house.facts("bob"), house.memory.recall(BOB, "flickering lamp"), house.memory.episodes(BOB)) == before
    house.reopen()
    assert house.memory.rebuild() == 0
    assert house.memory.recall(BOB, "flickering lamp") == before[1]
    house.say("The lamp hums", "bob", intent="warranty")
    assert "hums" in house.memory.recall(BOB, "humming lamp").episodes[0].text


KILLED = textwrap.dedent("""
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from chromadb.api.models.Collection import Collection
    from assistant.clock import FixedClock
    from assistant.memory import forgetting
    from assistant.memory.memory import Memory
    from assistant.settings import Settings
    from assistant.storage import vectors
    from assistant.storage.engine import Database
    from assistant.text.prompts import PromptLibrary

    data, fingerprint, point = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

    def die(*args, **more):
        os.kill(os.getpid(), signal.SIGKILL)

    def then_die(owner, name, times=1):
        real, calls = getattr(owner, name), []
        def run(*args, **more):
            done = real(*args, **more)
            calls.append(1)
            return die() if len(calls) == times else done
        setattr(owner, name, run)

    if point == "asked":
        forgetting.erase_customer = die
    elif point == "rows":
        vectors.VectorStore.rewrite = die
    elif point == "copied":
        then_die(vectors.VectorStore, "_copy")
    elif point == "half copied":
        vectors._COPY_BATCH = 4
        then_die(Collection, "upsert", 2)
    elif point == "old moved away":
        then_die(Collection, "modify", 1)
    elif point == "new in place":
        then_die(Collection, "modify", 2)
    elif point == "chroma purged":
        then_die(vectors, "purge_chroma")
    elif point == "all purged":
        then_die(forgetting, "purge_database")
    database = Database(f"sqlite:///{data / 'assistant.db'}")
    clock = FixedClock(datetime(2026, 11, 25, tzinfo=UTC))
    store = vectors.VectorStore(data / "chroma", None, fingerprint)
    memory = Memory(database, store, clock, PromptLibrary(Settings().prompts_dir))
    forgetting.Forgetting(database, memory, clock).forget("ann_quorndon_7031")
    print("not killed")
""")
POINTS = (
    "asked", "rows", "half copied", "copied", "old moved away", "new in place", "chroma purged", "all purged",
)  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_forgetting_that_was_killed_completes_on_restart(
    full: tuple[House, set[str]], point: str, tmp_path: Path
) -> None:
    house, needles = full
    before = (house.facts("bob"), house.memory.recall(BOB, "flickering lamp"), house.memory.episodes(BOB))
    house.vectors.close()
    house.database.close()
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    command = [sys.executable, str(script), str(house.data), house.embeddings.fingerprint, point]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == -9, ended.stdout + ended.stderr
    script.unlink()

    house.reopen()
    assert house.forgetting.pending()
    if point in ("asked", "rows", "half copied", "copied"):
        assert house.memory.recall(BOB, "flickering lamp") == before[1]
    assert house.forgetting.finish()
    assert not house.forgetting.pending()
    assert find_in_files(house.data, needles) == {}
    assert house.memory.recall(ANN, CANARY).texts == ()
    assert house.memory.rebuild() == 0
    assert (house.facts("bob"), house.memory.recall(BOB, "flickering lamp"), house.memory.episodes(BOB)) == before


def test_an_episode_written_between_crash_and_restart_is_found(full: tuple[House, set[str]]) -> None:
    house, _ = full
    with house.database.read() as session:
        bobs = list(session.scalars(select(EpisodeRow.episode_id).where(EpisodeRow.customer_id == BOB)))
    kept = house.vectors.call("episodes", "get", ids=bobs, include=["embeddings"])
    house.vectors.collection("episodes.new")
    house.vectors.call("episodes.new", "upsert", ids=kept["ids"], embeddings=kept["embeddings"])
    house.vectors.call("episodes", "modify", name="episodes.old")
    house.say("The lamp hums", "bob", intent="warranty")
    assert house.forgetting.forget(ANN).complete
    assert "hums" in house.memory.recall(BOB, "humming lamp").episodes[0].text
    assert house.memory.rebuild() == 0


def test_others_are_answered_while_somebody_is_forgotten(full: tuple[House, set[str]]) -> None:
    house, needles = full
    expected = house.memory.recall(BOB, "flickering lamp")
    done = threading.Event()

    def ask() -> int:
        asked = 0
        while not done.is_set() or not asked:
            assert house.memory.recall(BOB, "flickering lamp") == expected
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        complete = house.forgetting.forget(ANN).complete or house.forgetting.finish()
        left = find_in_files(house.data, needles)  # while they go on asking
        done.set()
        assert all(future.result(timeout=60) for future in asking)
    assert complete
    assert left == {}
    assert find_in_files(house.data, needles) == {}


def test_every_table_is_either_the_shops_or_swept(house: House) -> None:
    """A new table that holds something of customers must be reached by an erasure."""
    reached = {"customer_id", "conversation_id", "turn_id", "message_id"}
    for name, table in METADATA.tables.items():
        assert name in OF_THE_SHOP | NOBODYS or reached & set(table.columns.keys()), name


def test_nothing_to_do_costs_nothing(house: House) -> None:
    assert house.forgetting.finish()
    assert not (house.data / "chroma").exists()
    with house.database.read() as session:
        assert session.scalars(select(ErasureRow)).all() == []


def test_what_lies_in_memory_does_not_get_into_the_files_of_an_index(house: House) -> None:
    """A new HNSW index is stored with room for 100 elements, filled with whatever the process's memory held."""
    house.say("The lamp flickers", "bob", intent="warranty")
    house.vectors.close()
    files = list((house.data / "chroma").glob("*/data_level0.bin"))
    assert files
    assert all(file.stat().st_size > 0 and not any(file.read_bytes()) for file in files)
    house.reopen()
    assert house.memory.recall(BOB, "lamp").episodes
