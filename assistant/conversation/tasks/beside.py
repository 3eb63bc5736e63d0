"""What a task knows from beside it: what was said of several orders at once, and what "it" was in the turns before."""

from collections.abc import Mapping
from dataclasses import replace

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.state import Filled, Task
from assistant.conversation.tasks.forms import Form
from assistant.text.language import has_han

_OF_ONE_ORDER = ("order_id", "items", "variants", "opened")
"""Slots whose values mean nothing for another order."""
_ALIKE = ("change_address", "change_payment", "cancel_order")
"""Changes that "too" makes alike: to the same address, by the same card, for the same reason."""
_OF_IT = ("return_items", "exchange_items", "change_items")
_BARE_HAN, _BARE_WORDS = 6, 4
_LOOKS_BACK = 3
"""In how many of the customer's last messages the thing is looked for that "it" means."""


def told_alike(task: Task) -> dict[str, Filled]:
    """What is known of a task that holds for the same change of another order."""
    return {name: filled for name, filled in task.slots.items() if name not in _OF_ONE_ORDER}


def tell_siblings(case: Case, form: Form, values: Mapping[str, tuple[str, ...]]) -> None:
    """What was said of several orders at once holds for each of them: "both; I don't need them any more"."""
    told = {name: value for name, value in values.items() if name not in _OF_ONE_ORDER}
    words = case.turn.masker.mask(case.words)
    known = {name: Filled(values=value, words=words) for name, value in told.items()}
    for task in case.turn.state.tasks:
        if task is not case.task and task.intent == form.intent and task.utterance == case.task.utterance:
            task.slots = {**known, **task.slots}


def carry_over(case: Case, form: Form) -> None:
    """Fill in what is known from the task that this one takes the place of, or does the same as ("and the fan too").

    A task that was given up in the same message leaves its order and its pieces to the next; "the same for the fan"
    takes all but these from the task of the same kind that was last begun or carried out.
    """
    dropped = case.turn.dropped
    if dropped is not None and not case.task.slots and not OrderSlot().names_a_thing(case.words):
        kept = {name: dropped.slots[name] for name in ("order_id", "items") if name in dropped.slots}
        case.task.slots = {name: filled for name, filled in kept.items() if form.slot(name) is not None}
        if (order := case.order) is not None and not case.allows(order):
            case.task.slots = {}
        if dropped.intent == "report_damaged" and dropped.value("damage") and form.slot("return_reason") is not None:
            case.fill("return_reason", ("faulty",), dropped.utterance)
    too = signals().adds(case.words) and form.intent in _ALIKE
    if not too and not signals().same_again(case.words):
        return
    done = case.turn.state.last_done
    before = [*([done] if done is not None else []), *case.turn.state.tasks]
    alike = [task for task in before if task.intent == form.intent and task is not case.task and task.slots]
    open_order = form.about_order and not case.task.values("order_id")
    named = OrderSlot().read(case.words, case) if open_order and alike else None
    if named is not None and named.values:
        case.fill("order_id", named.values, case.task.utterance)
    if alike:
        told = {name: filled for name, filled in alike[-1].slots.items() if name not in _OF_ONE_ORDER}
        case.task.slots = {**told, **case.task.slots}


def _bare(words: str) -> bool:
    """Whether a wish names nothing at all ("那就退吧", "return please"): it means what was just talked about."""
    return len(words.strip()) <= _BARE_HAN if has_han(words) else len(words.split()) <= _BARE_WORDS


def subject_from_before(case: Case, form: Form) -> None:
    """Fill in what "it" is: the order or the piece that the customer named in the messages before."""
    if OrderSlot().names_a_thing(case.words):
        return
    back = 1 if form.intent == "report_damaged" else _LOOKS_BACK if _bare(case.words) and form.intent in _OF_IT else 0
    back = _LOOKS_BACK if signals().points_back(case.words) else back
    said_before = [said.text for said in case.turn.history if said.author == "customer"]
    before = said_before[-back:] if back else []
    for said in reversed(before):
        earlier = replace(case, words=case.turn.masker.unmask(said))
        if _bare(case.words) and not OrderSlot().names_a_thing(earlier.words):
            continue
        for name in ("order_id", "items"):
            slot = form.slot(name)
            reading = slot.read(earlier.words, earlier) if slot is not None and not case.task.values(name) else None
            if reading is not None and len(reading.values) == 1:
                case.fill(name, reading.values, said)
        if case.task.slots:
            return
