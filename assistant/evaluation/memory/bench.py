"""Measures recall of memories: whether the right one is among the best five, whose it is, whether it still holds,
and how long it takes in a large store.

The simulated customers' conversations go through the code that serves real ones, embeddings included. The rest of
the store is made up to be large: episodes of other customers with random unit vectors, because only their number
bears on the time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
from sqlalchemy import insert

from assistant.clock import FixedClock
from assistant.evaluation.memory.cases import NOW, Person, Question, people
from assistant.ids import ConversationId, CustomerId
from assistant.memory.memory import COLLECTION, Memory
from assistant.memory.records import Fact
from assistant.storage.conversation_tables import ConversationRow, EpisodeRow, MessageRow, TurnRow
from assistant.storage.engine import Database
from assistant.storage.vectors import VectorStore

BEST = 5
_FILL_BATCH = 5_000
_FILL_CUSTOMERS = 10_000
Progress = Callable[[str, int, int], None]


class House(Protocol):
    """What the measurement needs of the wiring; its clock is a `FixedClock`."""

    @property
    def database(self) -> Database: ...
    @property
    def vectors(self) -> VectorStore: ...
    @property
    def memory(self) -> Memory: ...


@dataclass
class MemoryFigures:
    """What was measured.

    Attributes:
        asked: questions, by kind.
        found: of them, those whose right memory was among the best five, by kind.
        missed: questions that were not, with what came instead.
        outdated: superseded facts that were returned as current, or in an episode that doesn't say so.
        foreign: memories of another customer that were returned.
        episodes: in the store when the time was taken.
        turn_ms: of each recall as in a turn, whose router has embedded the message before: the encoders remember it.
        embedding_ms: of embedding a question.
        cpu_ms: of each recall as in a turn, time of the processor instead of the clock's, which other programs don't
            lengthen.
    """

    customers: int
    conversations: int
    asked: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    outdated: int = 0
    foreign: int = 0
    episodes: int = 0
    turn_ms: list[float] = field(default_factory=list)
    embedding_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of all questions whose right memory was among the best five."""
        return sum(self.found.values()) / max(1, sum(self.asked.values()))

    @property
    def milliseconds(self) -> list[float]:
        """Of each recall together with the embedding of its question, as for one that nobody has read before."""
        return [recall + embedding for recall, embedding in zip(self.turn_ms, self.embedding_ms, strict=True)]

    def p(self, percent: float, of: Sequence[float]) -> float:
        """A percentile in milliseconds."""
        return round(float(np.percentile(of, percent)), 2) if of else 0.0


