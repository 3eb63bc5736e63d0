"""The lead's figures, each made of events that name the conversation behind them.

One list of events is the source of every figure, of the conversations that a figure opens, and of the CSV: what is
counted is what is shown.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.clock import Clock
from assistant.ids import ConversationId
from assistant.shop.records import Record
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow, TurnRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database

Kind = Literal[
    "volume", "contained", "handoff", "intent", "first_answer", "solve", "rating", "caught", "gap", "cost", "calls",
    "spent",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
HOSTED = "hosted"
"""The rung of the ladder whose calls somebody charges for."""
_SMALL_TALK = frozenset("greeting thanks goodbye affirm deny bot_identity".split())


class Event(Record):
    """One thing that is counted: on a day, in a conversation, under a key, with a value."""

    kind: Kind
    day: date
    conversation_id: ConversationId
    key: str = ""
    value: float = 1.0


class Period(Record):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True)
class TokenPrices:
    """What a million tokens of the hosted model cost, in the shop's currency; the local model costs nothing."""

    prompt: float = 0.0
    answer: float = 0.0

    def __bool__(self) -> bool:
        return self.prompt > 0 or self.answer > 0

    def of(self, rung: str, input_tokens: int, output_tokens: int) -> float:
        """What a turn cost."""
        if rung != HOSTED:
            return 0.0
        return (input_tokens * self.prompt + output_tokens * self.answer) / 1_000_000


FREE = TokenPrices()
"""Nothing is charged, as far as anybody has said."""


class Figures:
    """Counts what happened.

    Args:
        database: holds it.
        clock: tells today.
        prices: of the hosted model's tokens; without them nothing is told in money.
    """

    def __init__(self, database: Database, clock: Clock, prices: TokenPrices = FREE) -> None:
        self._database = database
        self._clock = clock
        self._prices = prices

    def period(self, days: int) -> Period:
        """The last so many days, today included."""
        today = self._clock.now().date()
        return Period(first=today - timedelta(days=max(1, days) - 1), last=today)

    def events(self, period: Period) -> tuple[Event, ...]:
        """Everything that is counted, of conversations that began in a period."""
        start = datetime.combine(period.first, datetime.min.time(), UTC)
        end = datetime.combine(period.last + timedelta(days=1), datetime.min.time(), UTC)
        began = ConversationRow.started_at >= start, ConversationRow.started_at < end
        with self._database.read() as session:
            conversations = session.scalars(select(ConversationRow).where(*began)).all()
            ids = select(ConversationRow.conversation_id).where(*began)
            handoffs = session.scalars(select(HandoffRow).where(HandoffRow.conversation_id.in_(ids))).all()
            turns = session.scalars(select(TurnRow).where(TurnRow.conversation_id.in_(ids))).all()
            ratings = session.scalars(select(RatingRow).where(RatingRow.conversation_id.in_(ids))).all()
            said = _said(session, ids)
        handed = {row.conversation_id for row in handoffs}
        asked = {row.conversation_id for row in turns}
        found: list[Event] = []
        for row in conversations:
            found.append(_event("volume", row.started_at, row.conversation_id, row.channel))
            if row.conversation_id in asked:
                yes = "no" if row.conversation_id in handed else "yes"
                found.append(_event("contained", row.started_at, row.conversation_id, yes))
        found += [event for row in handoffs for event in _of_handoff(row)]
        found += [event for row in turns for event in _of_turn(row, said)]
        if self._prices:
            found += [
                _event("spent", row.at, row.conversation_id, row.rung, value)
                for row in turns
                if (value := self._prices.of(row.rung, row.input_tokens, row.output_tokens))
            ]
        found += [_event("rating", row.at, row.conversation_id, str(row.stars), row.stars) for row in ratings]
        return tuple(found)


def by_day(events: Iterable[Event], period: Period, make: Callable[[list[Event]], float]) -> list[float]:
    """One value a day, made of the events of that day."""
    days: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        days[event.day].append(event)
    return [make(days[day]) for day in period.days]


def share(events: Sequence[Event], key: str = "yes") -> float:
    """The share of events under a key, 0 to 1; 0 where there is none."""
    return sum(event.key == key for event in events) / len(events) if events else 0.0


def middle(events: Sequence[Event]) -> float:
    """The median value; 0 where there is none."""
    return median(event.value for event in events) if events else 0.0


def mean(events: Sequence[Event]) -> float:
    """The mean value; 0 where there is none."""
    return sum(event.value for event in events) / len(events) if events else 0.0


def total(events: Sequence[Event]) -> float:
    """The sum of the values."""
    return sum(event.value for event in events)


def top(events: Iterable[Event], limit: int = 8) -> list[tuple[str, int]]:
    """The commonest keys, with how often they come."""
    return Counter(event.key for event in events).most_common(limit)


def of_kind(events: Iterable[Event], kind: str, key: str | None = None, day: date | None = None) -> list[Event]:
    """The events behind a figure."""
    return [
        event
        for event in events
        if event.kind == kind and (key is None or event.key == key) and (day is None or event.day == day)
    ]


def _event(kind: Kind, at: datetime, conversation_id: str, key: str = "", value: float = 1.0) -> Event:
    return Event(kind=kind, day=at.date(), conversation_id=ConversationId(conversation_id), key=key, value=value)


def _of_handoff(row: HandoffRow) -> Iterator[Event]:
    yield _event("handoff", row.created_at, row.conversation_id, row.reason.partition(":")[0])
    if row.first_reply_at is not None:
        waited = (row.first_reply_at - row.created_at).total_seconds()
        yield _event("first_answer", row.created_at, row.conversation_id, value=waited)
    if row.resolved_at is not None and row.ending != "handed_back":
        yield _event(
            "solve",
            row.created_at,
            row.conversation_id,
            row.label or "",
            (row.resolved_at - row.created_at).total_seconds(),
        )


def _of_turn(row: TurnRow, said: dict[str, tuple[str, bool]]) -> Iterator[Event]:
    intents = row.decision.get("intents") or []
    for intent in intents:
        if intent["intent"] not in _SMALL_TALK:
            yield _event("intent", row.at, row.conversation_id, intent["intent"])
    if row.failed_checks:
        yield _event("caught", row.at, row.conversation_id, row.failed_checks[0], len(row.failed_checks))
    yield _event("calls", row.at, row.conversation_id, row.rung, row.model_calls)
    if tokens := row.input_tokens + row.output_tokens:
        yield _event("cost", row.at, row.conversation_id, row.rung, tokens)
    words, cited = said.get(row.turn_id, ("", True))
    about_pages = any(intent.get("agent") == "faq" for intent in intents)
    unread = row.decision.get("outcome") == "out_of_scope"
    if words and not cited and (about_pages or unread):
        yield _event("gap", row.at, row.conversation_id, words)


def _said(session: Session, ids: object) -> dict[str, tuple[str, bool]]:
    """For each turn the customer's words, and whether the answer cited a page."""
    words: dict[str, str] = {}
    cited: dict[str, bool] = {}
    query = select(MessageRow.turn_id, MessageRow.author, MessageRow.text, MessageRow.citations)
    for turn_id, author, text, citations in session.execute(query.where(MessageRow.conversation_id.in_(ids))):  # type: ignore[arg-type]
        if author == "customer":
            words[turn_id] = " ".join(text.split())[:200]
        elif author == "assistant":
            cited[turn_id] = bool(citations)
    return {turn_id: (text, cited.get(turn_id, True)) for turn_id, text in words.items()}
