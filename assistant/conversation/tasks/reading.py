"""What a message means while a task waits: a yes, a value, a correction, or something else altogether."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.conversation.reading.pointing import without_places
from assistant.conversation.tasks.case import Case
from assistant.conversation.tasks.choice_slot import ChoiceSlot
from assistant.conversation.tasks.forms import Form
from assistant.conversation.tasks.items_slot import positions
from assistant.conversation.tasks.opened_slot import OpenedSlot
from assistant.conversation.tasks.order_slot import OrderSlot, named_anew, tells_when
from assistant.conversation.tasks.part_of_order import whole_or_part
from assistant.conversation.tasks.payment_slot import PaymentSlot
from assistant.conversation.tasks.several import spared
from assistant.conversation.tasks.signals import brief, plain, signals
from assistant.conversation.tasks.slot import Reading, Slot
from assistant.conversation.tasks.stack import stack_move
from assistant.conversation.tasks.variants_slot import VariantsSlot
from assistant.conversation.turn import Move
from assistant.routing.decision import RoutedIntent, RoutingDecision

AMEND: Literal["amend"] = "amend"
_CLAUSE = re.compile(r"\s*(?:[,;:!。，；：！]|\.(?!\d)|\s-)\s*(?=\S)")
_BUTTONS = ("confirm", AMEND, "decline")
"""What the three short answers to a proposal mean."""
_REASONS = ("cancel_reason", "return_reason")
CHANGES = ("cancel_order", "change_address", "change_items", "change_payment", "return_items", "exchange_items")
"""What can be done instead with the same order."""
_LOOKS_AT_PRODUCTS = ("search_product", "product_details", "check_stock", "compare_products")
"""After these "how much is it?" is about a product, not about the proposal."""
_UNSURE = 0.5
_COMPLAINT = "complaint"
"""What a statement about a damaged thing is often read as."""
_WISH = "wish"
_DAMAGE = "damage"
_LONGEST = 900
"""Characters that a description of damage may come to."""
_ORDERS = "orders"
_PAYMENT = "payment_method"
_EMPTY_INTENTS = frozenset({"affirm", "deny"})

Route = Callable[[str], RoutingDecision]


@dataclass(frozen=True)
class Understood:
    """Either a move of the task, or the router's decision on a message that is about something else."""

    move: Move | None = None
    decision: RoutingDecision | None = None


def understand(case: Case, form: Form, route: Route) -> Understood:
    """Read the message as an answer to the task's open question; what answers nothing goes to the router.

    Args:
        case: the task that was talked about last.
        form: its form.
        route: the router, for the whole message.
    """
    text = case.words
    if (move := _plain_move(case, form)) is not None:
        return Understood(move)
    if (asking := signals().asking_for_person(text)) is not None:
        return Understood(decision=route(asking))
    if signals().wants_compensation(text):
        return Understood(decision=route(text))
    if (move := spared(case)) is not None:
        return Understood(move)
    if form.intent == "cancel_order" and (move := whole_or_part(case)) is not None:
        return Understood(move)
    if (fill := _wish_ahead(case, form)) is not None:
        return Understood(fill)
    if case.task.asked in _REASONS and (fill := _answer(case, form, surely=True)) is not None:
        return Understood(fill)
    if (move := stack_move(case)) is not None:
        return Understood(move)
    rest = signals().drops(text)
    if rest is not None:
        return Understood(_choice_after_all(rest, case, form) or Move("drop", rest=rest))
    if (fill := _answer_and_question(case, form) or _answer(case, form, surely=True)) is not None:
        return Understood(fill)
    if _leaves_it(case):
        return Understood(Move("drop"))
    if signals().asks_why(text):
        return Understood(Move("why"))
    more_of_it = signals().adds(text) and form.slot("items") is not None and case.order is not None
    if more_of_it and case.order is not None and positions(text, case.order.items):
        return Understood(changes(case, form) or Move("stuck"))
    if case.task.asked in (_PAYMENT, VariantsSlot.name) and brief(text) and signals().asks_what_it_brings(text):
        return Understood(Move("again"))
    if signals().replaces(text) and (instead := _another_change(case, form, route)) is not None:
        return instead
    if signals().same_again(text) and (another := _same_of_another(case, form, route)) is not None:
        return another
    if signals().asks(text) or signals().adds(text):
        return _by_router(case, form, route)
    fill = (
        _answer(case, form, surely=False)
        or _correction(case, form)
        or _answer_first(case, form)
        or _ahead(case, form)
        or _by_meaning(case, form)
    )
    return Understood(fill) if fill is not None else _by_router(case, form, route)


