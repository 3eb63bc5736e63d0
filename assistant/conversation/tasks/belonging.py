"""What belongs to a change that is asked for in the same message: "return the towels, refund to paypal".

The router cuts a message where a new request may begin, and "refund to paypal" alone does look like one. But a part
that only gives a value which the change needs (a method, a reason, a colour, an address) says how the change shall
be made; it is no request of its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.payment import PaymentSlot
from assistant.conversation.tasks.forms import FORMS, Form
from assistant.routing.decision import RoutedIntent

_SUBJECTS = ("order_id", "items")
"""Slots that say what a change is about: another request names these as well, so they don't tell."""
_NEWS_OF_MONEY = "refund_status"
_BRINGS_MONEY = ("cancel_order", "return_items")
_ASKS_FOR_NEWS = re.compile(
    r"\b(?:when|where|how|status|yet|still|long|never|ha(?:ven|sn)['’]?t|ha(?:ve|s) not"
    r"|didn['’]?t (?:get|receive|come))\b|多久|什么时候|何时|几天|哪|还没|没到|没收到|没退|到账|进度",
    re.I | re.A,
)
"""Else "can you cancel it and refund me?" is one wish."""
_OF_DAMAGE = ("returns_policy", "return_items", "exchange_items", "refund_status")
"""What a part that only says what shall become of a damaged thing is read as."""
_MONEY = PaymentSlot("refund", lambda _case: None)

CaseFor = Callable[[RoutedIntent], Case]


def gathered(
    intents: Sequence[RoutedIntent],
    case_for: CaseFor,
    is_change: Callable[[RoutedIntent], bool],
    forms: Mapping[str, Form] = FORMS,
) -> tuple[RoutedIntent, ...]:
    """The requests of a message, each change with the parts that give it values.

    Args:
        intents: requests in the order of the message.
        case_for: the case of a change, filled from its own words.
        is_change: whether a request is served by a form.
        forms: by intent.
    """
    kept: list[RoutedIntent] = []
    waiting: list[RoutedIntent] = []
    for intent in intents:
        before = kept[-1] if kept else None
        changing = is_change(intent)
        if before is not None and is_change(before) and belongs(intent, before, case_for, changing, forms):
            kept[-1] = _joined(before, intent)
        elif waiting and changing and all(belongs(one, intent, case_for, False, forms) for one in waiting):
            kept = [*kept[: -len(waiting)], _joined(*waiting, intent, leading=len(waiting))]
            waiting = []
        else:
            kept.append(intent)
            waiting = [] if changing else [*waiting, intent]
    return tuple(kept)


def belongs(
    part: RoutedIntent, change: RoutedIntent, case_for: CaseFor, changing: bool, forms: Mapping[str, Form] = FORMS
) -> bool:
    """Whether a part of a message does no more than give a value to a change of the same message.

    Args:
        changing: whether the part is a change itself.
    """
    form = forms[change.intent]
    if part.intent == _NEWS_OF_MONEY and (form.intent in _BRINGS_MONEY or _ASKS_FOR_NEWS.search(part.words)):
        return _ASKS_FOR_NEWS.search(part.words) is None
    if form.intent == "report_damaged" and part.intent in _OF_DAMAGE and not OrderSlot().names_a_thing(part.words):
        return True  # "the left one has no sound, can I return it?" wishes for money
    if changing and part.intent not in (form.intent, *form.akin) and _asks_for_itself(part.words):
        return False
    if signals().asks(part.words) or signals().adds(part.words) or signals().inquires(part.words):
        return False
    return gives_value(part.words, case_for(change), form)


def _asks_for_itself(words: str) -> bool:
    """Whether words name a thing or wish for something; "it's faulty" does neither."""
    return signals().wishes(words) or OrderSlot().names_a_thing(words)


def gives_value(words: str, case: Case, form: Form) -> bool:
    """Whether words hold a value for a slot that says how the change shall be made.

    Where the money goes is said beside every change of an order, also where the shop decides it (the card tells).
    """
    case.words = words
    slots = [slot for slot in form.slots if slot.name not in _SUBJECTS and slot.needed(case)]
    if form.about_order and form.slot(_MONEY.name) is None:
        slots.append(_MONEY)
    readings = [(slot, slot.read(words, case)) for slot in slots]
    return any(reading is not None and (reading.sure or slot.name == "address") for slot, reading in readings)


def _joined(*parts: RoutedIntent, leading: int = 0) -> RoutedIntent:
    """The change, with the words of all parts; `leading` parts stand before it."""
    change = parts[leading]
    slots = {slot.name: slot for part in (*parts[:leading], *parts[leading + 1 :], change) for slot in part.slots}
    own = {slot.name for slot in change.slots}
    kept = tuple(slot for slot in slots.values() if slot.name in own)
    return change.model_copy(update={"words": _sentence(part.words for part in parts), "slots": kept})


def _sentence(parts: Iterable[str]) -> str:
    """The parts behind each other, set off where they don't end in a mark of their own."""
    said = ""
    for part in parts:
        joint = "" if not said else " " if said[-1] in ".,;!?。，；！？、" else ", "
        said += joint + part.strip()
    return said
