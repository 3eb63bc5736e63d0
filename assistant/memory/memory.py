"""What is known of a customer beyond the conversation: facts they told, and past conversations.

Tables are the truth; Chroma holds the vectors of episodes. A turn writes its rows and a note in the outbox in
one transaction, `flush_outbox` writes the vectors afterwards, as often as needed. Nothing is ever searched
across customers: ids come from our tables, only those vectors are fetched, and numpy compares them, which is
also many times faster than a filtered query. Of strangers nothing is kept.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.errors import OperatorError, VectorsUnavailable
from assistant.ids import ConversationId, CustomerId, MessageId, new_id
from assistant.memory.episodes import episode_text
from assistant.memory.fact_book import current_facts, learn, superseded_facts
from assistant.memory.facts import find_facts, only_facts
from assistant.memory.past import PastConversation, past_conversations
from assistant.memory.ranking import mixed
from assistant.memory.records import Episode, Fact, Noted, Recalled
from assistant.storage import outbox
from assistant.storage.conversation_tables import ConversationRow, EpisodeRow, FactRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.vectors import VectorStore
from assistant.text.language import Language
from assistant.text.masking import mask_for_good
from assistant.text.prompts import PromptLibrary

_LOG = logging.getLogger(__name__)

TOPIC = "episode"
COLLECTION = "episodes"
_NEWEST = 400
_HALF_LIFE_DAYS = 60.0
_RECENCY_WEIGHT = 0.15
_LEAST_LIKENESS = 0.15
_BATCH = 256
_DAY_S = 86_400


class Memory:
    """Long-term memory. Safe to use from several threads.

    Args:
        database: holds facts and episodes.
        vectors: holds the vectors of episodes.
        clock: tells the time.
        prompts: words facts and episodes (`memory/...`).
    """

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock, prompts: PromptLibrary) -> None:
        self._database = database
        self._vectors = vectors
        self._clock = clock
        self._prompts = prompts
        self._flushing = Lock()

    def remember_turn(
        self,
        session: Session,
        *,
        customer_id: CustomerId | None,
        conversation_id: ConversationId,
        message_id: MessageId | str,
        text: str,
        language: Language,
        now: datetime | None = None,
    ) -> None:
        """Take in a turn, in the caller's transaction, after its conversation, messages and turn were added.

        Args:
            session: a write session.
            customer_id: who spoke; None (a stranger) stores nothing.
            message_id: of the customer's message.
            text: of the customer's message.
            language: of the conversation.
            now: the turn's moment; the clock's when left out.
        """
        if customer_id is None:
            return
        at = now or self._clock.now()
        learn(session, customer_id, MessageId(message_id), text, at)
        conversation = session.get(ConversationRow, conversation_id)
        if conversation is None or conversation.customer_id != customer_id:
            return
        words = episode_text(session, conversation, self._prompts)
        if not words:
            return
        row = session.scalar(select(EpisodeRow).where(EpisodeRow.conversation_id == conversation_id))
        if row is None:
            row = EpisodeRow(episode_id=new_id("ep"), customer_id=customer_id, conversation_id=conversation_id)
            session.add(row)
        row.text, row.language, row.at = words, language, at
        session.flush()
        outbox.put(session, TOPIC, {"episode_id": row.episode_id}, at)

    def facts(self, customer_id: CustomerId | None, language: Language = "en") -> tuple[Fact, ...]:
        """What the customer has told and not taken back, newest first, worded in `language`."""
        if customer_id is None:
            return ()
        with self._database.read() as session:
            return tuple(self._fact(row, language) for row in current_facts(session, customer_id))

    def noted(self, text: str, language: Language) -> Noted:
        """What `remember_turn` takes from a message, worded in `language`."""
        found = find_facts(mask_for_good(text))
        wording = f"memory/{language}/fact"
        words = [(self._prompts.render(wording, kind=fact.kind, value=fact.value), fact.retracts) for fact in found]
        return Noted(
            kept=tuple(words for words, retracts in words if not retracts),
            dropped=tuple(words for words, retracts in words if retracts),
            kinds=frozenset(fact.kind for fact in found),
            nothing_else=only_facts(text),
        )

    def past(
        self,
        customer_id: CustomerId,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        exclude: ConversationId | None = None,
        about: str = "",
        k: int = 5,
    ) -> list[PastConversation]:
        """What the customer said from `since` to before `until`, newest first; with `about`, nearest to that first."""
        with self._database.read() as session:
            found = past_conversations(session, customer_id, since=since, until=until, exclude=exclude)
            rows = _episode_rows(session, customer_id, exclude, None) if about else []
        if not about or not found:
            return found[:k]
        among = {past.conversation_id for past in found}
        rows = [row for row in rows if row.conversation_id in among]
        likeness = self._likeness(rows, about)
        near = {row.conversation_id: likeness.get(row.episode_id, 0.0) for row in rows}
        return sorted(found, key=lambda past: -near.get(past.conversation_id, 0.0))[:k]

    def told_in(self, customer_id: CustomerId, conversation_id: ConversationId) -> frozenset[MessageId]:
        """The last message of a conversation in which the customer told facts, if there is one."""
        query = (
            select(FactRow.message_id)
            .join(MessageRow, MessageRow.message_id == FactRow.message_id)
            .where(FactRow.customer_id == customer_id, MessageRow.conversation_id == conversation_id)
            .where(FactRow.superseded_at.is_(None))
            .order_by(FactRow.at.desc())
            .limit(1)
        )
        with self._database.read() as session:
            return frozenset(map(MessageId, session.scalars(query)))

    def episodes(self, customer_id: CustomerId | None) -> tuple[Episode, ...]:
        """All past conversations of the customer, newest first."""
        if customer_id is None:
            return ()
        with self._database.read() as session:
            return tuple(_episode(row, 0.0) for row in _episode_rows(session, customer_id, None, None))

    def recall(
        self,
        customer_id: CustomerId | None,
        query: str,
        k: int = 3,
        *,
        language: Language = "en",
        exclude: ConversationId | None = None,
    ) -> Recalled:
        """What is known of the customer that bears on `query`.

        Args:
            customer_id: None (a stranger) recalls nothing.
            query: what they ask now.
            k: episodes at most.
            language: in which facts are worded.
            exclude: the conversation that is going on.
        """
        if customer_id is None:
            return Recalled()
        with self._database.read() as session:
            known = current_facts(session, customer_id)
            rows = _episode_rows(session, customer_id, exclude, _NEWEST)
            gone = superseded_facts(session, customer_id) if rows else {}
        facts = tuple(self._fact(row, language) for row in known)
        if not rows or k < 1:
            return Recalled(facts=facts, best=mixed(facts, (), query, k))
        likeness = self._likeness(rows, query)
        now = self._clock.now()
        scores = {
            row.episode_id: likeness.get(row.episode_id, 0.0)
            + _RECENCY_WEIGHT * 0.5 ** (max(0.0, (now - row.at).total_seconds() / _DAY_S) / _HALF_LIFE_DAYS)
            for row in rows
        }
        order = sorted(rows, key=lambda row: (-scores[row.episode_id], -row.at.timestamp()))[:k]
        best = [
            self._with_outdated(_episode(row, scores[row.episode_id]), gone.get(row.conversation_id, ()), language)
            for row in order
        ]
        near = [likeness.get(row.episode_id, _LEAST_LIKENESS) >= _LEAST_LIKENESS for row in order]
        episodes = tuple(episode for episode, is_near in zip(best, near, strict=True) if is_near)
        return Recalled(facts=facts, episodes=episodes, best=mixed(facts, best, query, k))

    def _with_outdated(self, episode: Episode, gone: Sequence[FactRow], language: Language) -> Episode:
        """The episode, with what was told in it and no longer holds."""
        if not gone:
            return episode
        facts = [self._fact(row, language).text for row in gone]
        text = self._prompts.render(f"memory/{language}/outdated", episode=episode.text, facts=facts)
        return episode.model_copy(update={"text": text})

    def flush_outbox(self) -> int:
        """Bring the vectors up to what the outbox says; returns how many notes were done. Safe to repeat.

        Where Chroma can't be had, the notes stay: whoever has it writes them with its next turn.
        """
        done = 0
        with self._flushing:
            while True:
                with self._database.read() as session:
                    notes = outbox.pending(session, TOPIC, _BATCH)
                if not notes:
                    return done
                try:
                    self._write_vectors([note.payload["episode_id"] for note in notes])
                except VectorsUnavailable as error:
                    _LOG.info("episodes are embedded later: %s", error)
                    return done
                with self._database.write() as session:
                    outbox.mark_done(session, [note.outbox_id for note in notes], self._clock.now())
                done += len(notes)

    def rebuild(self) -> int:
        """Write the vectors of all episodes that lack one, drop those that no episode has; returns how many
        were written. Mends a lost Chroma folder, and other embeddings."""
        with self._flushing:
            collection = self._vectors.collection(COLLECTION, when_stale="clear")
            stored = collection.ids()
            with self._database.read() as session:
                wanted = set(session.scalars(select(EpisodeRow.episode_id)))
            if gone := stored - wanted:
                collection.delete(sorted(gone))
            missing = sorted(wanted - stored)
            for start in range(0, len(missing), _BATCH):
                self._write_vectors(missing[start : start + _BATCH])
        self.flush_outbox()
        return len(missing)

    def worded(self, kind: str, value: str) -> tuple[str, ...]:
        """A fact as it is worded for customers, in every language."""
        return tuple(self._prompts.render(f"memory/{lang}/fact", kind=kind, value=value) for lang in ("en", "zh"))

    def retell(self, session: Session, conversation_ids: Iterable[str], at: datetime) -> list[str]:
        """Write the episodes of conversations anew, from what their messages say now; returns the old texts."""
        old: list[str] = []
        for row in session.scalars(select(EpisodeRow).where(EpisodeRow.conversation_id.in_(list(conversation_ids)))):
            conversation = session.get_one(ConversationRow, row.conversation_id)
            old.append(row.text)
            row.text = episode_text(session, conversation, self._prompts)
            outbox.put(session, TOPIC, {"episode_id": row.episode_id}, at)
        return old

    def drop_cached(self, texts: Sequence[str]) -> None:
        """Drop what is kept of episodes' texts outside tables and collections."""
        self._vectors.forget(list(texts))

    def rewrite_vectors(self) -> bool:
        """Take the vectors of all but the episodes that there are out of the files of Chroma.

        Returns:
            False when the files were in use; then it is to be done again.
        """
        with self._flushing:
            with self._database.read() as session:
                kept = set(session.scalars(select(EpisodeRow.episode_id)))
            return self._vectors.rewrite(COLLECTION, kept)

    def _write_vectors(self, episode_ids: Sequence[str]) -> None:
        """Write the vectors of episodes that exist, delete those of episodes that don't."""
        with self._database.read() as session:
            rows = session.scalars(select(EpisodeRow).where(EpisodeRow.episode_id.in_(set(episode_ids)))).all()
        collection = self._vectors.collection(COLLECTION)
        if rows:
            collection.upsert([row.episode_id for row in rows], [row.text for row in rows])
        if gone := set(episode_ids) - {row.episode_id for row in rows}:
            collection.delete(sorted(gone))

    def _likeness(self, rows: Sequence[EpisodeRow], query: str) -> dict[str, float]:
        """Cosine of each episode with `query`; episodes without a vector are left out."""
        try:
            ids, vectors = self._vectors.collection(COLLECTION).get_vectors([row.episode_id for row in rows])
        except OperatorError as error:
            _LOG.warning("episodes are recalled by date only: %s", error)
            return {}
        if not ids:
            return {}
        question = self._vectors.embed_query(query)
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(question)
        return dict(zip(ids, (vectors @ question / np.maximum(lengths, 1e-12)).tolist(), strict=True))

    def _fact(self, row: FactRow, language: Language) -> Fact:
        return Fact(
            kind=row.kind,
            value=row.value,
            text=self._prompts.render(f"memory/{language}/fact", kind=row.kind, value=row.value),
            message_id=MessageId(row.message_id),
            confidence=row.confidence,
            at=row.at,
        )


def _episode(row: EpisodeRow, score: float) -> Episode:
    return Episode(conversation_id=ConversationId(row.conversation_id), text=row.text, at=row.at, score=round(score, 4))


def _episode_rows(
    session: Session, customer_id: CustomerId, exclude: ConversationId | None, limit: int | None
) -> Sequence[EpisodeRow]:
    query = select(EpisodeRow).where(EpisodeRow.customer_id == customer_id).order_by(EpisodeRow.at.desc())
    if exclude is not None:
        query = query.where(EpisodeRow.conversation_id != exclude)
    return session.scalars(query.limit(limit)).all()