def _wish_ahead(case: Case, form: Form) -> Move | None:
    """What is wanted for a damaged thing, said as a question while something else is asked ("能换一台吗")."""
    slot = form.slot(_WISH)
    if slot is None or slot.known(case) or case.task.asked == _WISH or not signals().bids(case.words):
        return None
    reading = slot.read(case.words, case)
    return Move("fill", {_WISH: reading.values}) if reading is not None and reading.values else None


def _leaves_it(case: Case) -> bool:
    """Whether a question is answered by leaving everything as it is ("actually no, leave it"); a mere no is no such."""
    bare = len(re.findall(r"[a-z']+|[\u4e00-\u9fff]", plain(case.words))) < 2
    may_be_no = case.task.asked == OpenedSlot.name or case.task.proposal_id
    return not bare and not may_be_no and bool(case.task.asked) and signals().declines(case.words)


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


def _plain_move(case: Case, form: Form) -> Move | None:
    """Yes, no and change, to a proposal that is open and was asked about last."""
    if not case.task.proposal_id or case.task.asked:
        return None
    button = _button(case.task.labels, case.words)
    if button == AMEND:
        return Move(AMEND)
    if button == "confirm" or (button is None and signals().affirms(case.words, form.intent)):
        return Move("confirm")
    if button == "decline" or signals().declines(case.words):
        return Move("decline")
    about_it = brief(case.words) and not OrderSlot().names_a_thing(case.words) and not re.search(r"\d{4}", case.words)
    about_it = about_it and case.turn.state.last_intent not in _LOOKS_AT_PRODUCTS
    return Move("tell") if about_it and signals().asks_what_it_brings(case.words) else None


def _button(labels: Sequence[str], text: str) -> str | None:
    said = plain(text).strip(".。!！ ")
    return next((kind for label, kind in zip(labels, _BUTTONS, strict=False) if plain(label) == said), None)


def _answer(case: Case, form: Form, *, surely: bool) -> Move | None:
    """A value for the slot that was asked for, and for others that the same message gives."""
    slot = form.slot(case.task.asked)
    if slot is None:
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


def _by_meaning(case: Case, form: Form) -> Move | None:
    """An answer in words of the customer's own: "it isn't really my thing"."""
    slot = form.slot(case.task.asked)
    reading = slot.guess(case.words, case) if isinstance(slot, ChoiceSlot) else None
    return None if reading is None or slot is None else Move("fill", {slot.name: reading.values})


def _another_change(case: Case, form: Form, route: Route) -> Understood | None:
    """Another change in the place of this one: "actually change the colour instead"."""
    if changes(case, form) is not None:
        return None
    decision = route(case.words)
    names = [intent.intent for intent in decision.intents]
    another = decision.outcome == "routed" and len(names) == 1 and names[0] not in (form.intent, *form.akin)
    return Understood(decision=decision) if another and names[0] in CHANGES else None


def _same_of_another(case: Case, form: Form, route: Route) -> Understood | None:
    """The same change of another order: "and the same for the fan please"."""
    if any(signals().names(case.words, name) for name in CHANGES if name not in (form.intent, *form.akin)):
        return None
    named = named_anew(case) if form.about_order and case.order is not None else None
    if named is None or named.problem or named.values == case.task.values("order_id"):
        return None
    intent = RoutedIntent(intent=form.intent, agent=_ORDERS, probability=1.0, words=case.turn.masker.mask(case.words))
    return Understood(
        decision=route(case.words).model_copy(update={"outcome": "routed", "readings": (), "intents": (intent,)})
    )


