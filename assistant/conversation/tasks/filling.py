"""Values that a message gives to the slots of a task: answers, corrections, and what is told ahead of its question."""

import re
from dataclasses import replace
from typing import Literal

from assistant.conversation.reading.pointing import without_places
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.choice import ChoiceSlot
from assistant.conversation.slots.items import positions
from assistant.conversation.slots.opened import OpenedSlot
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.payment import PaymentSlot
from assistant.conversation.slots.slot import Reading, Slot
from assistant.conversation.slots.variants import VariantsSlot
from assistant.conversation.tasks.forms import FORMS, Form
from assistant.conversation.turn import Move

AMEND: Literal["amend"] = "amend"
_CLAUSE = re.compile(
    r"\s*(?:[,;:!。，；：！]|\.(?!\d)|\s-)\s*(?=\S)|\s+(?=(?:and )?also\b|while you're at it\b)"
    r"|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=顺便|另外再)",
    re.IGNORECASE,
)
_WISH = "wish"
_KEPT = re.compile(r"\b(?:keep|leave|stay)\b|不动|留着|留下|保留|不取消|不退|不换|别取消|别退")
DEEDS = {
    "return_items": re.compile(r"\b(?:return|send (?:\w+ )?back|give (?:\w+ )?back)\b|退"),
    "exchange_items": re.compile(r"\b(?:exchange|swap)\b|换"),
    "cancel_order": re.compile(r"\bcancel\w*\b|取消"),
}
"""What is done with an order, as questions name it."""
_TRIED = re.compile(r"\b(?:tried|already|still)\b|试过|换过|还是|依然")
"""Tells what was tried, rather than what is wanted."""
_COMPARES = re.compile(
    r"\b(?:faster|quicker|sooner|better|easier|which is|what is the)\b"
    r"|(?:快|好|划算|方便|省事|合适)(?:一?[点些])?.{0,3}还是|哪个更?(?:快|好)"
)
"""Asks for the better of two answers, and gives neither."""
_DAMAGE = "damage"
_LONGEST = 900
"""Characters that a description of damage may come to."""


def changes(case: Case, form: Form, *, only_empty: bool = False) -> Move | None:
    """All slots that a message gives other values; what rests on a changed slot is read anew."""
    trial = _trial(case)
    words = case.words
    values: dict[str, tuple[str, ...]] = {}
    problem: Reading | None = None
    for slot in form.slots:
        if not slot.needed(trial) or (only_empty and slot.known(trial)):
            continue
        reading = slot.read(words, trial)
        if reading is None:
            continue
        problem = reading if reading.problem else problem
        if reading.values and reading.values != trial.task.values(slot.name):
            values[slot.name] = reading.values
            trial.fill(slot.name, reading.values)
            form.forget_dependants(slot.name, trial)
            words = without_places(words) if reading.by_place else words
    if not values and problem is None:
        return None
    said = (problem.problem, dict(problem.details)) if problem else None
    return Move("fill", values, problem=said)


def answer(case: Case, form: Form, *, surely: bool) -> Move | None:
    """A value for the slot that was asked for, and for others that the same message gives."""
    slot = form.slot(case.task.asked)
    if slot is None:
        return None
    if isinstance(slot, OrderSlot) and signals().asks(case.words) and _names_another(case.words, form):
        return None
    reading = slot.read(case.words, case)
    if reading is None or (surely and not reading.sure) or (surely and _is_question_about_else(case, reading)):
        return None
    said = (reading.problem, dict(reading.details)) if reading.problem else None
    if said is not None and not reading.values:
        return Move("fill", problem=said)
    trial = _trial(case)
    trial.fill(slot.name, reading.values)
    form.forget_dependants(slot.name, trial)
    trial.task.asked = ""
    trial.words = without_places(trial.words) if reading.by_place else trial.words
    more = changes(trial, form, only_empty=True)
    return Move("fill", {slot.name: reading.values, **(more.values if more else {})}, problem=said)


