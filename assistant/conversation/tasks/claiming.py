"""Claims under the warranty: code tells until when a thing is covered, a person decides; the case is prepared for them.

A thing that came damaged is reported by a form; what broke later, or shall be repaired, goes to a person with the
order, the day of delivery, the fault in the customer's words and what they wish.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.talk.offering import offer_person
from assistant.conversation.tasks.forms import Form
from assistant.conversation.turn import Served
from assistant.routing.decision import RoutedIntent
from assistant.shop.changes.windows import delivered_on, warranty_until
from assistant.shop.records import Order, OrderItem

_REPAIR = re.compile(
    r"\b(?:want|like|prefer|need|please|rather|just|can|could|will|would|then|to)\b.{0,30}\b(?:repair|fix|mend)\b"
    r"|\b(?:get|have|want|like|need) (?:it|this|that|them|(?:my|the) [\w ]{1,30}?) (?:repaired|fixed|mended)\b"
    r"|^\W*(?:repair|fix|mend) (?:it|this|that|them|my|the)\b"
    r"|(?:想|要|帮我|给我|帮忙|替我|申请|先|那就?|还是|麻烦|可以|能)[^，,。]{0,6}(?:报修|维修|返修|送修|修一?下|修理|修修)|报修"
)
_PARTS = re.compile(r"[,;.!，；。！、]+|\b(?:and|but|while)\b", re.IGNORECASE)
_NOT_NOW = re.compile(
    r"\b(?:how (?:long|much|do|does|can)|who|where|when|what|does|do you|are you|or replace|or a new|is it)\b"
    r"|多久|多少|几天|怎么|哪|谁|还是换|要钱|收费|费用"
)
"""Asks about repairs, rather than for one."""
_LOOKS_BACK = 3
_COVERED = re.compile(r"\b(?:cover(?:ed|s)?|warranty|guaranteed?)\b|保修|质保|过保|在保|保固")
_UNTIL_WHEN = re.compile(
    r"\b(?:still|until when|till when|run out|expired?|in warranty|under (?:the )?(?:warranty|guarantee))\b"
    r"|还在|保修(?:期内|到)|过保|质保期内|在保"
)
_HOW_IT_IS = re.compile(
    r"\b(?:claim|repair\w*|fix\w*|what (?:is|does|isn't|exactly)|include\w*|extend\w*|send|postage|register"
    r"|prove|proof)\b"
    r"|怎么|(?<!保)修|范围|包括|延保|寄|运费|凭证|发票"
)
"""Asks how warranties work, not how long theirs runs."""


def asks_until_when(text: str) -> bool:
    """Whether a question about a warranty is answered by its last day ("am I still covered?")."""
    return _UNTIL_WHEN.search(plain(text)) is not None


def wants_repair(text: str) -> bool:
    """Whether a message wishes that something is repaired ("I'd like it fixed, not replaced")."""
    said = plain(text)
    return _REPAIR.search(said) is not None and _NOT_NOW.search(said) is None


def adds_damage(text: str) -> bool:
    """Whether a message tells of damage beside some that was told before ("the bottle leaks too", "水瓶也漏水")."""
    return signals().adds(text) or ("也" in text and signals().tells_damage(text))


def damaged_parts(text: str) -> tuple[str, ...]:
    """The parts of a message that tell of different damaged things ("the towel has a hole and the bottle leaks").

    Empty where it tells of one.
    """
    parts = [part.strip() for part in _PARTS.split(text)]
    told = tuple(part for part in parts if OrderSlot().names_a_thing(part) and signals().tells_damage(part))
    return told if len(told) > 1 else ()


def claim(case: Case, form: Form, intent: RoutedIntent) -> Served | None:
    """That a person decides, and the offer to pass the case on; None where the report can be made by its form.

    That is so where the thing came too long ago for a report of damage on arrival, and where it shall be repaired.
    """
    if form.intent != "report_damaged" or case.order is None or not case.pieces:
        return None
    piece, order = case.pieces[0], case.order
    came = delivered_on(order, piece.item_id)
    report_until = came + timedelta(days=case.policy.damaged_items.damage_report_days) if came else None
    late = report_until is not None and case.now.date() > report_until
    fault = case.task.value("damage")
    repair = any(wants_repair(said) for said in (case.turn.incoming.text, case.task.utterance))
    if not late and not (repair and fault):
        return None
    until = _until(case, piece, came)
    over = until is not None and case.now.date() > until
    rules = case.policy.warranty
    said: dict[str, object] = {
        "item": case.views.piece(piece),
        "delivered": case.views.date(came) if came else "",
        "until": case.views.date(until) if until else "",
        "days": rules.repair_business_days if rules else 0,
        "over": over,
        "repair": repair,
        "fault": bool(fault),
    }
    case.turn.state.claim = "" if over else _for_desk(order, piece, came, until, fault, repair)
    return for_person(Served(intent, reply=("tasks/claim", said)), case)


def for_person(served: Served, case: Case) -> Served:
    """Words that offer a person: the customer's yes brings one."""
    others = [task for task in case.turn.state.tasks if task is not case.task]
    if not others:
        case.turn.state.tasks = []
        served.quick_replies = offer_person(case.turn, case.texts, case.task.utterance)
    return served


