"""Questions that a turn could not answer from the pages, kept masked for whoever writes the pages."""

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from assistant.conversation.turn import Served, Turn
from assistant.ids import new_id
from assistant.storage.knowledge_tables import KnowledgeGapRow
from assistant.tools.results import KnowledgeResult

Reason = Literal["no page", "unsure", "not understood"]

_DECLINED = "out_of_scope"
_SHORTEST = 4
"""Letters of the shortest question: "ok?" and "?!" tell nobody what page is missing."""


def record_gaps(session: Session, turn: Turn, now: datetime) -> None:
    """Store what the turn left unanswered: questions whose passages no reply cites, and what was not understood."""
    cited = {str(citation.passage_id) for citation in turn.citations}
    asked: dict[str, tuple[Reason, str | None]] = {}
    for served in turn.served:
        reason = _why_open(served, cited)
        words = served.intent.words if served.intent else turn.incoming.text
        question = " ".join(turn.masker.mask(words).split())
        if reason is not None and sum(letter.isalpha() for letter in question) >= _SHORTEST:
            asked.setdefault(question, (reason, served.passages[0].page if served.passages else None))
    session.add_all(
        KnowledgeGapRow(
            gap_id=new_id("gap"),
            conversation_id=turn.conversation_id,
            turn_id=turn.turn_id,
            question=question,
            language=turn.language,
            reason=reason,
            best_page=page,
            status="open",
            at=now,
        )
        for question, (reason, page) in asked.items()
    )


def _why_open(served: Served, cited: set[str]) -> Reason | None:
    """Why a request is left unanswered; None where it was answered, or asked for no page."""
    if served.reply is not None:
        given_up = served.intent is None and bool(served.handoff)
        return "not understood" if served.reply[0] == _DECLINED or given_up else None
    searched = any(isinstance(outcome.result, KnowledgeResult) for outcome in served.outcomes)
    if not searched or cited & {passage.passage_id for passage in served.passages}:
        return None
    return "unsure" if served.passages else "no page"