def plain_reason(case: Case, form: Form) -> Move | None:
    """The reason that claims nothing, where a reason was asked for and the answer brings none; None elsewhere."""
    slot = form.slot(case.task.asked)
    if not isinstance(slot, ChoiceSlot) or slot.otherwise is None:
        return None
    said: dict[str, object] = {"reason": case.texts.word(slot.name, slot.otherwise)}
    return Move("fill", {slot.name: (slot.otherwise,)}, problem=("tasks/reason_taken", said))


def by_meaning(case: Case, form: Form) -> Move | None:
    """An answer in words of the customer's own: "it isn't really my thing"."""
    slot = form.slot(case.task.asked)
    if _KEPT.search(plain(case.words)):  # "leave everything as it is" is no reason for changing it
        return None
    order = case.order
    if order is not None and case.positions and set(positions(case.words, order.items)) - set(case.positions):
        return None  # "and the kettle? I boiled water in it once" tells nothing of the lamp
    tells = case.task.asked == _WISH and (signals().tells_damage(case.words) or _TRIED.search(plain(case.words)))
    reading = slot.guess(case.words, case) if isinstance(slot, ChoiceSlot) and not tells else None
    return None if reading is None or slot is None else Move("fill", {slot.name: reading.values})


def choice_after_all(rest: str, case: Case, form: Form) -> Move | None:
    """A choice behind words that alone would give the task up: "never mind then, just refund it"."""
    chooses = isinstance(form.slot(case.task.asked), ChoiceSlot) and brief(rest) and not signals().asks(rest)
    if rest and case.task.proposal_id and not case.task.asked and form.slot(_WISH) and brief(rest):
        found = changes(_with_words(case, rest), form)
        return found if found is not None and _WISH in found.values else None
    if rest and chooses:
        return answer(_with_words(case, rest), form, surely=True)
    other = [name for name in FORMS if name not in (form.intent, *form.akin) and signals().names(rest, name)]
    meant = case.task.asked in ("items", "order_id") and rest and brief(rest) and not signals().asks(rest) and not other
    found = answer(_with_words(case, rest), form, surely=True) if meant else None
    return found if found is not None and found.values else None


def wish_ahead(case: Case, form: Form) -> Move | None:
    """What is wanted for a damaged thing, said as a question while something else is asked ("能换一台吗")."""
    slot = form.slot(_WISH)
    if slot is None or slot.known(case) or case.task.asked == _WISH or not signals().bids(case.words):
        return None
    reading = slot.read(case.words, case)
    return Move("fill", {_WISH: reading.values}) if reading is not None and reading.values else None


def told_ahead(case: Case, form: Form) -> Move | None:
    """What is told while something else is asked: a reason before it is known for which order, a broken seal."""
    asked = form.slot(case.task.asked)
    if asked is None:
        return None
    told = {
        slot.name: reading.values
        for slot in form.slots
        if slot is not asked
        and _can_be_told(slot, asked)
        and not slot.known(case)
        and (reading := slot.read(case.words, case))
    }
    return Move("fill", told) if told else None


def _can_be_told(slot: Slot, asked: Slot) -> bool:
    if isinstance(slot, OpenedSlot | PaymentSlot):
        return True
    return isinstance(slot, ChoiceSlot) and not isinstance(asked, ChoiceSlot)


def answer_and_question(case: Case, form: Form) -> Move | None:
    """An answer that a question or another wish follows: "the fan one. how long will the refund take?"."""
    head, rest = first_clause(signals().meant(case.words))
    if rest and form.slot(VariantsSlot.name) and signals().asks_what_it_brings(rest):
        return answer(_with_words(case, head), form, surely=True)  # what is shown next tells that
    adds = signals().adds(rest) and not OrderSlot().names_a_thing(rest)
    wants_more = signals().asks(rest) or adds or signals().inquires(rest)
    if not rest or not wants_more or signals().asks(head) or signals().adds(head):
        return None
    said = _with_words(case, head)
    fill = answer(said, form, surely=True) or told_ahead(said, form)
    return None if fill is None else replace(fill, rest=rest)


