"""Which turn answered a client's message: written in the turn's own transaction, so that both are there or neither."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from assistant.storage.web_tables import ChatRequestRow


def answered_by(session: Session, owner: str, client_message_id: str, conversation_id: str, turn_id: str) -> None:
    """Note the turn that answers a message; whoever finds the message again will not have it answered twice."""
    session.execute(
        update(ChatRequestRow)
        .where(ChatRequestRow.owner == owner, ChatRequestRow.client_message_id == client_message_id)
        .values(turn_id=turn_id, conversation_id=conversation_id)
    )
