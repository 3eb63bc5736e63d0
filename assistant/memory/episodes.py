"""Turns a conversation into one text, by rule: what it was about, which orders, the customer's words, its end.

Personal data is masked for good (`<EMAIL>`): the text becomes a vector, and is read by models later.
"""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.memory.accounts import account_of
from assistant.storage.conversation_tables import ConversationRow, MessageRow, ToolCallRow, TurnRow
from assistant.text.masking import mask_for_good
from assistant.text.prompts import PromptLibrary

_ORDER = re.compile(r"(?<![A-Za-z0-9])#?(W\d{4,})\b", re.IGNORECASE)
_WORDS_KEPT = 6
_WORDS_LONGEST = 160
SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "affirm", "deny", "bot_identity", "what_do_you_know"})


def episode_text(session: Session, conversation: ConversationRow, prompts: PromptLibrary) -> str:
    """The text of `conversation` as it stands now; empty when the customer has said nothing worth keeping.

    Args:
        session: one that sees the conversation's rows, committed or not.
        conversation: its row.
        prompts: holds `memory/<language>/episode`.
    """
    of_it = MessageRow.conversation_id == conversation.conversation_id
    words = session.scalars(
        select(MessageRow.text).where(of_it, MessageRow.author == "customer").order_by(MessageRow.at)
    )
    turns = session.scalars(
        select(TurnRow).where(TurnRow.conversation_id == conversation.conversation_id).order_by(TurnRow.at)
    ).all()
    account = account_of(session, conversation.customer_id)
    said = [mask_for_good(text.strip(), account) for text in words if text.strip()]
    decisions = [turn.decision for turn in turns]
    intents = [intent["intent"] for decision in decisions for intent in decision.get("intents", ())]
    topics = [name.replace("_", " ") for name in dict.fromkeys(intents) if name not in SMALL_TALK]
    if not said or (intents and not topics):
        return ""
    return prompts.render(
        f"memory/{'zh' if conversation.language == 'zh' else 'en'}/episode",
        day=conversation.started_at.date().isoformat(),
        topics=topics,
        orders=_orders(session, said, [turn.turn_id for turn in turns]),
        words=[_short(text) for text in (said if len(said) <= _WORDS_KEPT else [*said[:3], *said[-3:]])],
        ended=_ended(conversation.status, decisions),
    )


def _orders(session: Session, said: Sequence[str], turn_ids: Sequence[str]) -> list[str]:
    found = [match.upper() for text in said for match in _ORDER.findall(text)]
    for arguments in session.scalars(select(ToolCallRow.arguments).where(ToolCallRow.turn_id.in_(turn_ids))):
        found += [match.upper() for match in _ORDER.findall(str(arguments.get("order_id", "")))]
    return [f"#{order}" for order in dict.fromkeys(found)]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS_LONGEST else f"{flat[:_WORDS_LONGEST].rstrip()}..."


def _ended(status: str, decisions: Sequence[dict[str, object]]) -> str:
    if status == "handed_off":
        return "handed_off"
    if not decisions:
        return ""
    return "out_of_scope" if decisions[-1].get("outcome") == "out_of_scope" else "answered"
