"""What conversations offer to learn from: messages whose reading a person confirmed, and messages that nobody read."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.memory.accounts import account_in
from assistant.routing.fusion.judge import Judge
from assistant.routing.learning.corrections import Correction
from assistant.storage.conversation_tables import MessageRow, TurnRow
from assistant.storage.desk_tables import DeskDraftRow
from assistant.storage.engine import Database
from assistant.text.language import Language
from assistant.text.masking import Masker

_MOST = 2000
_LEAST_SURE, _MOST_SURE = 0.45, 0.97


def confirmed(database: Database, since: datetime) -> tuple[Correction, ...]:
    """Messages whose single request the router read, and whose draft an agent sent without changing it.

    An agent who sends the draft as it is has read it as an answer to what the customer asked: the reading holds.

    Args:
        database: holds drafts and decisions.
        since: drafts that were decided from then on.
    """
    query = (
        select(MessageRow, TurnRow)
        .join(DeskDraftRow, DeskDraftRow.after_message_id == MessageRow.message_id)
        .join(TurnRow, TurnRow.turn_id == MessageRow.turn_id)
        .where(DeskDraftRow.outcome == "approved", DeskDraftRow.decided_at >= since, MessageRow.author == "customer")
        .order_by(DeskDraftRow.decided_at, MessageRow.message_id)
        .limit(_MOST)
    )
    with database.read() as session:
        return tuple(_unique(_labelled(session, session.execute(query).all())))


def unread(database: Database, since: datetime) -> tuple[Correction, ...]:
    """Messages that the router could not tell, without a label: the customer was asked what is meant, or turned away.

    Args:
        database: holds the decisions.
        since: from then on.
    """
    query = (
        select(MessageRow, TurnRow)
        .join(TurnRow, TurnRow.turn_id == MessageRow.turn_id)
        .where(MessageRow.author == "customer", TurnRow.at >= since)
        .order_by(TurnRow.at, MessageRow.message_id)
        .limit(_MOST)
    )
    found: list[Correction] = []
    with database.read() as session:
        for message, turn in session.execute(query):
            if turn.decision.get("outcome") in ("ambiguous", "out_of_scope"):
                found.append(_correction(session, message, turn, ""))
    return tuple(_unique(found))


def proposed(messages: Sequence[Correction], judge: Judge) -> tuple[tuple[Correction, float], ...]:
    """Messages with the intent that the router as it is now would give them, where it is neither unsure nor certain.

    Such a label may only be proposed: a person says whether it holds (`assistant router learn`).

    Args:
        messages: without a label.
        judge: reads them.
    """
    found = []
    for message in messages:
        reading = judge.read([message.text], message.language)[0]
        if reading.is_outside or not _LEAST_SURE <= reading.probability <= _MOST_SURE:
            continue
        label = Correction(message.text, reading.intent, message.language, message.conversation_id)
        found.append((label, reading.probability))
    return tuple(sorted(found, key=lambda one: (-one[1], one[0].text)))


def _labelled(session: Session, rows: Sequence[tuple[MessageRow, TurnRow]]) -> Iterator[Correction]:
    for message, turn in rows:
        intents = turn.decision.get("intents") or []
        if turn.decision.get("outcome") == "routed" and len(intents) == 1 and not intents[0].get("follows_up"):
            yield _correction(session, message, turn, intents[0]["intent"])


def _correction(session: Session, message: MessageRow, turn: TurnRow, intent: str) -> Correction:
    masker = Masker(account=account_in(session, message.conversation_id))
    language: Language = "zh" if turn.decision.get("language") == "zh" else "en"
    return Correction(" ".join(masker.mask(message.text).split()), intent, language, message.conversation_id)


def _unique(corrections: Iterator[Correction] | Sequence[Correction]) -> Iterator[Correction]:
    """The last of each message."""
    yield from {one.text: one for one in corrections if any(character.isalnum() for character in one.text)}.values()