class MemoryBench:
    """Fills a house and asks.

    Args:
        house: an empty database and Chroma.
        clock: the house's clock.
        folder: holds `talks.yaml`.
        progress: told what is done, how much of it and of how much.
    """

    def __init__(self, house: House, clock: FixedClock, folder: Path, progress: Progress) -> None:
        self._house = house
        self._clock = clock
        self._folder = folder
        self._progress = progress

    def run(self, *, customers: int, conversations: int, episodes: int, seed: int) -> MemoryFigures:
        """Have the conversations, fill the store up to `episodes`, ask every question once.

        Args:
            customers: how many are simulated.
            conversations: of each.
            episodes: how many the store holds in all when questions are asked.
            seed: the same seed gives the same conversations and questions.
        """
        known = list(people(self._folder, customers=customers, conversations=conversations, seed=seed))
        ids = [self._talk(person, number, customers) for number, person in enumerate(known)]
        self._fill(episodes - customers * conversations, seed)
        figures = MemoryFigures(customers, conversations, episodes=max(episodes, customers * conversations))
        self._clock.advance(NOW - self._clock.now())
        self._house.memory.recall(CustomerId(known[0].customer_id), "warm up", BEST)
        for number, (person, talked) in enumerate(zip(known, ids, strict=True)):
            for question in person.questions:
                self._ask(person, talked, question, figures)
            self._progress("asked", number + 1, customers)
        return figures

    def _talk(self, person: Person, number: int, of: int) -> list[ConversationId]:
        """The customer's conversations, each one turn, as the last stage of a turn records it."""
        ids = [ConversationId(f"{person.customer_id}_conv_{at:03d}") for at in range(len(person.talks))]
        with self._house.database.write() as session:
            for conversation_id, talk in zip(ids, person.talks, strict=True):
                turn_id, message_id = f"{conversation_id}_turn", f"{conversation_id}_msg"
                session.add(
                    ConversationRow(
                        conversation_id=conversation_id, customer_id=person.customer_id, channel="chat",
                        language=person.language, started_at=talk.at, last_at=talk.at,
                    )
                )  # fmt: skip
                session.flush()
                decision = {"outcome": "routed", "intents": [{"intent": talk.intent}]}
                of_turn = {"conversation_id": conversation_id, "turn_id": turn_id, "at": talk.at}
                session.add(TurnRow(decision=decision, rung="none", **of_turn))
                session.add(MessageRow(message_id=message_id, author="customer", text=talk.text, **of_turn))
                session.flush()
                self._house.memory.remember_turn(
                    session, customer_id=CustomerId(person.customer_id), conversation_id=conversation_id,
                    message_id=message_id, text=talk.text, language=person.language, now=talk.at,
                )  # fmt: skip
        self._house.memory.flush_outbox()
        self._progress("conversations of customers", number + 1, of)
        return ids

    def _fill(self, count: int, seed: int) -> None:
        """Episodes of other customers with random unit vectors, as many as are missing."""
        if count <= 0:
            return
        size = len(self._house.vectors.embed_query("how long is a vector"))
        collection = self._house.vectors.collection(COLLECTION)
        chance = np.random.default_rng(seed)
        for start in range(0, count, _FILL_BATCH):
            numbers = range(start, min(start + _FILL_BATCH, count))
            rows = list(_filler(numbers))
            with self._house.database.write() as session:
                session.execute(insert(ConversationRow), [conversation for conversation, _ in rows])
                session.execute(insert(EpisodeRow), [episode for _, episode in rows])
            vectors = chance.standard_normal((len(numbers), size), dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            collection.upsert_vectors([str(episode["episode_id"]) for _, episode in rows], vectors)
            self._progress("made-up episodes", numbers[-1] + 1, count)

    def _ask(self, person: Person, ids: Sequence[ConversationId], question: Question, figures: MemoryFigures) -> None:
        started = time.perf_counter()
        self._house.vectors.embed_query(question.text + " ?")
        figures.embedding_ms.append((time.perf_counter() - started) * 1000)
        self._house.vectors.embed_query(question.text)  # the router has read it
        self._house.vectors.forget(())  # some questions come again; a customer's don't
        started, used = time.perf_counter(), time.process_time()
        recalled = self._house.memory.recall(
            CustomerId(person.customer_id), question.text, BEST, language=question.language
        )
        figures.turn_ms.append((time.perf_counter() - started) * 1000)
        figures.cpu_ms.append((time.process_time() - used) * 1000)
        figures.asked[question.kind] = figures.asked.get(question.kind, 0) + 1
        best = recalled.best[:BEST]
        if question.fact is not None:
            right = any(isinstance(item, Fact) and (item.kind, item.value) == question.fact for item in best)
        else:
            wanted = ids[question.talk]
            right = any(not isinstance(item, Fact) and item.conversation_id == wanted for item in best)
        figures.found[question.kind] = figures.found.get(question.kind, 0) + right
        if not right:
            came = " | ".join(str(item) for item in best)
            figures.missed.append(f"{question.kind}, {person.customer_id}: {question.text!r} got {came}")
        own = set(ids)
        figures.foreign += sum(item.conversation_id not in own for item in recalled.episodes)
        figures.foreign += sum(f"{item.message_id}".removesuffix("_msg") not in own for item in recalled.facts)
        figures.outdated += sum(item.value in person.outdated.get(item.kind, ()) for item in recalled.facts)
        figures.outdated += self._unmarked(person, ids, recalled.episodes)

    def _unmarked(self, person: Person, ids: Sequence[ConversationId], episodes: Sequence[object]) -> int:
        """Episodes in which a fact was told that no longer holds, and that don't say so."""
        kept = {
            fact.message_id.removesuffix("_msg") for fact in self._house.memory.facts(CustomerId(person.customer_id))
        }
        told = {ids[at] for at, talk in enumerate(person.talks) if talk.intent == "other"}
        return sum(
            getattr(episode, "conversation_id", "") in told - kept
            and not any(mark in str(episode) for mark in ("No longer true", "现已不再有效"))
            for episode in episodes
        )


def _filler(numbers: range) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    for number in numbers:
        customer_id, at = f"fill_{number % _FILL_CUSTOMERS:05d}", NOW - timedelta(minutes=number % 500_000)
        conversation_id = f"fill_conv_{number:06d}"
        yield (
            {
                "conversation_id": conversation_id, "customer_id": customer_id, "channel": "chat", "language": "en",
                "status": "closed", "started_at": at, "last_at": at, "summary": "", "state": {},
            },
            {
                "episode_id": f"fill_ep_{number:06d}", "customer_id": customer_id, "conversation_id": conversation_id,
                "text": f"Conversation {number}.", "language": "en", "at": at,
            },
        )  # fmt: skip