def answer_first(case: Case, form: Form) -> Move | None:
    """An answer whose first clause says it, and more for other slots: "the second one, I ordered it by mistake"."""
    head, rest = first_clause(case.words)
    fill = answer(_with_words(case, head), form, surely=True) if rest else None
    if fill is None or fill.problem is not None:
        return fill
    trial = _trial(case)
    for name, values in fill.values.items():
        trial.fill(name, values)
        form.forget_dependants(name, trial)
    trial.task.asked = ""
    trial.words = without_places(trial.words) if OrderSlot.name in fill.values else trial.words
    more = changes(trial, form, only_empty=True)
    return replace(fill, values={**(more.values if more else {}), **fill.values})


def first_clause(text: str) -> tuple[str, str]:
    """A message cut behind its first clause; the second part is empty where there is only one."""
    match = _CLAUSE.search(text.strip())
    return (text.strip(), "") if match is None else (text.strip()[: match.start()], text.strip()[match.end() :])


def _with_words(case: Case, words: str) -> Case:
    trial = _trial(case)
    trial.words = words
    return trial


def _is_question_about_else(case: Case, reading: Reading) -> bool:
    """A question that merely holds a value: "is the blue one waterproof?"; "can you send me a new one?" is a wish."""
    if case.task.asked == _WISH and signals().bids(case.words):
        return False
    if case.task.asked == OrderSlot.name and signals().asks_where(case.words):
        return True
    if signals().asks(case.words) and _COMPARES.search(plain(case.words)):
        return True
    if case.task.asked == VariantsSlot.name and signals().asks_for_one(case.words):
        return False
    return signals().asks(case.words) and not (len(case.words) <= 20 and bool(reading.values))


def _names_another(words: str, form: Form) -> bool:
    """Whether a question is about another change than this one ("车载支架还能退吗" in the midst of an exchange)."""
    if form.slot(_WISH) is not None:
        return False
    named = {name for name, pattern in DEEDS.items() if pattern.search(plain(words))}
    return bool(named) and form.intent in (*DEEDS, "change_items") and form.intent not in named


def correction(case: Case, form: Form) -> Move | None:
    """Other values for slots that are filled: "no, the other order", "only the bottle"."""
    adds_to = case.task.proposal_id or (case.task.asked == PaymentSlot.name and not signals().asks(case.words))
    meant = signals().corrects(case.words) or case.task.asked == AMEND or (adds_to and brief(case.words))
    if not meant:
        return None
    found = changes(case, form)
    order = case.order
    some = positions(case.words, order.items) if order is not None and form.intent == "cancel_order" else []
    if found is None and order is not None and 0 < len(some) < len(order.items):
        return Move("fill", problem=("tasks/whole_order_only", {}))
    return found or (_said_again(case, form) if brief(case.words) else None)


def _said_again(case: Case, form: Form) -> Move | None:
    """What the customer wants as it is already, such as the payment method of the proposal."""
    for slot in form.slots:
        known = case.task.values(slot.name)
        reading = slot.read(case.words, case) if known and slot.needed(case) else None
        if reading is not None and reading.values == known:
            return Move("fill", {slot.name: known})
    return None


def more_of_damage(case: Case, form: Form) -> Move | None:
    """What else a customer tells of a damaged thing ("I only used it twice"): it belongs to the description."""
    told = case.task.value(_DAMAGE)
    if (
        form.slot(_DAMAGE) is None
        or not told
        or signals().asks(case.words)
        or signals().affirms(case.words, "")
        or signals().accepts(case.words)
        or signals().declines(case.words)
        or signals().replaces(case.words)
    ):
        return None
    more = f"{told} {case.words.strip()}"
    return Move("fill", {_DAMAGE: (more,)}, problem=("tasks/told_too", {})) if len(more) <= _LONGEST else None


def _trial(case: Case) -> Case:
    """The case with a copy of its task, to try readings on."""
    return replace(case, task=case.task.model_copy(deep=True))
