"""What the model foresees of a period's conversations, beside what customers said: two figures, never one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from assistant.desk.figures import Period
from assistant.insight.satisfaction.model import Prediction
from assistant.insight.satisfaction.serving import Foresight
from assistant.insight.satisfaction.survey import within
from assistant.storage.conversation_tables import ConversationRow, TurnRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database

MOST = 2000
_LISTED = 10


@dataclass(frozen=True)
class Foreseen:
    """Predictions for the conversations that began in a period.

    Args:
        model: which model foresees; see `Foresight.name`.
        conversations: how many were read, the newest; `left_out`, how many were too many.
        expected: mean probability of dissatisfaction: the share that is expected to be.
        days: for each day, the expected share, and how many conversations began.
        drivers: measures that moved predictions most, with their mean contribution, regardless of the sign.
        worst: conversations that are most probably dissatisfied, and not closed.
        both: of the conversations that were rated too: how many, the share that was dissatisfied, and the expected
            one; to see how far the model can be trusted here, not to be added up.
    """

    model: str
    conversations: int
    left_out: int
    expected: float
    days: tuple[tuple[date, float, int], ...]
    drivers: tuple[tuple[str, float], ...]
    worst: tuple[tuple[str, Prediction], ...]
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
    chances = [one.dissatisfied for one in found.values()]
    known = [own for own in found if own in stars]
    return Foreseen(
        model=foresight.name,
        conversations=len(found),
        left_out=max(0, len(rows) - MOST),
        expected=_mean(chances),
        days=tuple((day, _mean(by_day[day]), len(by_day[day])) for day in period.days),
        drivers=tuple(sorted(moved.items(), key=lambda one: (-one[1], one[0]))[:_LISTED]),
        worst=tuple(sorted(((o, found[o]) for o in open_), key=lambda one: -one[1].dissatisfied)[:_LISTED]),
        both=(len(known), _mean([float(stars[o] <= 2) for o in known]), _mean([found[o].dissatisfied for o in known])),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
