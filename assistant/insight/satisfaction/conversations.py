"""The shop's own conversations as moments: to foresee how satisfied their customers are, and to learn from ratings."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.insight.satisfaction.dialogues import Line, Moment
from assistant.storage.conversation_tables import MessageRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database
from assistant.text.masking import Masker

_CHUNK = 500
_MOST_LINES = 60


def moments_of(session: Session, ids: Sequence[str]) -> dict[str, Moment]:
    """Where each conversation stands now, by its id; those in which no customer wrote anything are left out.

    Personal data is masked, as it is before every model. Of very long conversations the end is read.
    """
    said: dict[str, list[Line]] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(MessageRow.conversation_id, MessageRow.author, MessageRow.text)
        query = query.where(MessageRow.conversation_id.in_(ids[start : start + _CHUNK]))
        for conversation_id, author, text in session.execute(
            query.order_by(MessageRow.at, MessageRow.author.desc(), MessageRow.message_id)
        ):
            if text.strip():
                said.setdefault(conversation_id, []).append(Line("customer" if author == "customer" else "shop", text))
    return {
        conversation_id: Moment(tuple(masked(lines[-_MOST_LINES:])), None, (), 0)
        for conversation_id, lines in said.items()
        if any(line.role == "customer" for line in lines)
    }


def masked(lines: Sequence[Line]) -> list[Line]:
    """The same lines without personal data."""
    masker = Masker()
    return [Line(line.role, masker.mask(line.text)) for line in lines]


def rated(database: Database, ids: Collection[str] | None = None) -> list[Moment]:
    """Conversations that their customers rated, each a dialogue of its own, in the order of their ratings.

    Args:
        database: holds them.
        ids: only these; None means all.
    """
    with database.read() as session:
        query = select(RatingRow).order_by(RatingRow.at, RatingRow.conversation_id)
        rows = [row for row in session.scalars(query) if ids is None or row.conversation_id in ids]
        found = moments_of(session, [row.conversation_id for row in rows])
        return [
            Moment(found[row.conversation_id].lines, None, (row.stars,), number)
            for number, row in enumerate(rows)
            if row.conversation_id in found
        ]
