"""What came of conversations in a trial: kept from people, rated, supported, fast.

A customer is one observation: their first conversation in the trial. Later ones are not independent of it, and are
left out of the test; the conversation must have been quiet for a while, or it could still be handed to a person.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from assistant.shop.records import Record
from assistant.storage.conversation_tables import ConversationRow, HandoffRow, MessageRow, TurnRow
from assistant.storage.desk_tables import RatingRow
from assistant.storage.engine import Database
from assistant.text.trials import Arm, Trial

Outcome = Literal["contained", "rating", "supported", "latency"]
OUTCOMES: tuple[Outcome, ...] = ("contained", "rating", "supported", "latency")
_QUIET = timedelta(minutes=30)


class Observation(Record):
    """One customer's first conversation in the trial; None where there is nothing to tell.

    Attributes:
        contained: 1 where no person had to take over.
        rating: 1 to 5 stars.
        supported: share of the assistant's sentences that rest on a cited page or a tool's result.
        latency: mean of the logarithm of seconds to answer.
    """

    arm: Arm
    contained: float
    rating: float | None = None
    supported: float | None = None
    latency: float | None = None

    def value(self, outcome: Outcome) -> float | None:
        """Of one outcome."""
        return {
            "contained": self.contained,
            "rating": self.rating,
            "supported": self.supported,
            "latency": self.latency,
        }[outcome]


@dataclass
class _Heard:
    arm: Arm | None = None
    sentences: int = 0
    supported: int = 0
    seconds: list[float] = field(default_factory=list)


def observations(database: Database, trial: Trial, now: datetime) -> tuple[Observation, ...]:
    """What came of the trial so far, one observation a customer (or stranger), in the order of their beginning."""
    began = datetime.fromisoformat(trial.started)
    with database.read() as session:
        rows = session.execute(
            select(ConversationRow.conversation_id, ConversationRow.customer_id)
            .where(ConversationRow.started_at >= began, ConversationRow.last_at <= now - _QUIET)
            .order_by(ConversationRow.started_at, ConversationRow.conversation_id)
        ).all()
        ids = (
            select(ConversationRow.conversation_id)
            .where(ConversationRow.started_at >= began, ConversationRow.last_at <= now - _QUIET)
            .scalar_subquery()
        )
        messages = session.execute(
            select(MessageRow.conversation_id, MessageRow.prompts_hash, MessageRow.spans)
            .where(MessageRow.author == "assistant", MessageRow.conversation_id.in_(ids))
            .order_by(MessageRow.at)
        ).all()
        turns = session.execute(
            select(TurnRow.conversation_id, TurnRow.timings_ms).where(TurnRow.conversation_id.in_(ids))
        ).all()
        handed = set(session.scalars(select(HandoffRow.conversation_id).where(HandoffRow.conversation_id.in_(ids))))
        rated = session.execute(
            select(RatingRow.conversation_id, RatingRow.stars).where(RatingRow.conversation_id.in_(ids))
        ).all()
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for conversation, prompts_hash, spans in messages:
        found = heard[conversation]
        found.arm = found.arm or trial.arm_of_hash(prompts_hash)
        found.sentences += len(spans)
        found.supported += sum(bool(span.get("citations") or span.get("tools")) for span in spans)
    for conversation, timings in turns:
        if total := timings.get("total"):
            heard[conversation].seconds.append(total / 1000)
    stars: dict[str, float] = {conversation: float(given) for conversation, given in rated}
    return tuple(_first_of_each([(row[0], row[1]) for row in rows], heard, handed, stars))


def _first_of_each(
    rows: Iterable[tuple[str, str | None]], heard: dict[str, _Heard], handed: set[str], stars: dict[str, float]
) -> Iterator[Observation]:
    known: set[str] = set()
    for conversation, customer in rows:
        who, found = customer or conversation, heard.get(conversation)
        if who in known or found is None or found.arm is None:
            continue
        known.add(who)
        logs = [math.log(max(seconds, 1e-3)) for seconds in found.seconds]
        yield Observation(
            arm=found.arm,
            contained=0.0 if conversation in handed else 1.0,
            rating=stars.get(conversation),
            supported=found.supported / found.sentences if found.sentences else None,
            latency=sum(logs) / len(logs) if logs else None,
        )
