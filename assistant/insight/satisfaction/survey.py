"""What customers say themselves: the survey after a chat, with its response rate and how sure each figure is."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, select

from assistant.desk.figures import Period
from assistant.intervals import mean_interval, wilson
from assistant.storage.conversation_tables import ConversationRow, TurnRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database

LEAST, MOST = 1, 5
Interval = tuple[float, float]


@dataclass(frozen=True)
class Survey:
    """Ratings of the conversations that began in a period; intervals are of 95 %.

    Args:
        asked: conversations in which the assistant answered: all of them may be rated.
        answered: of them, how many were rated.
        response: share of those, with `response_interval`.
        mean: of the stars, with `mean_interval`; 0 where nobody rated.
        dissatisfied: share of 1 and 2 stars among the rated, with `dissatisfied_interval`.
        stars: how many gave 1 to 5.
        reasons: chosen reasons, the commonest first, with their mean stars.
        days: for each day of the period, mean stars and how many rated.
    """

    asked: int
    answered: int
    response: float
    response_interval: Interval
    mean: float
    mean_interval: Interval
    dissatisfied: float
    dissatisfied_interval: Interval
    stars: tuple[int, ...]
    reasons: tuple[tuple[str, int, float], ...]
    days: tuple[tuple[date, float, int], ...]


def survey(database: Database, period: Period) -> Survey:
    """The survey of a period.

    Args:
        database: holds conversations and ratings.
        period: in which the conversations began.
    """
    began = within(period)
    with database.read() as session:
        asked = set(
            session.scalars(
                select(ConversationRow.conversation_id)
                .join(TurnRow, TurnRow.conversation_id == ConversationRow.conversation_id)
                .where(*began)
                .distinct()
            )
        )
        rows = session.execute(
            select(RatingRow, ConversationRow.started_at)
            .join(ConversationRow, ConversationRow.conversation_id == RatingRow.conversation_id)
            .where(*began)
        )
        given = [(row.stars, row.reason, started.date()) for row, started in rows if row.conversation_id in asked]
    return _made(len(asked), given, period)


def within(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that a conversation began in a period."""
    start = datetime.combine(period.first, datetime.min.time(), UTC)
    end = datetime.combine(period.last, datetime.max.time(), UTC)
    return ConversationRow.started_at >= start, ConversationRow.started_at <= end


def _made(asked: int, given: Sequence[tuple[int, str, date]], period: Period) -> Survey:
    stars = [float(value) for value, _, _ in given]
    low = sum(value <= 2 for value in stars)
    response, dissatisfied = (len(given) / asked if asked else 0.0), (low / len(given) if given else 0.0)
    middle, *ends = mean_interval(stars, LEAST, MOST)
    by_day: dict[date, list[int]] = defaultdict(list)
    by_reason: dict[str, list[int]] = defaultdict(list)
    for value, reason, day in given:
        by_day[day].append(value)
        if reason:
            by_reason[reason].append(value)
    counts = Counter(int(value) for value in stars)
    return Survey(
        asked=asked,
        answered=len(given),
        response=response,
        response_interval=wilson(response, asked) if asked else (0.0, 1.0),
        mean=middle,
        mean_interval=(ends[0], ends[1]),
        dissatisfied=dissatisfied,
        dissatisfied_interval=wilson(dissatisfied, len(given)) if given else (0.0, 1.0),
        stars=tuple(counts[n] for n in range(LEAST, MOST + 1)),
        reasons=tuple(
            (name, len(found), sum(found) / len(found))
            for name, found in sorted(by_reason.items(), key=lambda one: (-len(one[1]), one[0]))
        ),
        days=tuple(
            (day, sum(by_day[day]) / len(by_day[day]) if by_day[day] else 0.0, len(by_day[day])) for day in period.days
        ),
    )
