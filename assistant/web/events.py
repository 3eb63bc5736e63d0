"""What happens on the shop's pages, told by their visitors' browsers: only with consent, in bounded batches.

The events wait in the outbox, in the transaction that this request is answered for; from there they go to the log.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from assistant.insight.events.event import SHOP_KINDS, Kind
from assistant.storage import behaviour
from assistant.text.masking import mask_for_good
from assistant.web.errors import documented
from assistant.web.limits import RateLimit
from assistant.web.state import WebState
from assistant.web.tokens import Identity

BATCHES_A_MINUTE, BATCHES_OF_AN_ADDRESS = 60, 600
_WRONG_CLOCK = timedelta(minutes=5)
_LATEST = timedelta(days=2)
ShopKind = Literal["view", "search", "cart_add", "cart_remove", "order", "return_page", "help_page", "account_page"]
assert get_args(ShopKind) == SHOP_KINDS


def _written(value: object) -> object:
    """Refuse moments as numbers, which the description doesn't offer."""
    if not isinstance(value, str) or not re.match(r"\d{4}-", value):
        raise ValueError("must be written as 2026-11-27T09:00:00Z")
    return value


_Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
_Word = Annotated[str, Field(max_length=128, pattern=r"^[^\x00-\x1f]*$")]


class BrowserEvent(BaseModel):
    """One thing that a visitor did. `id` is the browser's own: sent again after a failure, it counts once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=8, max_length=64, pattern=r"^[\w-]+$")
    at: _Moment
    kind: ShopKind
    item: _Word | None = None
    category: _Word | None = None
    query: Annotated[str, Field(max_length=256, pattern=r"^[^\x00]*$")] | None = None
    quantity: int | None = Field(None, ge=1, le=1_000, strict=True)
    price_cents: int | None = Field(None, ge=0, le=10_000_000, strict=True)
    order: _Word | None = None
    page: Annotated[str, Field(max_length=512, pattern=r"^[^\x00]*$")] | None = None
    language: Annotated[str, Field(max_length=35, pattern=r"^[\w-]*$")] | None = None


class EventsBody(BaseModel):
    """A batch of events. Without `consent` nothing of it is kept, and nothing noted of the visitor.

    `sent_at` is the browser's time now: where its clock is wrong by more than five minutes, the events are moved by
    as much.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    consent: bool = Field(strict=True)
    visitor: str = Field(min_length=8, max_length=64, pattern=r"^[\w-]+$", description="A random id of the browser's.")
    sent_at: _Moment | None = None
    events: tuple[BrowserEvent, ...] = Field(min_length=1, max_length=50)


class EventsTaken(BaseModel):
    """How many events were taken; 0 without consent."""

    taken: int


def event_routes(state: WebState) -> APIRouter:
    """`POST /api/events`."""
    router = APIRouter(tags=["events"])
    of_visitor, of_address = RateLimit(BATCHES_A_MINUTE, 60.0), RateLimit(BATCHES_OF_AN_ADDRESS, 60.0)

    @router.post(
        "/api/events",
        status_code=202,
        dependencies=[Depends(state.ready)],
        responses=documented(400, 401, 413, 422, 429, 503),
        summary="Tell what a visitor did on the shop's pages, with their consent",
    )
    def events(
        body: EventsBody,
        request: Request,
        authorization: Annotated[str, Header(max_length=4096)] = "",
        sec_gpc: Annotated[str, Header(max_length=8)] = "",
    ) -> EventsTaken:
        """With a customer's or a visitor's token the events are theirs; without, the browser's `visitor` is who it was.

        A browser that sends `Sec-GPC: 1` (Global Privacy Control) has not consented, whatever the body says.
        """
        of_address.hit(request.client.host if request.client else "")
        identity = state.identity(authorization) if authorization else None
        who = identity.owner if identity else f"browser:{body.visitor}"
        of_visitor.hit(who)
        if not body.consent or sec_gpc == "1":
            return EventsTaken(taken=0)
        _keep(state, body, identity, who)
        return EventsTaken(taken=len(body.events))

    return router


def _keep(state: WebState, body: EventsBody, identity: Identity | None, who: str) -> None:
    now = state.parts.clock.now()
    wrong = now - body.sent_at if body.sent_at else timedelta(0)
    shift = timedelta(minutes=round(wrong / timedelta(minutes=1))) if abs(wrong) > _WRONG_CLOCK else timedelta(0)
    found = [_plain(event, who, shift, now) for event in body.events]
    customer_id = identity.customer_id if identity else None
    with state.parts.database.write() as session:
        behaviour.put(session, found, now, conversation_id=None, customer_id=customer_id)


def _plain(event: BrowserEvent, who: str, shift: timedelta, now: datetime) -> dict[str, object]:
    try:
        at = (event.at + shift).astimezone(UTC)
    except OverflowError:
        at = now
    kind: Kind = event.kind
    return {
        "id": f"{who}:{event.id}",
        "at": min(max(at, now - _LATEST), now).isoformat(),
        "kind": kind,
        "source": "browser",
        "visitor": who,
        "item": event.item or None,
        "category": event.category or None,
        "query": mask_for_good(event.query) if event.query else None,
        "quantity": event.quantity,
        "price_cents": event.price_cents,
        "order": event.order or None,
        "page": event.page.partition("?")[0].partition("#")[0] if event.page else None,
        "language": event.language[:2].lower() if event.language else None,
    }
