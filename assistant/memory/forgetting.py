"""Forgetting a customer for good: rows, vectors, caches, and the bytes that databases leave in their files.

An erasure is written down before anything is deleted and struck out when nothing is left, so one that was
interrupted is finished by the next start, the next turn or the next command.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol

from sqlalchemy import delete, select

from assistant.clock import Clock
from assistant.ids import ConversationId, CustomerId, new_id
from assistant.memory.erasing import (
    blank_messages,
    check_account,
    conversations_of,
    erase_account,
    erase_conversations,
    erase_customer,
    purge_files_later,
)
from assistant.memory.memory import Memory
from assistant.memory.retention import KeepFor, Pruned, empty_traces, forget_memory, forget_unsent
from assistant.storage import outbox
from assistant.storage.conversation_tables import ConversationRow, EpisodeRow, FactRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.privacy_tables import ErasureRow
from assistant.storage.purging import drop_lines, drop_pictures, purge_database
from assistant.storage.shop_tables import CustomerRow

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Erased:
    """What an erasure found: how much of each, and the ids by which a search can prove that nothing is left.

    `complete` is False when files were in use; the rest is done at the next occasion.
    """

    conversations: int
    messages: int
    facts: int
    episodes: int
    ids: tuple[str, ...] = ()
    complete: bool = True


class Quotes(Protocol):
    """Something outside of the database that quotes customers' messages."""

    def forget(self, conversation_ids: Collection[str], texts: Collection[str]) -> int:
        """Take out what quotes these conversations, in which these texts were said; returns how much that was."""
        ...


class Trail(Protocol):
    """What customers did, kept in files outside of the database (`assistant.insight.events.trail`)."""

    def forget(self, customer_ids: Collection[str], conversation_ids: Collection[str]) -> int:
        """Take customers and conversations out; returns how many events that were."""
        ...

    def prune(self, before: datetime) -> int:
        """Delete what happened before that moment; returns how many events that were."""
        ...