def _choice_after_all(rest: str, case: Case, form: Form) -> Move | None:
    """A choice behind words that alone would give the task up: "never mind then, just refund it"."""
    chooses = isinstance(form.slot(case.task.asked), ChoiceSlot) and brief(rest) and not signals().asks(rest)
    if rest and case.task.proposal_id and not case.task.asked and form.slot(_WISH) and brief(rest):
        found = changes(_with_words(case, rest), form)
        return found if found is not None and _WISH in found.values else None
    return _answer(_with_words(case, rest), form, surely=True) if rest and chooses else None


def _ahead(case: Case, form: Form) -> Move | None:
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


def _answer_and_question(case: Case, form: Form) -> Move | None:
    """An answer that a question or another wish follows: "the fan one. how long will the refund take?"."""
    head, rest = first_clause(case.words)
    wants_more = signals().asks(rest) or signals().adds(rest) or signals().inquires(rest)
    if not rest or not wants_more or signals().asks(head) or signals().adds(head):
        return None
    fill = _answer(_with_words(case, head), form, surely=True)
    return None if fill is None else replace(fill, rest=rest)


def _answer_first(case: Case, form: Form) -> Move | None:
    """An answer whose first clause says it, and more for other slots: "the second one, I ordered it by mistake"."""
    head, rest = first_clause(case.words)
    fill = _answer(_with_words(case, head), form, surely=True) if rest else None
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
    return signals().asks(case.words) and not (len(case.words) <= 20 and bool(reading.values))


def _correction(case: Case, form: Form) -> Move | None:
    """Other values for slots that are filled: "no, the other order", "only the bottle"."""
    meant = signals().corrects(case.words) or case.task.asked == AMEND or (case.task.proposal_id and brief(case.words))
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


def _by_router(case: Case, form: Form, route: Route) -> Understood:
    decision = route(case.words)
    names = {intent.intent for intent in decision.intents}
    elsewhere = decision.outcome == "routed" and not names <= {form.intent, *form.akin, *_EMPTY_INTENTS}
    elsewhere = elsewhere and not all(_hardly_read(intent, case.words) for intent in decision.intents)
    none_of_ours = decision.outcome == "out_of_scope" and signals().asks(case.words)
    if _names_it_again(case, form):
        return Understood(Move("again"))
    if names == {_COMPLAINT} and (more := _more_of_damage(case, form)) is not None:
        return Understood(more, decision)
    if (
        elsewhere
        or none_of_ours
        or (decision.outcome == "routed" and signals().adds(case.words) and form.intent in names)
    ):
        return Understood(decision=decision)
    move = _answer(case, form, surely=False) or _correction(case, form)
    if move is None and names & {form.intent, *form.akin}:
        move = changes(case, form)
    return Understood(move or _more_of_damage(case, form) or Move("stuck"), decision)


def _more_of_damage(case: Case, form: Form) -> Move | None:
    """What else a customer tells of a damaged thing ("I only used it twice"): it belongs to the description."""
    told = case.task.value(_DAMAGE)
    if (
        form.slot(_DAMAGE) is None
        or not told
        or signals().asks(case.words)
        or signals().affirms(case.words, "")
        or signals().declines(case.words)
    ):
        return None
    more = f"{told} {case.words.strip()}"
    return Move("fill", {_DAMAGE: (more,)}, problem=("tasks/told_too", {})) if len(more) <= _LONGEST else None


def _hardly_read(intent: RoutedIntent, words: str) -> bool:
    """Whether another change was read into words that don't name it, and not surely."""
    return intent.intent in CHANGES and intent.probability < _UNSURE and not signals().names(words, intent.intent)


def _names_it_again(case: Case, form: Form) -> bool:
    """Whether a message only says once more which order or piece is meant ("the Aria 300", "上个月买的那个")."""
    order = case.order
    if order is None or not case.task.asked or not brief(case.words) or signals().asks(case.words):
        return False
    named = named_anew(case) if tells_when(case.words) else None
    if named is not None and named.values == (order.order_id,):
        return True
    if form.slot("items") is None:
        return False
    return positions(case.words, order.items) == list(case.positions) != [] and not signals().asks(case.words)


def _trial(case: Case) -> Case:
    """The case with a copy of its task, to try readings on."""
    return replace(case, task=case.task.model_copy(deep=True))
