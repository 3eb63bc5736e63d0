"""The copilot's drafts and what agents make of them: approved, edited, rejected, or overtaken by the customer."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.desk.distance import edit_distance
from assistant.desk.records import UserId
from assistant.ids import ConversationId, MessageId, new_id
from assistant.shop.records import Record
from assistant.storage.conversation_tables import MessageRow
from assistant.storage.desk_tables import DeskDraftRow
from assistant.storage.engine import Database

CHARS_A_SECOND = 3.3
"""How fast people type: 40 words a minute of five characters, the usual figure; time saved is counted by it."""


@dataclass(frozen=True)
class Made:
    """A draft as the copilot made it: `content` is its record, `rung` who worded it."""

    language: str
    rung: str
    content: dict[str, Any]
    milliseconds: float


class KeptDraft(Record):
    """A draft that was shown to an agent."""

    draft_id: str
    conversation_id: ConversationId
    after_message_id: str
    language: str
    rung: str
    content: dict[str, Any]
    milliseconds: float
    outcome: str | None


class DraftFigures(Record):
    """How useful drafts were.

    Attributes:
        acceptance: share of decided drafts that were sent, as they were or edited.
        edit_share: mean of edit distance over the length of what was sent, among those that were sent.
        seconds_saved: mean per sent draft: typing the message, less the time from draft to sending; 0 at least.
    """

    made: int
    approved: int
    edited: int
    rejected: int
    stale: int
    acceptance: float
    edit_distance: float
    edit_share: float
    seconds_saved: float
    milliseconds_p50: float


class DraftBook:
    """Keeps drafts and their ends.

    Args:
        database: holds them.
        clock: tells when.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(
        self,
        conversation_id: ConversationId,
        user_id: UserId,
        after: MessageId | str,
        made: Made,
    ) -> str:
        """Remember a draft that is shown; an older one of the conversation that nobody decided on is over."""
        now, draft_id = self._clock.now(), new_id("draft")
        with self._database.write() as session:
            _end_open(session, conversation_id, now)
            session.add(
                DeskDraftRow(
                    draft_id=draft_id,
                    conversation_id=conversation_id,
                    user_id=user_id,
                    after_message_id=after,
                    language=made.language,
                    rung=made.rung,
                    content=made.content,
                    milliseconds=made.milliseconds,
                    created_at=now,
                )
            )
        return draft_id

    def replace(self, draft_id: str, made: Made) -> None:
        """The same draft in other words (shorter, friendlier, another language)."""
        with self._database.write() as session:
            session.execute(
                update(DeskDraftRow)
                .where(DeskDraftRow.draft_id == draft_id, DeskDraftRow.outcome.is_(None))
                .values(**asdict(made))
            )

    def last(self, conversation_id: ConversationId) -> KeptDraft | None:
        """The newest draft of a conversation, whatever became of it."""
        query = (
            select(DeskDraftRow)
            .where(DeskDraftRow.conversation_id == conversation_id)
            .order_by(DeskDraftRow.created_at.desc(), DeskDraftRow.draft_id)
            .limit(1)
        )
        with self._database.read() as session:
            row = session.scalars(query).first()
            return None if row is None else _kept(row)

    def standing(self, conversation_id: ConversationId) -> KeptDraft | None:
        """The draft that waits for the agent; None where there is none, or the customer wrote meanwhile."""
        query = (
            select(DeskDraftRow)
            .where(DeskDraftRow.conversation_id == conversation_id, DeskDraftRow.outcome.is_(None))
            .order_by(DeskDraftRow.created_at.desc(), DeskDraftRow.draft_id)
            .limit(1)
        )
        now = self._clock.now()
        with self._database.write() as session:
            row = session.scalars(query).first()
            if row is not None and row.after_message_id != last_of_customer(session, conversation_id):
                row.outcome, row.decided_at = "stale", now
                return None
            return None if row is None else _kept(row)

    def decide(
        self, draft_id: str, outcome: Literal["sent", "rejected"], sent: str = ""
    ) -> Literal["approved", "edited", "rejected", "stale"] | None:
        """Record what the agent did with a draft; None where that was known already.

        Args:
            draft_id: which.
            outcome: `sent` becomes approved, or edited where `sent` is not word for word the draft.
            sent: the message that went to the customer.
        """
        now = self._clock.now()
        with self._database.write() as session:
            row = session.get(DeskDraftRow, draft_id)
            if row is None or row.outcome is not None:
                return None
            row.decided_at = now
            row.seconds = (now - row.created_at).total_seconds()
            if outcome == "rejected":
                row.outcome = "rejected"
                return "rejected"
            row.edit_distance = edit_distance(str(row.content.get("text", "")).strip(), sent.strip())
            row.sent_chars = len(sent.strip())
            row.outcome = "approved" if row.edit_distance == 0 else "edited"
            return "approved" if row.edit_distance == 0 else "edited"

    def figures(self) -> DraftFigures:
        """How useful drafts were, over all time."""
        with self._database.read() as session:
            rows = session.scalars(select(DeskDraftRow)).all()
        by = {
            name: [row for row in rows if row.outcome == name] for name in ("approved", "edited", "rejected", "stale")
        }
        sent = by["approved"] + by["edited"]
        decided = len(sent) + len(by["rejected"])
        saved = [max(0.0, (row.sent_chars or 0) / CHARS_A_SECOND - (row.seconds or 0.0)) for row in sent]
        times = sorted(row.milliseconds for row in rows)
        return DraftFigures(
            made=len(rows),
            approved=len(by["approved"]),
            edited=len(by["edited"]),
            rejected=len(by["rejected"]),
            stale=len(by["stale"]),
            acceptance=len(sent) / decided if decided else 0.0,
            edit_distance=_mean([float(row.edit_distance or 0) for row in sent]),
            edit_share=_mean([(row.edit_distance or 0) / max(1, row.sent_chars or 1) for row in sent]),
            seconds_saved=_mean(saved),
            milliseconds_p50=times[len(times) // 2] if times else 0.0,
        )


def last_of_customer(session: Session, conversation_id: ConversationId) -> str:
    """Id of the customer's newest message; empty where there is none."""
    query = (
        select(MessageRow.message_id)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author == "customer")
        .order_by(MessageRow.at.desc(), func.length(MessageRow.message_id), MessageRow.message_id.desc())
        .limit(1)
    )
    return session.scalars(query).first() or ""


def _end_open(session: Session, conversation_id: ConversationId, now: object) -> None:
    session.execute(
        update(DeskDraftRow)
        .where(DeskDraftRow.conversation_id == conversation_id, DeskDraftRow.outcome.is_(None))
        .values(outcome="stale", decided_at=now)
    )


def _kept(row: DeskDraftRow) -> KeptDraft:
    return KeptDraft.model_validate({name: getattr(row, name) for name in KeptDraft.model_fields})


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
