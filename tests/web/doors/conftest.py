"""A real server over a whole shop without a language model, for clients that are not ours."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import uvicorn

from assistant.app import Wiring
from assistant.models.ladder import ModelLadder
from assistant.web.app import create_app
from assistant.web.state import Limits
from tests.conversation.conftest import NOW, house

__all__ = ["house"]
MIA, EMMA = "mia.chen@example.com", "emma.wilson@example.com"


@dataclass(frozen=True)
class Door:
    """A server to knock at, and who may."""

    url: str
    house: Wiring

    def token(self, email: str = "") -> str:
        """A customer's token, or a stranger's."""
        if not email:
            return self.house.tokens.for_visitor()
        customer = self.house.shop.customer_by_email(email)
        assert customer is not None
        return self.house.tokens.for_customer(customer.customer_id)

    def order_of(self, email: str) -> str:
        """The number of one of the customer's orders."""
        customer = self.house.shop.customer_by_email(email)
        assert customer is not None
        return str(self.house.shop.orders(customer.customer_id)[0].order_id)


@dataclass
class TickingClock:
    """Every look at it is a millisecond later, so that what came first can be told."""

    at: datetime = NOW

    def now(self) -> datetime:
        """The time."""
        self.at += timedelta(milliseconds=1)
        return self.at


def over(house: Wiring, **changes: Any) -> Wiring:
    """The same shop and models over changed settings, by a clock that goes on."""
    settings = house.settings.model_copy(update=changes)
    wiring = Wiring(settings, clock=TickingClock(), ladder=ModelLadder(rungs=()))
    for shared in ("database", "embeddings", "vectors", "knowledge", "catalogue", "router"):
        wiring.__dict__[shared] = getattr(house, shared)
    return wiring


@pytest.fixture(scope="module")
def door(house: Wiring) -> Iterator[Door]:
    wiring = over(house)
    app = create_app(wiring, limits=Limits(per_owner=10_000, per_address=10_000))
    with running(app) as url:
        assert app.state.readiness.wait(60) == "ready"
        yield Door(url, wiring)


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Runs an ASGI application on a port of its own; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
