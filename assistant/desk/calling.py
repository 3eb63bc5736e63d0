"""A person is asked for where nobody is there to ask: by what the server finds beside the conversations."""

from assistant.clock import Clock
from assistant.ids import ConversationId, new_id
from assistant.storage.conversation_tables import ConversationRow, HandoffRow
from assistant.storage.engine import Database


def call_person(database: Database, clock: Clock, conversation_id: ConversationId, reason: str) -> bool:
    """Put a conversation into the queue; False where a person has been asked for, or it is gone.

    Args:
        database: holds conversations and handoffs.
        clock: tells since when they wait.
        conversation_id: which.
        reason: as agents read it.
    """
    with database.write() as session:
        conversation = session.get(ConversationRow, conversation_id)
        if conversation is None or conversation.status == "handed_off":
            return False
        conversation.status = "handed_off"
        session.add(
            HandoffRow(
                handoff_id=new_id("handoff"),
                conversation_id=conversation_id,
                reason=reason,
                brief={},
                created_at=clock.now(),
                status="waiting",
                language=conversation.language,
                urgency="high",
            )
        )
        return True
