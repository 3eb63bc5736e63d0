"""What a customer said in a span of time, by conversation, from the tables: no model, no similarity, no guess."""

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.ids import ConversationId, CustomerId
from assistant.memory.episodes import SMALL_TALK
from assistant.storage.conversation_tables import ConversationRow, MessageRow, TurnRow

_MESSAGES = 2_000


class PastConversation(BaseModel):
    """What was said in one conversation.

    Attributes:
        at: when the first of these messages was written.
        said: the customer's messages, oldest first, without greetings and the like.
        answered: what they were answered, one a message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation_id: ConversationId
    at: datetime
    said: tuple[str, ...]
    answered: tuple[str, ...]


def past_conversations(
    session: Session,
    customer_id: CustomerId,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    exclude: ConversationId | None = None,
    only: Collection[str] | None = None,
) -> list[PastConversation]:
    """The customer's own conversations in which they said something of substance, newest first.

    Args:
        since: no message before that moment.
        until: no message at that moment or after it.
        exclude: a conversation that is left out.
        only: ids of the conversations that are looked at; all of the customer's when left out.
    """
    query = (
        select(MessageRow, TurnRow.decision)
        .join(ConversationRow, ConversationRow.conversation_id == MessageRow.conversation_id)
        .join(TurnRow, TurnRow.turn_id == MessageRow.turn_id, isouter=True)
        .where(ConversationRow.customer_id == customer_id, MessageRow.author.in_(("customer", "assistant")))
        .order_by(MessageRow.at.desc())
        .limit(_MESSAGES)
    )
    if since is not None:
        query = query.where(MessageRow.at >= since)
    if until is not None:
        query = query.where(MessageRow.at < until)
    if exclude is not None:
        query = query.where(MessageRow.conversation_id != exclude)
    if only is not None:
        query = query.where(MessageRow.conversation_id.in_(list(only)))
    found: dict[str, list[MessageRow]] = {}
    for message, decision in session.execute(query).all():
        intents = {intent["intent"] for intent in (decision or {}).get("intents", ())}
        if any(character.isalnum() for character in message.text) and not (intents and intents <= SMALL_TALK):
            found.setdefault(message.conversation_id, []).append(message)
    return [past for rows in found.values() if (past := _past(rows[::-1])) is not None]


def _past(rows: list[MessageRow]) -> PastConversation | None:
    said = [row for row in rows if row.author == "customer"]
    answers = {row.turn_id: row.text for row in rows if row.author == "assistant"}
    if not said:
        return None
    return PastConversation(
        conversation_id=ConversationId(said[0].conversation_id),
        at=said[0].at,
        said=tuple(row.text for row in said),
        answered=tuple(answers.get(row.turn_id, "") for row in said),
    )
