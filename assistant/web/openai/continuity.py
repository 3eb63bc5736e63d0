"""Which conversation a history is from: OpenAI's protocol has no conversation ids, clients send the history.

Nothing that a client says about the past is believed. The history serves only to find the caller's own
conversation in which it was really said; what isn't found begins a new one.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.ids import ConversationId
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.web_tables import ChatRequestRow
from assistant.web.openai.schemas import SentMessage
from assistant.web.tokens import Identity

Said = tuple[Literal["customer", "assistant"], str]
_CONVERSATIONS = 50


def said(messages: Iterable[SentMessage]) -> list[Said]:
    """The history as it is compared: customer's and assistant's words, messages in a row put together."""
    found: list[Said] = []
    for message in messages:
        if message.role in ("user", "assistant"):
            _add(found, "customer" if message.role == "user" else "assistant", message.plain)
    return found


def conversation_of(database: Database, identity: Identity, history: Sequence[Said]) -> ConversationId | None:
    """The caller's conversation that holds the history in one run, the one where it is the end before others.

    Args:
        database: with the conversations.
        identity: whose conversations are looked at, the newest 50.
        history: what was said before the new message.
    """
    last = next((text for author, text in reversed(history) if author == "assistant"), None)
    if last is None:
        return None
    holding: ConversationId | None = None
    with database.read() as session:
        for conversation_id in _newest(session, identity):
            run = _run(session, conversation_id)
            if run[-len(history) :] == list(history):
                return ConversationId(conversation_id)
            if holding is None and _holds(run, history):
                holding = ConversationId(conversation_id)
    return holding


def _newest(session: Session, identity: Identity) -> Sequence[str]:
    query = select(ConversationRow.conversation_id).order_by(ConversationRow.last_at.desc()).limit(_CONVERSATIONS)
    if identity.customer_id is not None:
        return session.scalars(query.where(ConversationRow.customer_id == identity.customer_id)).all()
    begun = select(ChatRequestRow.conversation_id).where(ChatRequestRow.owner == identity.owner)
    return session.scalars(query.where(ConversationRow.conversation_id.in_(begun))).all()


def _run(session: Session, conversation_id: str) -> list[Said]:
    query = (
        select(MessageRow.author, MessageRow.text)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author.in_(("customer", "assistant")))
        .order_by(MessageRow.at, MessageRow.author.desc(), MessageRow.message_id)
    )
    found: list[Said] = []
    for author, text in session.execute(query):
        _add(found, "customer" if author == "customer" else "assistant", text)
    return found


def _holds(run: Sequence[Said], history: Sequence[Said]) -> bool:
    wanted = list(history)
    return any(list(run[start : start + len(wanted)]) == wanted for start in range(len(run) - len(wanted) + 1))


def _add(run: list[Said], author: Literal["customer", "assistant"], text: str) -> None:
    words = " ".join(text.split())
    if run and run[-1][0] == author:
        words = f"{run.pop()[1]} {words}".strip()
    run.append((author, words))
