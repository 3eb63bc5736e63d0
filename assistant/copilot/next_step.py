"""What an agent should do next, by rules over what was looked up: each key has its words in `prompts/copilot/`."""

from collections.abc import Sequence
from datetime import date

from assistant.conversation.tasks.forms import FORMS
from assistant.copilot.look_up import Looked
from assistant.copilot.parcels import is_in_trouble
from assistant.copilot.requests import Wanted
from assistant.copilot.situation import Situation
from assistant.copilot.wording import Worded
from assistant.shop.records import Order, OrderStatus
from assistant.tools.results import RefundResult

PROPOSALS = {
    "cancel_order": "propose_cancel",
    "change_address": "propose_address",
    "change_items": "propose_items",
    "change_payment": "propose_payment",
    "return_items": "propose_return",
    "exchange_items": "propose_exchange",
    "reorder": "propose_reorder",
    "request_invoice": "propose_invoice",
    "report_damaged": "report_damage",
    "change_profile": "propose_profile",
    "notify_stock": "propose_notice",
}
"""What is proposed for which request, where the shop allows it."""
_INSTEAD = {
    ("cancel_order", OrderStatus.DELIVERED): "propose_return",
    ("change_items", OrderStatus.DELIVERED): "propose_exchange",
    ("exchange_items", OrderStatus.PENDING): "propose_items",
    ("return_items", OrderStatus.PENDING): "propose_cancel",
}
"""What helps instead, where an order is in another state than the request thinks."""
_DONE = {
    ("cancel_order", OrderStatus.CANCELLED): "tell_status",
    ("return_items", OrderStatus.RETURN_REQUESTED): "tell_status",
    ("return_items", OrderStatus.RETURNED): "tell_status",
    ("exchange_items", OrderStatus.EXCHANGE_REQUESTED): "tell_status",
}
"""Where what is asked for has happened already."""


def next_step(wanted: Wanted, worded: Sequence[Worded], situation: Situation, today: date) -> tuple[str, str, str]:
    """The key of the next step, the order that it is about and the intent whose proposal it ends in.

    Args:
        wanted: what the customer wants.
        worded: what was found and can be said, request by request.
        situation: the conversation.
        today: for parcels that are late.
    """
    if wanted.closing:
        return "close", "", ""
    looked = [one.looked for one in worded]
    waiting = next((p for p in reversed(situation.proposals) if p.status == "open"), None)
    if waiting is not None and (not looked or _about(waiting.kind, looked)):
        return "wait_for_yes", waiting.terms.order_id or "", ""
    if not looked:
        if situation.customer is None and situation.state.identifying is not None:
            return "identify", "", ""
        return ("ask_what_happened" if wanted.complains else "ask_what_they_need"), "", ""
    found = looked[0]
    number = found.order.order_id if found.order else ""
    key = _step(found, worded[0], today)
    return key, number, next((intent for intent, step in PROPOSALS.items() if step == key), "")


def _about(kind: str, looked: Sequence[Looked]) -> bool:
    return any((form := FORMS.get(found.request.intent)) is not None and form.tool == kind for found in looked)


def _step(found: Looked, worded: Worded, today: date) -> str:
    intent, order = found.request.intent, found.order
    if found.unidentified:
        return "identify"
    if intent == "forget_me":
        return "forget"
    if found.choose_from and order is None:
        return "ask_which_order"
    if intent in PROPOSALS:
        return _change(found)
    if intent in ("track_shipment", "not_received"):
        return _parcel(intent, order, today)
    if intent == "wrong_or_missing_item":
        return _parcel("not_received", order, today) if _on_its_way(order) else "investigate"
    if intent == "refund_status":
        return _refund(found)
    if found.outcomes and not found.passages:
        return "send_answer"
    if worded.quoted:
        return "send_answer"
    return "investigate" if intent == "payment_problem" else "find_out"


def _change(found: Looked) -> str:
    intent, order = found.request.intent, found.order
    if order is None:
        return PROPOSALS[intent] if intent in ("change_profile", "notify_stock") else "ask_which_order"
    if (done := _DONE.get((intent, order.status))) is not None:
        return done
    if found.refusal is None:
        return PROPOSALS[intent]
    return _INSTEAD.get((intent, order.status), "explain_refusal")


def _parcel(intent: str, order: Order | None, today: date) -> str:
    if order is None:
        return "ask_which_order"
    if order.status in (OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED):
        return "trace_parcel" if intent == "not_received" else "tell_status"
    return "trace_parcel" if is_in_trouble(order, today) else "tell_status"


def _on_its_way(order: Order | None) -> bool:
    """Whether a parcel of an order has not arrived yet: what is missing may be in it."""
    return order is not None and any(shipment.delivered_at is None for shipment in order.shipments)


def _refund(found: Looked) -> str:
    results = [outcome.result for outcome in found.outcomes if isinstance(outcome.result, RefundResult)]
    if any(item.refunds for result in results for item in result.refunds):
        return "tell_refund"
    if any(item.pending_items for result in results for item in result.refunds):
        return "tell_refund_waits"
    return "explain_no_refund"
