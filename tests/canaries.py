"""Canaries for the whole suite: customers in the database of every shop that tests talk to, whom no test mentions.

What identifies them must be in no log, no output, no prompt, no trace, and no reply to anybody else, whatever the
tests do. `Watch` looks at all of these while the suite runs; `tests/test_no_canary_got_out.py` comes last and tells.
"""

import functools
import json
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import or_, select

from assistant.storage.conversation_tables import (
    ConversationRow,
    EpisodeRow,
    FactRow,
    HandoffRow,
    MessageRow,
    ToolCallRow,
    TurnRow,
)
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow

PEOPLE = {
    "suite_canary_en": {
        "first_name": "Quillfeather", "last_name": "Brambleswick", "email": "qb.suite@nest.example",
        "phone": "+44 7700 955777", "address1": "9 Thistledown Yard", "zip": "LS9 7QQ", "city": "Leeds",
        "language": "en", "country": "United Kingdom",
    },
    "suite_canary_zh": {
        "first_name": "霁岚", "last_name": "皇甫", "email": "jilan.suite@nest.example", "phone": "+86 13955577919",
        "address1": "青梧巷919号", "zip": "310919", "city": "杭州", "language": "zh", "country": "China",
    },
}  # fmt: skip
CANARIES = (
    "Quillfeather", "Brambleswick", "qb.suite", "955777", "Thistledown", "LS9 7QQ", "suite_canary",
    "霁岚", "皇甫", "jilan.suite", "13955577919", "青梧巷",
)  # fmt: skip
TOLD = ("Glimmerwhistle", "流光哨")
"""What they told in order to be remembered: it is in prompts for their own questions, and nowhere else."""
_SAID = {"suite_canary_en": "I already own a Glimmerwhistle", "suite_canary_zh": "我已经有一台流光哨了"}
_PATCHED = "_watched_by_canaries"


class Watch:
    """What was seen of canaries where none may be.

    Attributes:
        found: where each was seen, and which.
        looked: how many texts of each kind were looked at.
    """

    def __init__(self) -> None:
        self.found: list[str] = []
        self.looked: Counter[str] = Counter()
        self.canary_speaks = False

    def look(self, kind: str, text: str, where: str = "") -> None:
        """Look for canaries in a text of some kind."""
        self.looked[kind] += 1
        folded = text.casefold()
        sought = CANARIES if self.canary_speaks else (*CANARIES, *TOLD)
        self.found += [f"{canary} in a {kind} {where}" for canary in sought if canary.casefold() in folded]

    def reply(self, reply: Any, customer_id: str | None) -> None:
        """Look at a reply, unless a canary reads it."""
        if customer_id not in PEOPLE:
            self.look("reply", reply.model_dump_json(), f"to {customer_id}: {reply.text[:80]!r}")

    def traces(self, database: Database) -> None:
        """Look at how turns came about and what is remembered, in the database of a shop."""
        foreign = or_(ConversationRow.customer_id.is_(None), ConversationRow.customer_id.not_in(tuple(PEOPLE)))
        with database.read() as session:
            kept: list[Any] = [turn.decision for turn in session.scalars(select(TurnRow))]
            kept += [[call.arguments, call.result] for call in session.scalars(select(ToolCallRow))]
            kept += list(session.scalars(select(EpisodeRow.text).join(ConversationRow).where(foreign)))
            kept += list(session.scalars(select(HandoffRow.brief).join(ConversationRow).where(foreign)))
        for value in kept:
            self.look("trace", json.dumps(value, ensure_ascii=False, default=str))


WATCH = Watch()


class LogWatch(logging.Handler):
    """Looks at every log record, as it would be written with everything that it holds."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            told = record.getMessage()
        except (TypeError, ValueError):
            told = f"{record.msg} {record.args}"
        if record.name.startswith("assistant"):
            WATCH.look("log record", f"{told} {record.exc_text or record.exc_info or ''}", record.name)


def plant(database: Database, at: Any) -> None:
    """Put the canaries into a shop's database: account, an old conversation, and a fact that they told."""
    with database.write() as session:
        for position, (customer_id, details) in enumerate(PEOPLE.items(), start=20_000):
            session.add(
                CustomerRow(
                    customer_id=customer_id, position=position, email_key=details["email"], created_at=at, **details
                )
            )  # fmt: skip
            own = f"conv_{customer_id}"
            session.add(
                ConversationRow(
                    conversation_id=own, customer_id=customer_id, channel="chat", language=details["language"],
                    status="closed", started_at=at, last_at=at,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                MessageRow(
                    message_id=f"msg_{customer_id}", conversation_id=own, turn_id=f"turn_{customer_id}",
                    author="customer", text=_SAID[customer_id], at=at,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                FactRow(
                    fact_id=f"fact_{customer_id}", customer_id=customer_id, kind="owns",
                    value="Glimmerwhistle" if details["language"] == "en" else "流光哨",
                    message_id=f"msg_{customer_id}", confidence=0.9, at=at, superseded_at=None,
                )
            )  # fmt: skip


def watch_everything() -> None:
    """Look at replies and prompts wherever they are made from now on; safe to call again."""
    from assistant.conversation.assistant import Assistant
    from assistant.models.scripted import ScriptedChatModel
    from tests.models.fault_server import FaultServer

    def ask(real: Callable[..., Any], self: Any, incoming: Any, *args: Any, **more: Any) -> Any:
        WATCH.canary_speaks = incoming.customer_id in PEOPLE
        try:
            reply = real(self, incoming, *args, **more)
        finally:
            WATCH.canary_speaks = False
        WATCH.reply(reply, incoming.customer_id)
        return reply

    def next_line(real: Callable[..., Any], self: Any, messages: Any, *args: Any, **more: Any) -> Any:
        WATCH.look("prompt", "\n".join(str(message.content) for message in messages))
        return real(self, messages, *args, **more)

    def leave(real: Callable[..., Any], self: Any, *args: Any) -> Any:
        for request in self.requests:
            WATCH.look("request to a hosted model", json.dumps(request, ensure_ascii=False))
        return real(self, *args)

    for owner, name, wrapper in (
        (Assistant, "ask", ask),
        (ScriptedChatModel, "next_line", next_line),
        (FaultServer, "__exit__", leave),
        (FaultServer, "reset", leave),
    ):
        real = getattr(owner, name)
        if not hasattr(real, _PATCHED):
            wrapped = functools.wraps(real)(lambda *args, r=real, w=wrapper, **more: w(r, *args, **more))
            setattr(wrapped, _PATCHED, True)
            setattr(owner, name, wrapped)
