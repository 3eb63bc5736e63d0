"""What the model foresees of a period's conversations, beside what customers said: two figures, never one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assistant.desk.figures import Period
from assistant.insight.satisfaction.model import Prediction
from assistant.insight.satisfaction.serving import Foresight
from assistant.insight.satisfaction.survey import within
from assistant.storage.conversation_tables import ConversationRow, MessageRow, TurnRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database
from assistant.text.masking import mask_for_good

MOST = 2000
_LISTED = 10
_WORDS = 120


@dataclass(frozen=True)
class Foreseen:
    """Predictions for the conversations that began in a period.

    Args:
        model: which model foresees; see `Foresight.name`.
        conversations: how many were read, the newest; `left_out`, how many were too many.
        expected: mean probability of dissatisfaction: the share that is expected to be.
        days: for each day, the expected share, and how many conversations began.
        drivers: measures that moved predictions most, with their mean contribution, regardless of the sign.
        worst: conversations that are most probably dissatisfied, and not closed, with their customer's last words.
        both: of the conversations that were rated too: how many, the share that was dissatisfied, and the expected
            one; to see how far the model can be trusted here, not to be added up.
    """

    model: str
    conversations: int
    left_out: int
    expected: float
    days: tuple[tuple[date, float, int], ...]
    drivers: tuple[tuple[str, float], ...]
    worst: tuple[tuple[str, Prediction, str], ...]
    both: tuple[int, float, float]


def foreseen(database: Database, foresight: Foresight, period: Period) -> Foreseen:
    """What is foreseen of a period.

    Args:
        database: holds conversations.
        foresight: foresees.
        period: in which the conversations began.
    """
    with database.read() as session:
        query = (
            select(ConversationRow.conversation_id, ConversationRow.started_at, ConversationRow.status)
            .where(*within(period), ConversationRow.conversation_id.in_(select(TurnRow.conversation_id)))
            .order_by(ConversationRow.started_at.desc(), ConversationRow.conversation_id)
        )
        rows = session.execute(query).all()
        stars = dict(session.execute(select(RatingRow.conversation_id, RatingRow.stars)).all())
    read = rows[:MOST]
    found = foresight.of([own for own, _, _ in read])
    by_day: dict[date, list[float]] = defaultdict(list)
    moved: dict[str, float] = defaultdict(float)
    for own, started, _ in read:
        if own in found:
            by_day[started.date()].append(found[own].dissatisfied)
            for name, contribution in found[own].drivers:
                moved[name] += abs(contribution) / len(found)
    open_ = [own for own, _, status in read if own in found and status != "closed"]
    worst = sorted(open_, key=lambda own: (-found[own].dissatisfied, own))[:_LISTED]
    said = _last_words(database, worst)
    chances = [one.dissatisfied for one in found.values()]
    known = [own for own in found if own in stars]
    return Foreseen(
        model=foresight.name,
        conversations=len(found),
        left_out=max(0, len(rows) - MOST),
        expected=_mean(chances),
        days=tuple((day, _mean(by_day[day]), len(by_day[day])) for day in period.days),
        drivers=tuple(sorted(moved.items(), key=lambda one: (-one[1], one[0]))[:_LISTED]),
        worst=tuple((own, found[own], said.get(own, "")) for own in worst),
        both=(len(known), _mean([float(stars[o] <= 2) for o in known]), _mean([found[o].dissatisfied for o in known])),
    )


def _last_words(database: Database, ids: Sequence[str]) -> dict[str, str]:
    """What the customer of each conversation wrote last, without personal data."""
    query = select(MessageRow.conversation_id, MessageRow.text).where(
        MessageRow.conversation_id.in_(ids), MessageRow.author == "customer"
    )
    with database.read() as session:
        found = dict(session.execute(query.order_by(MessageRow.at, MessageRow.message_id)).all())
    return {own: mask_for_good(" ".join(text.split()))[:_WORDS] for own, text in found.items()}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
