"""recall: the last turns, and for models a window within a token budget and what is remembered."""

from sqlalchemy import select

from assistant.conversation.turn import Said, Turn
from assistant.memory.memory import Memory
from assistant.memory.window import window
from assistant.storage.conversation_tables import MessageRow
from assistant.storage.engine import Database
from assistant.text.tokens import TokenCounter

_MESSAGES = 40


class Recall:
    """The second stage of a turn.

    Args:
        database: holds the messages.
        memory: holds facts and episodes.
        counter: counts tokens.
        budget_tokens: for the window.
    """

    def __init__(self, database: Database, memory: Memory, counter: TokenCounter, budget_tokens: int) -> None:
        self._database = database
        self._memory = memory
        self._counter = counter
        self._budget = budget_tokens

    def __call__(self, turn: Turn) -> None:
        """Fill in `turn.history`."""
        if not turn.is_new:
            turn.history = self._last_messages(turn)

    def for_model(self, turn: Turn) -> None:
        """Cut `turn.history` to the window and fill in `turn.remembered`: what only a model needs."""
        turn.history = tuple(window(turn.history, self._budget, self._counter))
        if turn.customer is not None and not turn.remembered:
            recalled = self._memory.recall(
                turn.customer.customer_id, turn.masked, language=turn.language, exclude=turn.conversation_id
            )
            turn.masker.also_called(fact.value for fact in recalled.facts if fact.kind == "name")
            turn.remembered = tuple(turn.masker.mask(text) for text in recalled.texts)

    def _last_messages(self, turn: Turn) -> tuple[Said, ...]:
        query = (
            select(MessageRow.author, MessageRow.text)
            .where(MessageRow.conversation_id == turn.conversation_id)
            .order_by(MessageRow.at.desc(), MessageRow.author.desc())
            .limit(_MESSAGES)
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
        return tuple(Said(author=author, text=turn.masker.mask(text)) for author, text in reversed(rows))
