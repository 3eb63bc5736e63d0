"""Who is who: visitor tokens, the customer behind a token, and signing in as a sample customer.

Becoming a sample customer needs no password, so it is offered only where nothing is at stake: the sample shop
is loaded, the setting `demo_sign_in` is on, and the request comes from the server's own machine.
"""

import ipaddress
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from assistant.ids import CustomerId
from assistant.shop.records import Customer
from assistant.text.language import has_han
from assistant.web.errors import ApiError, documented
from assistant.web.schemas import PICTURE_URL, ConfigView, CustomerView, MeView, SignIn, TokenView
from assistant.web.state import WebState
from assistant.web.tokens import Identity

DEMO_CUSTOMERS = 10


def account_routes(state: WebState) -> APIRouter:
    """`GET /api/config`, `POST /api/visitor`, `GET /api/me` and `POST /api/demo/sign-in`."""
    router = APIRouter(tags=["account"])
    settings = state.parts.settings

    @router.get("/api/config", summary="What a chat page needs to know before anybody writes")
    def config(request: Request) -> ConfigView:
        ready = state.readiness.state == "ready"
        return ConfigView(
            ready=ready,
            shop_name=settings.shop_name,
            support_email=settings.support_email,
            message_max_chars=settings.message_max_chars,
            attachments=state.attachments,
            spoken=state.spoken,
            voice_most_s=settings.voice_most_s,
            picture_url=settings.product_picture_url or PICTURE_URL,
            demo_customers=_demo_customers(state, request) if ready else (),
        )

    @router.post("/api/visitor", responses=documented(429, 503), summary="A token for a stranger")
    def visitor(request: Request) -> TokenView:
        state.readiness.require()
        state.address_limit.hit(request.client.host if request.client else "")
        return TokenView(token=state.tokens.for_visitor(), me=MeView(kind="visitor"))

    @router.get("/api/me", responses=documented(401, 503), summary="Who the token belongs to")
    def me(identity: Annotated[Identity, Depends(state.identity)]) -> MeView:
        if identity.customer_id is None:
            return MeView(kind="visitor")
        return MeView(kind="customer", customer=_view(state.parts.shop.customer(identity.customer_id)))

    @router.post(
        "/api/demo/sign-in",
        responses=documented(400, 404, 413, 422, 503),
        dependencies=[Depends(state.ready)],
        summary="Become a sample customer (only on the server's own machine, with the sample shop)",
    )
    def sign_in(body: SignIn, request: Request) -> TokenView:
        for customer in _demo_customers(state, request):
            if customer.customer_id == body.customer_id:
                token = state.tokens.for_customer(CustomerId(customer.customer_id))
                return TokenView(token=token, me=MeView(kind="customer", customer=customer))
        raise ApiError(404, "not_found", "there is no such sample customer to sign in as")

    return router


def _demo_customers(state: WebState, request: Request) -> tuple[CustomerView, ...]:
    wanted = state.parts.settings.demo_sign_in and state.tokens.signs_customers
    if not wanted or not _on_this_machine(request) or not state.parts.shop.is_sample():
        return ()
    return tuple(_view(customer) for customer in state.parts.shop.customers(DEMO_CUSTOMERS))


def _on_this_machine(request: Request) -> bool:
    """Whether both ends and the address that the browser shows are loopback (a proxy's requests are not)."""
    server, client = request.scope.get("server"), request.client
    ends = (server[0] if server else "", client.host if client else "", request.url.hostname or "")
    return all(_loopback(host) for host in ends)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _view(customer: Customer) -> CustomerView:
    first, last = customer.first_name, customer.last_name
    name = f"{last}{first}" if has_han(last) else f"{first} {last}"
    return CustomerView(customer_id=customer.customer_id, name=name, email=customer.email)
