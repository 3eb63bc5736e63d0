"""Proposals that an agent makes to a customer: they are shown as a card, and only the customer's yes executes them."""

from dataclasses import dataclass
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.slots.postal import FIELDS
from assistant.conversation.tasks.wording import RefusalWording, Wording
from assistant.desk.queue import NotYours
from assistant.ids import ConversationId
from assistant.shop.records import Customer, Order, OrderStatus
from assistant.tools.proposals import ProposalResult
from assistant.web.desk.conversation import ConversationDesk
from assistant.web.desk.guard import At, Guard

_OPEN = (OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED)
_HERE = (OrderStatus.DELIVERED,)
REASONS = ("changed_mind", "wrong_item", "damaged", "faulty")


@dataclass(frozen=True)
class Offer:
    """A change that an agent may propose.

    Args:
        tool: the WRITE tool.
        states: of orders for which it is shown; the shop's rules decide in the end.
        fields: what the form asks for: items, new_items, address, method, reason, cancel_reason, wish, description.
    """

    tool: str
    states: tuple[OrderStatus, ...]
    fields: tuple[str, ...]


OFFERS = {
    "cancel_order": Offer("cancel_pending_order", _OPEN, ("cancel_reason",)),
    "change_address": Offer("modify_pending_order_address", _OPEN, ("address",)),
    "change_payment": Offer("modify_pending_order_payment", _OPEN, ("method",)),
    "change_items": Offer("modify_pending_order_items", _OPEN, ("new_items", "method")),
    "return_items": Offer("return_delivered_order_items", _HERE, ("items", "reason", "opened", "method")),
    "exchange_items": Offer("exchange_delivered_order_items", _HERE, ("new_items", "reason", "opened", "method")),
    "report_damaged": Offer("report_damaged_item", _HERE, ("item", "description", "wish")),
    "reorder": Offer("reorder", tuple(OrderStatus), ("method",)),
    "request_invoice": Offer("request_invoice", tuple(s for s in OrderStatus if s is not OrderStatus.CANCELLED), ()),
}
"""By the intent that they serve."""


def offer_pages(guard: Guard) -> APIRouter:
    """`GET` and `POST /desk/conversations/{id}/offer`."""
    router = APIRouter(prefix="/desk/conversations/{conversation_id}/offer", include_in_schema=False)
    desk, parts = ConversationDesk(guard), guard.state.parts
    Watching = Annotated[At, Depends(guard.may("watch"))]  # noqa: N806  a type
    Doing = Annotated[At, Depends(guard.doing("answer"))]  # noqa: N806

    def found(conversation_id: str, order_id: str) -> tuple[Any, Customer | None, Order | None]:
        row = desk.row(conversation_id)
        customer = desk.customer(row)
        orders = parts.shop.orders(customer.customer_id) if customer else ()
        return row, customer, next((order for order in orders if order.order_id == order_id), None)

    def form(at: At, conversation_id: str, kind: str, order_id: str, status: int = 200, problem: str = "") -> Response:
        row, customer, order = found(conversation_id, order_id)
        offer = OFFERS.get(kind)
        offered = [key for key, one in OFFERS.items() if order is not None and order.status in one.states]
        variants: dict[str, Any] = {}
        if offer is not None and order is not None and "new_items" in offer.fields:
            products = {item.product_id: parts.shop.product(item.product_id) for item in order.items}
            variants = {item.item_id: products[item.product_id].variants for item in order.items}
        texts = ReplyTexts(parts.prompts, at.user.language)
        return at.page(
            "offer.html",
            status,
            kind=kind,
            offer=offer,
            order=order,
            offered=offered,
            customer=customer,
            variants=variants,
            address_fields=FIELDS,
            reasons=REASONS,
            problem=problem,
            views=Views(texts, at.today),
            texts=texts,
            **desk.common(at, row),
        )

    @router.get("")
    def show(conversation_id: str, at: Watching, kind: str = "", order: str = "") -> Response:
        return form(at, conversation_id, kind, order)

    @router.post("")
    async def propose(conversation_id: str, request: Request, at: Doing) -> Response:
        return await run_sync(make, at, conversation_id, await request.form())

    def make(at: At, conversation_id: str, filled: FormData) -> Response:
        kind, order_id = str(filled.get("kind", "")), str(filled.get("order", ""))
        row, customer, order = found(conversation_id, order_id)
        offer = OFFERS.get(kind)
        own = ConversationId(conversation_id)
        desk.mine(at, conversation_id)
        if offer is None or customer is None or order is None:
            return form(at, conversation_id, kind, order_id, 422, at.t("offer.incomplete"))
        context = parts.copilot.offering(own, parts.proposals)
        outcome = parts.registry.call(offer.tool, _arguments(offer, order, filled), context)
        if not isinstance(outcome.result, ProposalResult):
            texts = ReplyTexts(parts.prompts, at.user.language)
            wording = RefusalWording(texts, Views(texts, at.today), parts.shop, customer)
            problem = outcome.text
            if outcome.code:
                name, variables = wording.say(outcome.code, outcome.details, order)
                problem = texts.say(name, **variables)
            return form(at, conversation_id, kind, order_id, 422, problem)
        proposal = outcome.result.proposal
        texts = ReplyTexts(parts.prompts, context.language)
        text = texts.say("tasks/proposal", **Wording(texts, Views(texts, at.today)).proposal(proposal))
        try:
            parts.desk.talk.say(own, at.user, text, proposal_id=proposal.proposal_id)
        except NotYours:
            return form(at, conversation_id, kind, order_id, 409, at.t("conversation.not_yours"))
        return at.page("offered.html", **desk.common(at, row))

    return router


def _arguments(offer: Offer, order: Order, filled: FormData) -> dict[str, Any]:
    """What the tool is called with; it refuses what is missing."""

    def text(name: str) -> str:
        return str(filled.get(name, "")).strip()

    arguments: dict[str, Any] = {"order_id": order.order_id}
    chosen = [str(item) for item in filled.getlist("items")]
    for field in offer.fields:
        if field == "cancel_reason":
            arguments["reason"] = text("cancel_reason")
        elif field == "address":
            arguments |= {name: text(name) for name in FIELDS}
        elif field == "method":
            arguments["payment_method_id"] = text("method")
        elif field == "items":
            arguments["item_ids"] = chosen
        elif field == "new_items":
            pairs = [(item.item_id, text(f"new_{number}")) for number, item in enumerate(order.items)]
            swapped = [(old, new) for old, new in pairs if new and new != old]
            arguments["item_ids"], arguments["new_item_ids"] = (
                [old for old, _ in swapped],
                [new for _, new in swapped],
            )
            chosen = [str(old) for old, _ in swapped]
        elif field == "opened":
            arguments["opened_item_ids"] = chosen if text("opened") == "yes" else []
        elif field == "item":
            arguments["item_id"] = text("item")
        else:
            arguments[field] = text(field)
    return arguments
