"""The queue of conversations that wait for a person, and who has which: two agents can't both win one.

A claim is one conditional update: whoever changes the row has the conversation, everybody else finds it taken. The
same holds for taking over a conversation that the assistant is holding: the conversation's own row is claimed first.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select, update

from assistant.clock import Clock
from assistant.desk.audit import note_in
from assistant.desk.cases import cases
from assistant.desk.notes import put_note
from assistant.desk.presence import colleagues, present
from assistant.desk.records import Case, Colleague, DeskUser, Ending, HandoffId, QueueState, UserId
from assistant.errors import AssistantError
from assistant.ids import ConversationId, new_id
from assistant.memory.accounts import account_in
from assistant.storage import behaviour, outbox
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow
from assistant.storage.desk_tables import DeskNoteRow, DeskUserRow, RatingRow
from assistant.storage.engine import Database, changed_one
from assistant.text.masking import Masker

_AS_MUCH = timedelta(minutes=30)
TAKEN_OVER = "taken over"


class NotYours(AssistantError):
    """The conversation is another agent's, or nobody's any more."""


class NotThere(AssistantError):
    """There is no such colleague who could take the conversation."""


class Foresees(Protocol):
    """Whatever foresees who is dissatisfied."""

    def chances(self, ids: Sequence[str]) -> dict[str, float]:
        """The probability of dissatisfaction by conversation; those that nothing is known of are left out."""


class DeskQueue:
    """What waits, who has what, and how it ends.

    Args:
        database: holds conversations and handoffs.
        clock: tells how long somebody waits.
        foresees: ranks what waits; without it, angry ones come first.
    """

    def __init__(self, database: Database, clock: Clock, foresees: Foresees | None = None) -> None:
        self._database = database
        self._clock = clock
        self._foresees = foresees

    def waiting(self) -> tuple[Case, ...]:
        """What waits for a person: pressing ones first, then those who are most probably dissatisfied.

        Half an hour of waiting weighs as much as the surest dissatisfaction, so nobody waits for ever. Where nobody
        foresees anything, angry ones come first, then those who wait longest.
        """
        cases = self._cases(HandoffRow.status == "waiting")
        chances = self._foresees.chances([case.conversation_id for case in cases]) if self._foresees and cases else {}
        if not chances:
            return tuple(sorted(cases, key=lambda c: (c.urgency != "high", c.sentiment != "angry", c.created_at)))
        known = [case.model_copy(update={"predicted": chances.get(case.conversation_id)}) for case in cases]
        return tuple(sorted(known, key=lambda c: (c.urgency != "high", -_weight(c), c.created_at)))

    def awaited(self) -> int:
        """How many conversations wait for a person."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).where(HandoffRow.status == "waiting")) or 0

    def claimed(self, user_id: UserId | None = None) -> tuple[Case, ...]:
        """What people have, or what one person has; those with unanswered messages first."""
        where = [HandoffRow.status == "claimed", *([HandoffRow.claimed_by == user_id] if user_id else [])]
        return tuple(sorted(self._cases(*where), key=lambda case: (not case.unread, case.created_at)))

    def case(self, handoff_id: HandoffId) -> Case | None:
        """One handoff, whatever became of it."""
        return next(iter(self._cases(HandoffRow.handoff_id == handoff_id)), None)

    def current(self, conversation_id: ConversationId) -> Case | None:
        """The handoff of a conversation that is not closed, or None where the assistant has it."""
        return next(
            iter(self._cases(HandoffRow.conversation_id == conversation_id, HandoffRow.status != "closed")), None
        )

    def is_held(self, conversation_id: ConversationId) -> bool:
        """Whether a person has the conversation, so that the assistant says nothing in it."""
        query = select(HandoffRow.handoff_id).where(
            HandoffRow.conversation_id == conversation_id, HandoffRow.status == "claimed"
        )
        with self._database.read() as session:
            return session.scalars(query.limit(1)).first() is not None

    def claim(self, handoff_id: HandoffId, user: DeskUser) -> bool:
        """Take a waiting conversation; False where somebody else was quicker. Claiming one's own again is a yes."""
        now = self._clock.now()
        with self._database.write() as session:
            won = changed_one(
                session.execute(
                    update(HandoffRow)
                    .where(HandoffRow.handoff_id == handoff_id, HandoffRow.status == "waiting")
                    .values(status="claimed", claimed_by=user.user_id, claimed_at=now)
                )
            )
            row = session.get(HandoffRow, handoff_id, populate_existing=True)
            if won and row is not None:
                note_in(session, user.user_id, "claimed", row.conversation_id, now)
            return row is not None and row.status == "claimed" and row.claimed_by == user.user_id

    def take_over(self, conversation_id: ConversationId, user: DeskUser) -> bool:
        """Take a conversation that the assistant is holding, or one that waits; False where a person has it."""
        now = self._clock.now()
        with self._database.write() as session:
            changed = changed_one(
                session.execute(
                    update(ConversationRow)
                    .where(ConversationRow.conversation_id == conversation_id, ConversationRow.status != "handed_off")
                    .values(status="handed_off")
                )
            )
            if changed:
                conversation = session.get(ConversationRow, conversation_id, populate_existing=True)
                session.add(
                    HandoffRow(
                        handoff_id=new_id("handoff"),
                        conversation_id=conversation_id,
                        reason=TAKEN_OVER,
                        brief={},
                        created_at=now,
                        status="claimed",
                        language=conversation.language if conversation else "en",
                        claimed_by=user.user_id,
                        claimed_at=now,
                    )
                )
                note_in(session, user.user_id, "took over", conversation_id, now)
                return True
        case = self.current(conversation_id)
        return case is not None and self.claim(case.handoff_id, user)

    def release(self, handoff_id: HandoffId, user: DeskUser) -> None:
        """Put a conversation back into the queue, for a colleague.

        Raises:
            NotYours: somebody else has it.
        """
        self._give_up(
            handoff_id,
            user,
            "put back",
            {"status": "waiting", "claimed_by": None, "claimed_at": None, "passed_by": None},
            None,
        )

    def colleagues(self, user: DeskUser) -> tuple[Colleague, ...]:
        """To whom somebody can pass a conversation on: those who are at the desk first."""
        with self._database.read() as session:
            return colleagues(session, self._clock.now(), user.user_id)

    def pass_on(self, handoff_id: HandoffId, user: DeskUser, to: UserId, note: str = "") -> None:
        """Give a conversation to a colleague, with a note for them.

        Args:
            handoff_id: what is given away.
            user: who has it.
            to: who gets it.
            note: why, for the colleague; the customer never sees it.

        Raises:
            NotYours: somebody else has it.
            NotThere: there is no such colleague who may answer customers.
        """
        chosen = next((one for one in self.colleagues(user) if one.user_id == to), None)
        if chosen is None:
            raise NotThere("this colleague can't answer customers")
        values = {"claimed_by": to, "passed_by": user.user_id}
        self._give_up(handoff_id, user, "passed on", values, None, chosen.display_name, note)

    def hand_back(self, handoff_id: HandoffId, user: DeskUser) -> None:
        """Let the assistant go on with the conversation.

        Raises:
            NotYours: somebody else has it.
        """
        self._end(handoff_id, user, "handed_back", "", "", "open")

    def close(self, handoff_id: HandoffId, user: DeskUser, *, label: str, summary: str, solved: bool = True) -> None:
        """End the conversation, with what it was about.

        Raises:
            NotYours: somebody else has it.
        """
        self._end(handoff_id, user, "solved" if solved else "unsolved", label, summary, "closed")

    def rate(self, conversation_id: ConversationId, stars: int, comment: str = "", reason: str = "") -> None:
        """Keep the customer's rating of a conversation; a later one takes its place.

        Args:
            conversation_id: that they rate.
            stars: 1 to 5.
            comment: in their own words; personal data in it is masked.
            reason: of `records.REASONS`, or none.
        """
        with self._database.write() as session:
            masker = Masker(account=account_in(session, conversation_id))
            row = session.get(RatingRow, conversation_id)
            if row is None:
                row = RatingRow(conversation_id=conversation_id)
                session.add(row)
            row.stars, row.reason, row.at = stars, reason, self._clock.now()
            row.comment = masker.mask(comment.strip())
            of = session.get(ConversationRow, conversation_id)
            behaviour.note(
                session, "rating", row.at, conversation_id=conversation_id, value=float(stars), page=reason or None,
                customer_id=of.customer_id if of else None, language=of.language if of else None,
            )  # fmt: skip

    def state(self, conversation_id: ConversationId) -> QueueState:
        """What the customer of a conversation may know of where it stands."""
        newest = (
            select(HandoffRow)
            .where(HandoffRow.conversation_id == conversation_id)
            .order_by(HandoffRow.created_at.desc())
            .limit(1)
        )
        with self._database.read() as session:
            row = session.scalars(newest).first()
            rated = session.get(RatingRow, conversation_id) is not None
            if row is None or row.ending == "handed_back":
                return QueueState(status="none", rated=rated)
            holder = session.get(DeskUserRow, row.claimed_by) if row.claimed_by else None
            ahead = 0
            if row.status == "waiting":
                before = HandoffRow.status == "waiting", HandoffRow.created_at < row.created_at
                ahead = session.scalar(select(func.count()).where(*before)) or 0
            return QueueState.model_validate(
                {
                    "status": row.status,
                    "ahead": ahead,
                    "staffed": row.status == "claimed" or bool(present(session, self._clock.now())),
                    "agent": holder.display_name if holder else "",
                    "rated": rated,
                }
            )

    def version(self, conversation_id: ConversationId | None = None) -> str:
        """Changes whenever the queue (or a conversation) does; cheap enough to ask every second."""
        with self._database.read() as session:
            if conversation_id is None:
                open_ = HandoffRow.status != "closed"
                found = session.execute(
                    select(HandoffRow.handoff_id, HandoffRow.status, HandoffRow.claimed_by, ConversationRow.last_at)
                    .join(ConversationRow, ConversationRow.conversation_id == HandoffRow.conversation_id)
                    .where(open_)
                    .order_by(HandoffRow.handoff_id)
                ).all()
                return str(hash(tuple(map(tuple, found))))
            said = select(func.count(), func.max(MessageRow.at)).where(MessageRow.conversation_id == conversation_id)
            held = select(HandoffRow.status, HandoffRow.claimed_by).where(HandoffRow.conversation_id == conversation_id)
            count, last = session.execute(said).one()
            notes = session.scalar(
                select(func.count()).where(DeskNoteRow.conversation_id == conversation_id).select_from(DeskNoteRow)
            )
            holders = [tuple(row) for row in session.execute(held.order_by(HandoffRow.created_at))]
            return f"{count} {last} {notes} {holders}"

    def _end(
        self, handoff_id: HandoffId, user: DeskUser, ending: Ending, label: str, summary: str, status: str
    ) -> None:
        values = {
            "status": "closed",
            "ending": ending,
            "label": label or None,
            "summary": summary.strip(),
            "resolved_at": self._clock.now(),
        }
        action = "handed back" if ending == "handed_back" else "closed"
        self._give_up(handoff_id, user, action, values, status, label)

    def _give_up(
        self,
        handoff_id: HandoffId,
        user: DeskUser,
        action: str,
        values: dict[str, Any],
        conversation_status: str | None,
        detail: str = "",
        note: str = "",
    ) -> None:
        with self._database.write() as session:
            mine = (
                HandoffRow.handoff_id == handoff_id,
                HandoffRow.status == "claimed",
                HandoffRow.claimed_by == user.user_id,
            )
            if not changed_one(session.execute(update(HandoffRow).where(*mine).values(**values))):
                raise NotYours("this conversation is not yours any more")
            row = session.get(HandoffRow, handoff_id, populate_existing=True)
            if row is None:
                raise NotYours("this conversation has been deleted")
            if conversation_status is not None:
                session.execute(
                    update(ConversationRow)
                    .where(ConversationRow.conversation_id == row.conversation_id)
                    .values(status=conversation_status)
                )
            if conversation_status == "closed":
                event = {"type": "conversation.closed", "conversation_id": row.conversation_id, "label": detail}
                outbox.put(session, outbox.EVENT_TOPIC, event, self._clock.now())
            if note.strip():
                put_note(session, row.conversation_id, user, note, self._clock.now())
            note_in(session, user.user_id, action, row.conversation_id, self._clock.now(), detail)

    def _cases(self, *where: ColumnElement[bool]) -> list[Case]:
        with self._database.read() as session:
            return cases(session, self._clock.now(), *where)


def _weight(case: Case) -> float:
    return (case.predicted or 0.0) + case.waited_s / _AS_MUCH.total_seconds()
