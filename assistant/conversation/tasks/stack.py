"""What a message says of the tasks that wait: which it means, gives up or goes back to."""

from collections.abc import Sequence

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.state import Task
from assistant.conversation.turn import Move

_WISHES = ("cancel_order", "return_items", "exchange_items")
"""Changes that a message may want instead of the one that it gives up ("算了，取消椅子")."""


def stack_move(case: Case) -> Move | None:
    """What the message does with whole tasks; None where it speaks of none."""
    text, tasks = case.words, case.turn.state.tasks
    if signals().drops_all(text):
        return Move("drop_all")
    if signals().asks(text) and not signals().asks_where_we_were(text):
        return None
    if signals().drops_named(text):
        return _dropped(text, case, tasks)
    if not signals().goes_back(text):
        return None
    if (named := named_task(text, tasks)) is not None:
        return Move("switch", which=named)
    return Move("again") if signals().asks_where_we_were(text) else None


def named_task(text: str, tasks: Sequence[Task]) -> int | None:
    """Place of the one task that a message names by what it is; the last of several of a kind."""
    named = {task.intent: at for at, task in enumerate(tasks) if signals().names(text, task.intent)}
    if "change_profile" in named and "change_address" in named:
        del named["change_address"]
    return next(iter(named.values())) if len(named) == 1 else None


def _dropped(text: str, case: Case, tasks: Sequence[Task]) -> Move | None:
    """The task that is given up; none where only some of its pieces are ("not the bottle after all")."""
    named = named_task(text, tasks)
    if named is not None and tasks[named] is not case.task:
        return Move("drop", which=named)
    order = case.order
    pieces = set(named_pieces(text, order.items)) if order is not None else set()
    if pieces and not any(signals().names(text, name) for name in _WISHES if name != case.task.intent):
        return Move("drop") if case.positions and set(case.positions) <= pieces else None
    return Move("drop", which=named) if named is not None else None
