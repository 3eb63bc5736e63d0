"""recall: the last turns within a token budget, and what is remembered of the customer."""

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
        """Fill in `turn.history` and, where it is worth its time, `turn.remembered`."""
        if not turn.is_new:
            turn.history = self._window(turn)

    def remember(self, turn: Turn) -> None:
        """Fill in `turn.remembered`; called before a model words something, not on the direct path."""
        if turn.customer is not None and not turn.remembered:
            recalled = self._memory.recall(
                turn.customer.customer_id, turn.masked, language=turn.language, exclude=turn.conversation_id
            )
            turn.remembered = tuple(turn.masker.mask(text) for text in recalled.texts)

    def _window(self, turn: Turn) -> tuple[Said, ...]:
        query = (
            select(MessageRow.author, MessageRow.text)
            .where(MessageRow.conversation_id == turn.conversation_id)
            .order_by(MessageRow.at.desc(), MessageRow.author.desc())
            .limit(_MESSAGES)
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
        said = [Said(author=author, text=turn.masker.mask(text)) for author, text in reversed(rows)]
        return tuple(window(said, self._budget, self._counter))
