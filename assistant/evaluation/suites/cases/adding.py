"""Makes a case of a conversation that was held: what the customer wrote, masked for good, and what was done with it."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.shop.records import Record
from assistant.storage.conversation_tables import ConversationRow, MessageRow, ToolCallRow, TurnRow
from assistant.storage.engine import Database
from assistant.text.masking import Account, Masker

_HEAD = "# yaml-language-server: $schema=../case.schema.json\n"


class HeldTurn(Record):
    """One turn of a conversation: the customer's words, masked, and what they were read as."""

    say: str
    intents: tuple[str, ...]
    tools: tuple[str, ...] = ()


def held_turns(database: Database, conversation_id: str, account: Account | None) -> tuple[str, tuple[HeldTurn, ...]]:
    """Language and turns of a conversation.

    Args:
        database: where it is kept.
        conversation_id: of it.
        account: whose names and addresses are masked too; None for a stranger's conversation.

    Raises:
        CaseError: there is no such conversation, or nobody said anything in it.
    """
    masker = Masker()
    if account is not None:
        masker.learn(account)
    with database.read() as session:
        row = session.get(ConversationRow, conversation_id)
        if row is None:
            raise CaseError(f"there is no conversation {conversation_id!r}", fix="take its id from the desk")
        said = session.scalars(
            select(MessageRow)
            .where(MessageRow.conversation_id == conversation_id, MessageRow.author == "customer")
            .order_by(MessageRow.at, MessageRow.message_id)
        ).all()
        turns = []
        for message in said:
            turn = session.get(TurnRow, message.turn_id)
            calls = session.scalars(
                select(ToolCallRow.name).where(ToolCallRow.turn_id == message.turn_id).order_by(ToolCallRow.position)
            )
            decision: dict[str, Any] = dict(turn.decision) if turn else {}
            intents = tuple(str(each["intent"]) for each in decision.get("intents", ()))
            turns.append(HeldTurn(say=masker.mask(message.text), intents=intents, tools=tuple(dict.fromkeys(calls))))
        language = row.language
    if not turns:
        raise CaseError(f"nobody said anything in {conversation_id!r}", fix="take another conversation")
    return language, tuple(turns)


def case_text(behaviour: str, language: str, turns: Sequence[HeldTurn]) -> str:
    """The file of a case: what was done stands as what is expected, to be put right by whoever adds it."""
    lines = [
        f"{_HEAD}behaviour: {json.dumps(behaviour, ensure_ascii=False)}",
        "kind: dialogue",
        "tags: [from_conversation]",
        "cases:",
        f"  - language: {language}",
        "    note: what is expected is what was done; put it right, and name a customer if one is needed",
        "    turns:",
    ]
    for turn in turns:
        expect: dict[str, Any] = {"intents": list(turn.intents), "does": None, "handoff": None}
        if turn.tools:
            expect["tools"] = [{"name": name} for name in turn.tools if name != "confirm_proposal"]
        lines += [
            f"      - say: {json.dumps(turn.say, ensure_ascii=False)}",
            f"        expect: {json.dumps(expect, ensure_ascii=False)}",
        ]
    return "\n".join(lines) + "\n"


def file_for(folder: Path, behaviour: str) -> Path:
    """The file of a behaviour, named like it.

    Raises:
        CaseError: the sentence is not about the customer, or there is such a file.
    """
    stem = re.sub(r"[^a-z0-9]+", "_", behaviour.lower()).strip("_")
    if not stem.startswith("customer_") or len(stem) < len("customer_") + 3:
        raise CaseError(f"{behaviour!r} is no sentence about the customer", fix='such as "customer asks for a fan"')
    path = folder / f"{stem}.yaml"
    if path.exists():
        raise CaseError(f"{path} is there already", fix="give another sentence, or edit it")
    return path
