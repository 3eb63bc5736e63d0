"""Questions that no page answered, gathered for whoever writes the pages.

Each is kept as it was asked, masked, with its conversation (see `conversation/pages/gaps.py`). Here those that ask
the same are put together, in both languages at once, and named by the most central one. A group is marked as done
when its page is written, or as ignored when none will be; what is asked later and falls into an ignored group stays
out of sight.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from assistant.errors import OperatorError
from assistant.knowledge.clusters import groups
from assistant.storage.engine import Database
from assistant.storage.knowledge_tables import KnowledgeGapRow
from assistant.storage.vector_collection import Vectors

Status = Literal["open", "done", "ignored"]

_NEWEST = 3_000
_EXAMPLES = 5


class Gap(BaseModel):
    """One question that was left open. `best_page` came nearest to an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap_id: str
    conversation_id: str
    question: str
    language: str
    reason: str
    best_page: str | None
    status: Status
    at: datetime


class GapGroup(BaseModel):
    """Questions that ask the same.

    Attributes:
        group: the id of its most central question; name it to mark the group.
        question: that question.
        count: how many are open.
        languages: how many of the open ones were asked in which language.
        reasons: why they were left open, the most frequent first.
        best_page: the page that came nearest most often; a candidate to add the answer to.
        last_asked: when the newest came.
        asked_again: whether the group was marked as done before.
        examples: other ways in which it was asked.
        conversations: where the open ones were asked, the newest first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str
    status: Status
    question: str
    count: int
    languages: dict[str, int]
    reasons: tuple[str, ...]
    best_page: str | None
    last_asked: datetime
    asked_again: bool
    examples: tuple[str, ...]
    conversations: tuple[str, ...]


class Gaps:
    """The questions that were left open.

    Args:
        database: holds them.
        embed: vectors of length one for questions in any language.
    """

    def __init__(self, database: Database, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._database = database
        self._embed = embed

    def groups(self, status: Status = "open") -> list[GapGroup]:
        """Groups of this status, those asked most often first, among the 3,000 newest questions."""
        found = [_described(members) for members in self._grouped()]
        wanted = [group for group in found if group.status == status]
        return sorted(wanted, key=lambda group: (-group.count, -group.last_asked.timestamp(), group.group))

    def mark(self, group: str, status: Status) -> int:
        """Give every question of the group that holds question `group` a status; how many there are.

        Raises:
            OperatorError: there is no such question.
        """
        for members in self._grouped():
            ids = [gap.gap_id for gap in members]
            if group in ids:
                with self._database.write() as session:
                    session.execute(
                        update(KnowledgeGapRow).where(KnowledgeGapRow.gap_id.in_(ids)).values(status=status)
                    )
                return len(ids)
        raise OperatorError(f"there is no open question {group!r}", fix="assistant knowledge gaps --json")

    def _grouped(self) -> list[list[Gap]]:
        with self._database.read() as session:
            newest = select(KnowledgeGapRow).order_by(KnowledgeGapRow.at.desc(), KnowledgeGapRow.gap_id).limit(_NEWEST)
            gaps = [_gap(row) for row in session.scalars(newest)]
        if not gaps:
            return []
        questions = list(dict.fromkeys(gap.question for gap in gaps))
        place = {question: at for at, question in enumerate(questions)}
        vectors = self._embed(questions)[[place[gap.question] for gap in gaps]]
        return [[gaps[at] for at in members] for members in groups(vectors)]


def _gap(row: KnowledgeGapRow) -> Gap:
    return Gap(
        gap_id=row.gap_id,
        conversation_id=row.conversation_id,
        question=row.question,
        language=row.language,
        reason=row.reason,
        best_page=row.best_page,
        status=cast(Status, row.status),
        at=row.at,
    )


def _described(members: Sequence[Gap]) -> GapGroup:
    """A group, its most central question first in `members`."""
    still = [gap for gap in members if gap.status == "open"]
    ignored = any(gap.status == "ignored" for gap in members)
    status: Status = "ignored" if ignored else "open" if still else "done"
    told = still if status == "open" else members
    pages = Counter(gap.best_page for gap in told if gap.best_page)
    newest = sorted(told, key=lambda gap: gap.at, reverse=True)
    others = dict.fromkeys(gap.question for gap in told if gap.question != told[0].question)
    return GapGroup(
        group=told[0].gap_id,
        status=status,
        question=told[0].question,
        count=len(told),
        languages=dict(sorted(Counter(gap.language for gap in told).items())),
        reasons=tuple(reason for reason, _ in Counter(gap.reason for gap in told).most_common()),
        best_page=pages.most_common(1)[0][0] if pages else None,
        last_asked=newest[0].at,
        asked_again=any(gap.status == "done" for gap in members) and bool(still),
        examples=tuple(others)[:_EXAMPLES],
        conversations=tuple(dict.fromkeys(gap.conversation_id for gap in newest)),
    )
