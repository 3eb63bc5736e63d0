"""The desk of a whole shop: real parts, no language model; people sign in through the login page."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from assistant.app import Wiring
from assistant.conversation.reply import Incoming
from assistant.desk.records import Role
from assistant.ids import ConversationId
from assistant.text.language import Language
from assistant.web.app import create_app
from assistant.web.state import Limits
from tests.conversation.conftest import house

__all__ = ["house"]

PASSWORD = "four plain words here"
EMMA, OLIVER, LI = "emma.wilson@example.com", "oliver.hughes@example.com", "li.wei@example.com"


@dataclass
class Shift:
    """Somebody at the desk, in a browser of their own."""

    client: TestClient
    csrf: str

    def get(self, path: str) -> Any:
        return self.client.get(f"/desk{path}")

    def post(self, path: str, partial: bool = False, **fields: str) -> Any:
        headers = {"HX-Request": "true"} if partial else {}
        return self.client.post(f"/desk{path}", data={"csrf": self.csrf, **fields}, headers=headers)


SignIn = Callable[..., Shift]
Talk = Callable[..., ConversationId]


def account(house: Wiring, name: str, role: Role = "agent", language: Language = "en") -> None:
    """Make sure that there is such an account."""
    if name not in {user.name for user in house.desk.users.all()}:
        house.desk.users.add(name, role, PASSWORD, display_name=name.title(), language=language)


@pytest.fixture
def talk(house: Wiring) -> Talk:
    """Holds a conversation with the assistant, as a customer (by e-mail) or a stranger."""

    def hold(email: str, *words: str) -> ConversationId:
        customer = house.shop.customer_by_email(email) if email else None
        conversation: ConversationId | None = None
        for text in words:
            incoming = Incoming(
                text=text, customer_id=customer.customer_id if customer else None, conversation_id=conversation
            )
            conversation = house.assistant.ask(incoming).conversation_id
        assert conversation is not None
        return conversation

    return hold


@pytest.fixture
def app(house: Wiring) -> Any:
    return create_app(house, limits=Limits(per_owner=1000, per_address=1000))


@pytest.fixture
def sign_in(house: Wiring, app: Any) -> Iterator[SignIn]:
    """Signs somebody in: `sign_in("amy", "lead")`."""
    clients: list[TestClient] = []

    def enter(name: str, role: Role = "agent", language: Language = "en") -> Shift:
        account(house, name, role, language)
        client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000 + len(clients)))
        client.__enter__()
        clients.append(client)
        assert app.state.readiness.wait(30) == "ready"
        page = client.post("/desk/login", data={"name": name, "password": PASSWORD})
        assert page.status_code == 200, page.text
        found = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert found is not None
        return Shift(client, found[1])

    yield enter
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def address(app: Any) -> Iterator[str]:
    """The address of a real server."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    assert app.state.readiness.wait(30) == "ready"
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