def own_warranty(case: Case, intent: RoutedIntent) -> Served | None:
    """Until when the one thing is covered that a question is about; None where it asks something else, or of none."""
    said = plain(case.words)
    if not _COVERED.search(said) or _HOW_IT_IS.search(said) or not (signals().asks(said) or signals().inquires(said)):
        return None
    found = _meant(case)
    if found is None:
        return None
    order, piece = found
    came = delivered_on(order, piece.item_id)
    until = _until(case, piece, came)
    if came is None or until is None:
        return None
    case.turn.state.last_order, case.turn.state.last_product = str(order.order_id), str(piece.product_id)
    told = {"item": case.views.piece(piece), "delivered": case.views.date(came), "until": case.views.date(until)}
    return Served(intent, reply=("own_warranty", {**told, "over": case.now.date() > until}))


def _meant(case: Case) -> tuple[Order, OrderItem] | None:
    """The one piece that arrived and that words name, or that was talked about."""
    state = case.turn.state
    arrived = [(o, i) for o in case.orders for i in o.items if delivered_on(o, i.item_id)]
    if OrderSlot().names_a_thing(case.words):
        fitting = [(o, o.items[at]) for o in case.orders for at in named_pieces(case.words, o.items)]
        found = [pair for pair in arrived if pair in fitting]
    else:
        of_order = [pair for pair in arrived if str(pair[0].order_id) == state.last_order]
        found = [pair for pair in of_order or arrived if str(pair[1].product_id) == state.last_product]
        found = found or (of_order if len(of_order) == 1 else [])
    return found[0] if len(found) == 1 else _spoken_of(case, arrived)


def _spoken_of(case: Case, arrived: Sequence[tuple[Order, OrderItem]]) -> tuple[Order, OrderItem] | None:
    """The one piece that the customer named in the messages before, where these words name none."""
    if OrderSlot().names_a_thing(case.words):
        return None
    before = [said.text for said in case.turn.history if said.author == "customer"][-_LOOKS_BACK:]
    for said in reversed(before):
        if OrderSlot().names_a_thing(said):
            named = [(o, o.items[at]) for o in case.orders for at in named_pieces(said, o.items)]
            found = [pair for pair in arrived if pair in named]
            return found[0] if len(found) == 1 else None
    return None


def _until(case: Case, piece: OrderItem, came: date | None) -> date | None:
    product = case.product(piece)
    return warranty_until(case.policy, product.kind, came) if product is not None and came is not None else None


def _for_desk(order: Order, piece: OrderItem, came: date | None, until: date | None, fault: str, repair: bool) -> str:
    """The case in a line, in English like all that the desk is told by code."""
    days = f", delivered {came}" if came else ""
    days += f", warranty until {until}" if until else ""
    told = f"; the fault: {fault}" if fault else ""
    return f"a warranty claim: {piece.name} of {order.order_id}{days}{told}{'; wants it repaired' if repair else ''}"
