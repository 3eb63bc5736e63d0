"""Which version of the prompts answers a message while one is on trial.

A conversation keeps the version that it began with. A new one of a customer gets what their hash says; a stranger's is
drawn by chance, and kept by the conversation. A conversation that began before the trial stays with what is served.
"""

from typing import Protocol

from sqlalchemy import select

from assistant.conversation.reply import Incoming, OnEvent, Reply
from assistant.ids import ConversationId, new_id
from assistant.storage.conversation_tables import MessageRow
from assistant.storage.engine import Database
from assistant.text.trials import Trial, Trials


class Answers(Protocol):
    """What answers messages: an assistant."""

    def ask(self, incoming: Incoming, on_event: OnEvent | None = None) -> Reply: ...


class Trying:
    """Gives a share of conversations to an assistant with the candidate's prompts.

    Args:
        trial: the one that was running when the server started.
        trials: tells when it is stopped.
        candidate: answers with the candidate's prompts.
        database: knows what conversations began with.
    """

    def __init__(self, trial: Trial, trials: Trials, candidate: Answers, database: Database) -> None:
        self._trial = trial
        self._trials = trials
        self._candidate = candidate
        self._database = database

    def instead(self, incoming: Incoming) -> Answers | None:
        """The assistant that answers instead of the one that is served; None for no other."""
        if self._trials.running() != self._trial:
            return None
        if incoming.conversation_id is not None:
            return self._candidate if self._began_with(incoming.conversation_id) == "candidate" else None
        who = incoming.customer_id or new_id("stranger")
        return self._candidate if self._trial.arm_of(who) == "candidate" else None

    def _began_with(self, conversation_id: ConversationId) -> str | None:
        query = (
            select(MessageRow.prompts_hash)
            .where(MessageRow.conversation_id == conversation_id, MessageRow.prompts_hash.is_not(None))
            .order_by(MessageRow.at)
            .limit(1)
        )
        with self._database.read() as session:
            return self._trial.arm_of_hash(session.scalar(query))
