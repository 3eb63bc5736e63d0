"""A conversation as the copilot finds it in the tables: messages, decisions, tool calls, proposals, state."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from assistant.conversation.receive import account_of
from assistant.conversation.state import ConversationState
from assistant.desk.talk import Spoken, Talk
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId
from assistant.shop.records import Customer
from assistant.shop.service import Shop
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, ToolCallRow, TurnRow
from assistant.storage.engine import Database
from assistant.text.language import Language, detect_language
from assistant.text.masking import Masker
from assistant.tools.proposals import Proposal, Proposals


@dataclass(frozen=True)
class Situation:
    """Everything about one conversation.

    Attributes:
        language: that the customer wrote last.
        decisions: routing decisions by turn, as they were stored.
        tools: names of tools that were called, with whether they answered, in order.
        proved: whether a stranger has proved who they are by a code.
        reason: why a person was asked for; empty where nobody was.
    """

    conversation_id: ConversationId
    language: Language
    customer: Customer | None
    proved: bool
    state: ConversationState
    messages: tuple[Spoken, ...]
    decisions: dict[str, dict[str, Any]] = field(repr=False)
    tools: tuple[tuple[str, bool], ...]
    proposals: tuple[Proposal, ...]
    reason: str

    @property
    def of_customer(self) -> tuple[Spoken, ...]:
        """The customer's messages, oldest first."""
        return tuple(message for message in self.messages if message.author == "customer")

    @property
    def unanswered(self) -> tuple[Spoken, ...]:
        """The customer's messages since a person last answered."""
        since = 0
        for index, message in enumerate(self.messages):
            if message.author == "agent":
                since = index + 1
        return tuple(message for message in self.messages[since:] if message.author == "customer")

    def masker(self) -> Masker:
        """Masks what models may not see, with the masks that the conversation has given out."""
        return Masker(self.state.masks, account_of(self.customer) if self.customer else None)


class SituationReader:
    """Reads situations.

    Args:
        database: with conversations.
        shop: knows the customer.
        proposals: that were made in the conversation.
        talk: reads messages.
    """

    def __init__(self, database: Database, shop: Shop, proposals: Proposals, talk: Talk) -> None:
        self._database = database
        self._shop = shop
        self._proposals = proposals
        self._talk = talk

    def read(self, conversation_id: ConversationId) -> Situation | None:
        """The situation now, or None where there is no such conversation."""
        with self._database.read() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                return None
            turns = session.execute(
                select(TurnRow.turn_id, TurnRow.decision)
                .where(TurnRow.conversation_id == conversation_id)
                .order_by(TurnRow.at)
            ).all()
            called = session.execute(
                select(ToolCallRow.name, ToolCallRow.ok)
                .join(TurnRow, TurnRow.turn_id == ToolCallRow.turn_id)
                .where(TurnRow.conversation_id == conversation_id)
                .order_by(TurnRow.at, ToolCallRow.position)
            ).all()
            reason = session.scalars(
                select(HandoffRow.reason)
                .where(HandoffRow.conversation_id == conversation_id)
                .order_by(HandoffRow.created_at.desc())
                .limit(1)
            ).first()
        state = ConversationState.model_validate(row.state or {})
        customer = self._customer(row.customer_id)
        messages = self._talk.all(conversation_id)
        words = [message.text for message in messages if message.author == "customer"]
        default: Language = "zh" if row.language == "zh" else "en"
        return Situation(
            conversation_id=conversation_id,
            language=detect_language(words[-1], default=default) if words else default,
            customer=customer,
            proved=state.proved is not None,
            state=state,
            messages=messages,
            decisions={turn_id: decision for turn_id, decision in turns},
            tools=tuple((name, ok) for name, ok in called),
            proposals=self._proposals.of_conversation(conversation_id, customer.customer_id) if customer else (),
            reason=reason or "",
        )

    def _customer(self, customer_id: str | None) -> Customer | None:
        if customer_id is None:
            return None
        try:
            return self._shop.customer(CustomerId(customer_id))
        except ToolError:
            return None
