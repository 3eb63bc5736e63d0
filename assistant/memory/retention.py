"""What is too old goes: conversations, what is remembered of customers, and traces, each after a time of its own.

`Forgetting.prune` applies it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.settings import Settings
from assistant.storage.attachment_tables import AttachmentRow
from assistant.storage.conversation_tables import EpisodeRow, FactRow, ToolCallRow, TurnRow

_CHUNK = 500
UNSENT = timedelta(days=1)
"""How long a photo or voice note is kept that was read but never sent with a message."""


@dataclass(frozen=True)
class KeepFor:
    """For how many days each is kept; 0 is for ever.

    Attributes:
        conversations: since their last message; their memory and traces go with them.
        memory: facts since they were told, episodes since the conversation's last message.
        traces: decisions and tool calls since their turn.
        events: of the log of events, since they happened.
    """

    conversations: int = 0
    memory: int = 0
    traces: int = 0
    events: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "KeepFor":
        """What the operator chose."""
        return cls(
            settings.keep_conversations_days, settings.keep_memory_days, settings.keep_traces_days,
            settings.keep_events_days,
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.conversations or self.memory or self.traces or self.events)


@dataclass(frozen=True)
class Pruned:
    """How much was deleted; `traces` counts turns."""

    conversations: int = 0
    facts: int = 0
    episodes: int = 0
    traces: int = 0
    events: int = 0

    def __str__(self) -> str:
        parts = [f"{self.conversations} conversations"]
        parts += [f"{self.facts} facts", f"{self.episodes} episodes"] if self.facts or self.episodes else []
        parts += [f"traces of {self.traces} turns"] if self.traces else []
        return ", ".join([*parts, f"{self.events} events"] if self.events else parts)


def forget_memory(session: Session, before: datetime) -> tuple[int, Sequence[str]]:
    """Delete old facts and episodes; returns how many facts went, and the episodes' texts."""
    facts = session.scalars(select(FactRow.fact_id).where(FactRow.at < before)).all()
    texts = session.scalars(select(EpisodeRow.text).where(EpisodeRow.at < before)).all()
    session.execute(delete(FactRow).where(FactRow.at < before))
    session.execute(delete(EpisodeRow).where(EpisodeRow.at < before))
    return len(facts), texts


def forget_unsent(session: Session, now: datetime) -> int:
    """Delete photos and voice notes that were read and never sent; returns how many."""
    unsent = AttachmentRow.conversation_id.is_(None), AttachmentRow.at < now - UNSENT
    count = len(session.scalars(select(AttachmentRow.attachment_id).where(*unsent)).all())
    session.execute(delete(AttachmentRow).where(*unsent))
    return count


def empty_traces(session: Session, before: datetime) -> int:
    """Take out how old turns came about; what they cost stays. Returns how many turns there were."""
    called = select(ToolCallRow.turn_id).distinct()
    told = or_(
        cast(TurnRow.decision, Text) != "{}", cast(TurnRow.failed_checks, Text) != "[]", TurnRow.turn_id.in_(called)
    )
    ids = session.scalars(select(TurnRow.turn_id).where(TurnRow.at < before, told)).all()
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        session.execute(delete(ToolCallRow).where(ToolCallRow.turn_id.in_(part)))
        session.execute(update(TurnRow).where(TurnRow.turn_id.in_(part)).values(decision={}, failed_checks=[]))
    return len(ids)