class Forgetting:
    """Erases customers, and conversations that are too old.

    Args:
        database: holds everything but vectors.
        memory: holds the vectors of episodes.
        clock: tells the time.
        letters: a file to which letters with codes were written, one a line; None where there is none.
        quotes: what else quotes customers; None where nothing does.
        pictures: folder of the photos that customers sent; None where there is none.
        trail: the log of events; None where there is none.
    """

    def __init__(
        self,
        database: Database,
        memory: Memory,
        clock: Clock,
        letters: Path | None = None,
        quotes: Quotes | None = None,
        pictures: Path | None = None,
        trail: Trail | None = None,
    ) -> None:
        self._pictures = pictures
        self._trail = trail
        self._letters = letters
        self._quotes = quotes
        self._database = database
        self._memory = memory
        self._clock = clock
        self._finishing = Lock()

    def request(self, customer_id: CustomerId, *, account: bool = False) -> Erased:
        """Delete the customer's rows now, and write down that the files are to be purged; see `finish`.

        Args:
            customer_id: who is forgotten.
            account: take them out of the shop's own records too.

        Raises:
            OperatorError: the shop still has to know who they are; nothing was deleted.
        """
        found = self._count(customer_id)
        with self._database.write() as session:
            if account:
                check_account(session, customer_id)
            session.add(
                ErasureRow(
                    erasure_id=new_id("erasure"), customer_id=customer_id, account=account,
                    requested_at=self._clock.now(), rows_gone_at=None,
                )
            )  # fmt: skip
        self._delete_rows()
        return found

    def forget(self, customer_id: CustomerId, *, account: bool = False) -> Erased:
        """Forget a customer, down to the files.

        Raises:
            OperatorError: the shop still has to know who they are, or another process owns the vectors; what was
                begun is finished by that process or by the next command.
        """
        found = self.request(customer_id, account=account)
        return Erased(**{**vars(found), "complete": self.finish()})

    def forget_facts(self, customer_id: CustomerId, facts: Sequence[tuple[str, str]]) -> int:
        """Forget single facts, and the words in which they were told and told again.

        Args:
            customer_id: whose facts they are.
            facts: kind and value of each.

        Returns:
            How many rows of facts went, those that no longer held included.
        """
        wanted = {(kind, value.casefold()) for kind, value in facts}
        now = self._clock.now()
        with self._database.write() as session:
            rows = session.scalars(select(FactRow).where(FactRow.customer_id == customer_id)).all()
            gone = [row for row in rows if (row.kind, row.value.casefold()) in wanted]
            told = [session.get_one(MessageRow, message_id) for message_id in {row.message_id for row in gone}]
            quoted = [message.text for message in told]
            worded = [text for kind, value in facts for text in self._memory.worded(kind, value)]
            touched = blank_messages(session, customer_id, told, worded)
            for row in gone:
                session.delete(row)
            session.flush()
            texts = self._memory.retell(session, touched, now)
            purge_files_later(session, now)
        self._memory.drop_cached([*texts, *quoted])
        if self._quotes is not None:
            self._quotes.forget((), quoted)
        return len(gone)

    def forget_conversations(self, conversation_ids: Sequence[ConversationId]) -> None:
        """Delete single conversations with all that was remembered of them; `finish` purges the files."""
        texts, now = self._drop_quotes(list(conversation_ids)), self._clock.now()
        with self._database.write() as session:
            erase_conversations(session, conversation_ids)
            purge_files_later(session, now)
        self._memory.drop_cached(texts)
        self._forget_trail((), conversation_ids)

    def prune(self, keep: KeepFor) -> Pruned:
        """Delete what is older than it may be kept, for all customers; may be interrupted anywhere and repeated.

        Raises:
            OperatorError: another process owns the vectors; the rows are gone, it takes the rest out of the files.
        """
        conversations = self._prune_conversations(self._before(keep.conversations)) if keep.conversations else 0
        facts = traces = 0
        texts: Sequence[str] = ()
        with self._database.write() as session:
            unsent = forget_unsent(session, self._clock.now())
            if keep.memory:
                facts, texts = forget_memory(session, self._before(keep.memory))
            if keep.traces:
                traces = empty_traces(session, self._before(keep.traces))
            if facts or texts or traces or unsent:
                purge_files_later(session, self._clock.now())
        self._memory.drop_cached(texts)
        events = self._trail.prune(self._before(keep.events)) if keep.events and self._trail is not None else 0
        self.finish()
        return Pruned(conversations, facts, len(texts), traces, events)

    def _before(self, days: int) -> datetime:
        return self._clock.now() - timedelta(days=days)

    def _prune_conversations(self, before: datetime) -> int:
        """Delete conversations whose last message was earlier, with all that was remembered of them."""
        query = select(ConversationRow.conversation_id).where(ConversationRow.last_at < before)
        with self._database.read() as session:
            texts = self._drop_quotes(list(session.scalars(query)))
        with self._database.write() as session:
            ids = list(session.scalars(query))
            erase_conversations(session, ids)
            outbox.forget_done(session, before)
            if ids:
                purge_files_later(session, self._clock.now())
        self._memory.drop_cached(texts)
        self._forget_trail((), ids)
        return len(ids)

    def pending(self) -> bool:
        """Whether an erasure waits to be finished."""
        with self._database.read() as session:
            return session.scalars(select(ErasureRow.erasure_id).limit(1)).first() is not None

    def finish(self) -> bool:
        """Finish what was requested or interrupted; returns whether nothing is left of it. Cheap when idle."""
        with self._finishing:
            if not self.pending():
                return True
            self._delete_rows()
            with self._database.read() as session:
                rows = session.scalars(select(ErasureRow).where(ErasureRow.rows_gone_at.is_not(None))).all()
                done = [row.erasure_id for row in rows]
            self._forget_trail([row.customer_id for row in rows if row.customer_id], ())
            if self._pictures is not None:
                drop_pictures(self._database, self._pictures)
            if not (self._memory.rewrite_vectors() and purge_database(self._database)):
                _LOG.warning("an erasure waits: files of the database are in use")
                return False
            with self._database.write() as session:
                session.execute(delete(ErasureRow).where(ErasureRow.erasure_id.in_(done)))
            return purge_database(self._database)

    def _delete_rows(self) -> None:
        with self._database.read() as session:
            waiting = list(session.scalars(select(ErasureRow).where(ErasureRow.rows_gone_at.is_(None))))
        for erasure in waiting:
            customer_id = CustomerId(erasure.customer_id)
            with self._database.read() as session:
                conversations = conversations_of(session, customer_id)
                texts = self._drop_quotes(conversations)
                account = session.get(CustomerRow, customer_id)
            if account is not None and self._letters is not None:
                drop_lines(self._letters, account.email)
            self._memory.drop_cached(texts)
            self._forget_trail([customer_id], conversations)
            with self._database.write() as session:
                erase_customer(session, customer_id)
                if erasure.account:
                    erase_account(session, customer_id)
                row = session.get(ErasureRow, erasure.erasure_id)
                if row is not None:
                    row.rows_gone_at = self._clock.now()

    def _forget_trail(self, customer_ids: Collection[str], conversation_ids: Collection[str]) -> None:
        if self._trail is not None and (customer_ids or conversation_ids):
            self._trail.forget(customer_ids, conversation_ids)

    def _drop_quotes(self, conversation_ids: list[str]) -> list[str]:
        """Take quotes of conversations out of files; returns all texts under which vectors of them may be cached."""
        said, texts = list[str](), list[str]()
        with self._database.read() as session:
            for start in range(0, len(conversation_ids), 500):
                part = conversation_ids[start : start + 500]
                texts += session.scalars(select(EpisodeRow.text).where(EpisodeRow.conversation_id.in_(part)))
                of_customer = MessageRow.conversation_id.in_(part), MessageRow.author == "customer"
                said += session.scalars(select(MessageRow.text).where(*of_customer))
        if self._quotes is not None and conversation_ids:
            self._quotes.forget(set(conversation_ids), said)
        return [*texts, *said]

    def _count(self, customer_id: CustomerId) -> Erased:
        with self._database.read() as session:
            conversations = conversations_of(session, customer_id)
            messages = session.scalars(
                select(MessageRow.message_id)
                .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
                .where(ConversationRow.customer_id == customer_id)
            ).all()
            facts = session.scalars(select(FactRow.fact_id).where(FactRow.customer_id == customer_id)).all()
            episodes = session.scalars(select(EpisodeRow.episode_id).where(EpisodeRow.customer_id == customer_id)).all()
        return Erased(
            conversations=len(conversations),
            messages=len(messages),
            facts=len(facts),
            episodes=len(episodes),
            ids=(*conversations, *messages, *facts, *episodes),
        )
