"""Plays tasks and compares the shop's end state with what the task says must differ (Yao et al. 2024)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from assistant.conversation.assistant import Assistant
from assistant.conversation.reply import Incoming, Reply
from assistant.errors import OperatorError
from assistant.evaluation.card_player import CardPlayer, CustomerCard
from assistant.evaluation.retail.exam import changed_rows, plain
from assistant.evaluation.tau.customer import ScriptedCustomer
from assistant.evaluation.tau.errands import errand_of
from assistant.ids import CustomerId
from assistant.shop.importers import tau_retail
from assistant.shop.records import Record
from assistant.storage.engine import Database

Json = dict[str, Any]

_LONGEST = 16
"""Messages of a customer in one task."""


class TauTurn(Record):
    """A message and its answer."""

    say: str
    text: str


class TauResult(Record):
    """A task, played once.

    Attributes:
        passed: whether every row of the database is as the task says, and no other differs.
        wrong: rows that are not as they must be.
        strayed: what a model as customer said against its card.
    """

    task: str
    repeat: int
    passed: bool
    wrong: tuple[str, ...]
    turns: tuple[TauTurn, ...]
    model_calls: int
    tokens: int
    strayed: tuple[str, ...] = ()


class TauHouse(Protocol):
    """What playing needs of the wiring; its database holds the benchmark's shop."""

    @property
    def assistant(self) -> Assistant: ...
    @property
    def database(self) -> Database: ...


def read_tasks(path: Path) -> tuple[Json, ...]:
    """The tasks of a JSONL file that the benchmark's own tools can do.

    Raises:
        OperatorError: it can't be read.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise OperatorError(f"{path} can't be read: {error}", fix="give a JSONL file of tasks") from None
    return tuple(row for row in rows if row["actions"] and not row.get("gold_errors"))


def play(
    house: TauHouse,
    task: Json,
    data: Json,
    repeat: int = 0,
    player_of: Callable[[CustomerCard], CardPlayer] | None = None,
) -> TauResult:
    """Play one task; the database must be as `data` before.

    Args:
        house: the parts.
        task: with `user_id`, `actions` and `expected_changed`.
        data: the benchmark's database.
        repeat: which of several tries it is.
        player_of: a model that plays the customer from the task's instruction; None: the scripted customer.
    """
    customer_id = CustomerId(task["user_id"])
    turns: list[tuple[str, Reply]] = []
    strayed: tuple[str, ...] = ()
    if player_of is not None:
        player = player_of(CustomerCard(text=str(task["instruction"]), longest=_LONGEST))
        turns += _talked(house.assistant, player, customer_id)
        strayed = player.strayed()
    for action in task["actions"] if player_of is None else ():
        errand = errand_of(action, data, customer_id)
        if errand is not None:
            turns += _talk(house.assistant, ScriptedCustomer(errand), customer_id)
    with house.database.read() as session:
        after = tau_retail.database_of(session)
    found, wanted = changed_rows(data, after), plain(task["expected_changed"])
    return TauResult(
        task=str(task["id"]),
        repeat=repeat,
        passed=found == wanted,
        wrong=tuple(different(found, wanted)),
        turns=tuple(TauTurn(say=say, text=reply.text) for say, reply in turns),
        model_calls=sum(reply.model_calls for _, reply in turns),
        tokens=sum(reply.input_tokens + reply.output_tokens for _, reply in turns),
        strayed=strayed,
    )


def _talk(assistant: Assistant, customer: ScriptedCustomer, customer_id: CustomerId) -> Iterator[tuple[str, Reply]]:
    """One errand, in a conversation of its own."""
    last: Reply | None = None
    while say := customer.answer(last):
        conversation = last.conversation_id if last else None
        last = assistant.ask(Incoming(text=say, customer_id=customer_id, conversation_id=conversation))
        yield say, last


def _talked(assistant: Assistant, player: CardPlayer, customer_id: CustomerId) -> Iterator[tuple[str, Reply]]:
    """A whole task, in one conversation, with a model as customer."""
    last: Reply | None = None
    while say := player.next(last.text if last else None):
        conversation = last.conversation_id if last else None
        last = assistant.ask(Incoming(text=say, customer_id=customer_id, conversation_id=conversation))
        yield say, last
        if last.handoff:
            player.taken_over()
            return


def different(found: Json, wanted: Json) -> Iterator[str]:
    """The rows that are not as they must be."""
    for part in sorted(found.keys() | wanted.keys()):
        old, new = found.get(part, {}), wanted.get(part, {})
        yield from (f"{part} {key}" for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key))
