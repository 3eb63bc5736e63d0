"""A server of the web room over a real database, with a scripted turn in place of the models."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.clock import FixedClock
from assistant.conversation.reply import CardMove, Citation, Incoming, OnEvent, ProposalCard, Reply, Rung, TurnEvent
from assistant.desk.desk import Desk
from assistant.ids import ConversationId, PassageId, TurnId, new_id
from assistant.knowledge.passages import Passage
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.settings import Settings
from assistant.shop.service import Shop
from assistant.storage.conversation_tables import ConversationRow, MessageRow
from assistant.storage.engine import Database
from assistant.storage.migrate import upgrade
from assistant.storage.shop_tables import CustomerRow, ShopInfoRow
from assistant.text.language import detect_language
from assistant.web.app import create_app
from assistant.web.state import Limits
from assistant.web.tokens import Tokens

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PASSAGE = Citation(
    number=1,
    passage_id=PassageId("policies/en/returns#opened"),
    page="policies/en/returns",
    title="Returns and refunds",
    heading="Opened items",
    text="You may return opened headphones within 30 days of delivery if all parts are there.",
    language="en",
)
PASSAGE_ZH = PASSAGE.model_copy(
    update={
        "passage_id": PassageId("policies/zh/returns#opened"),
        "page": "policies/zh/returns",
        "title": "退货与退款",
        "heading": "已拆封商品",
        "text": "已拆封的耳机在送达后 30 天内可以退货，前提是配件齐全。",
        "language": "zh",
    }
)
CARD = ProposalCard(
    proposal_id="prop_1",
    kind="cancel_pending_order",
    order_id="#W1000001",
    title="Cancel order #W1000001",
    lines=("Desk Lamp (white)",),
    moves=(
        CardMove(direction="refund", amount="$39.00", method="Visa ending in 1234", words="$39.00 back to your Visa"),
    ),
    expires_at=NOW,
)
ANSWER = "Yes. You can return opened headphones within 30 days of delivery if all parts are there [1]."
ANSWER_ZH = "可以。已拆封的耳机在送达后 30 天内可以退货，前提是配件齐全 [1]。"


@dataclass
class ScriptedAssistant:
    """Answers every message from a script, and records it as the real turn does.

    `before` runs in the worker's thread between the first words and the rest: a test may wait or raise there.
    """

    database: Database
    asked: list[Incoming] = field(default_factory=list)
    before: Callable[[Incoming], None] = lambda _: None
    handoff: bool = False
    proposal: ProposalCard | None = None

    def ask(self, incoming: Incoming, on_event: OnEvent | None = None) -> Reply:
        """Serve one turn."""
        self.asked.append(incoming)
        say = on_event or (lambda _: None)
        language = detect_language(incoming.text, default=incoming.language or "en")
        text, passage = (ANSWER_ZH, PASSAGE_ZH) if language == "zh" else (ANSWER, PASSAGE)
        say(TurnEvent(kind="stage", text="understand"))
        say(TurnEvent(kind="delta", text=text[:4]))
        self.before(incoming)
        say(TurnEvent(kind="stage", text="compose"))
        for start in range(4, len(text), 12):
            say(TurnEvent(kind="delta", text=text[start : start + 12]))
        conversation_id = incoming.conversation_id or ConversationId(new_id("conv"))
        reply = Reply(
            conversation_id=conversation_id,
            turn_id=TurnId(new_id("turn")),
            text=text,
            language=language,
            decision=RoutingDecision(
                language=language,
                outcome="routed",
                intents=(RoutedIntent(intent="return_policy", agent="faq", probability=0.9, words=incoming.text),),
            ),
            citations=(passage,),
            quick_replies=("怎么退货？", "转人工") if language == "zh" else ("Start a return", "Talk to a person"),
            handoff=self.handoff,
            proposal=self.proposal,
            rung=Rung.LOCAL,
            model_calls=1,
        )
        self._record(incoming, reply)
        say(TurnEvent(kind="final", reply=reply))
        return reply

    def settle(self) -> None:
        """Nothing follows a scripted reply."""

    def _record(self, incoming: Incoming, reply: Reply) -> None:
        with self.database.write() as session:
            if session.get(ConversationRow, reply.conversation_id) is None:
                session.add(
                    ConversationRow(
                        conversation_id=reply.conversation_id,
                        customer_id=incoming.customer_id,
                        channel=incoming.channel,
                        language=reply.language,
                        started_at=NOW,
                        last_at=NOW,
                    )
                )
                session.flush()
            citations = [citation.model_dump(mode="json") for citation in reply.citations]
            for author, text, cited in (("customer", incoming.text, []), ("assistant", reply.text, citations)):
                session.add(
                    MessageRow(
                        message_id=new_id("msg"),
                        conversation_id=reply.conversation_id,
                        turn_id=reply.turn_id,
                        author=author,
                        text=text,
                        citations=cited,
                        at=NOW,
                    )
                )


class OnePage:
    """Knowledge that holds the two versions of one passage."""

    def passage(self, passage_id: PassageId, audience: str = "customer") -> Passage | None:
        """The passage of this id, or None."""
        for known in (PASSAGE, PASSAGE_ZH):
            if known.passage_id == passage_id:
                section = f"{known.text} Send them back in the box that they came in."
                return Passage(**known.model_dump(exclude={"number"}), section_text=section)
        return None


@dataclass
class World:
    """The parts that the server stands on, and what a test wants to see of them."""

    settings: Settings
    clock: FixedClock
    database: Database
    shop: Shop
    knowledge: OnePage
    assistant: ScriptedAssistant
    forgetting: Any = None
    webhooks: Any = field(default_factory=lambda: SimpleNamespace(run=lambda _ended: None))
    event_drain: Any = field(default_factory=lambda: SimpleNamespace(run=lambda _ended: None))
    ladder: Any = field(default_factory=lambda: SimpleNamespace(states=lambda: {"local": "closed"}))

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, self.clock)

    @property
    def tokens(self) -> Tokens:
        """Tokens under the server's own secret."""
        return Tokens.from_settings(self.settings, self.clock)

    def bearer(self, customer_id: str | None = None) -> dict[str, str]:
        """Headers of a customer, or of a fresh visitor."""
        token = self.tokens.for_customer(customer_id) if customer_id else self.tokens.for_visitor()  # type: ignore[arg-type]
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A sample shop with two customers."""
    settings = Settings(data_dir=tmp_path, cache_dir=tmp_path)
    clock = FixedClock(NOW)
    database = Database(settings.sqlalchemy_url)
    upgrade(database)
    with database.write() as session:
        session.add(ShopInfoRow(kind="sample", currency="USD", seed=7, today=date(2026, 11, 20), loaded_at=NOW))
        for position, (first, last, language) in enumerate((("Sara", "Moss", "en"), ("伟", "陈", "zh"))):
            session.add(
                CustomerRow(
                    customer_id=f"customer_{position}",
                    position=position,
                    first_name=first,
                    last_name=last,
                    email=f"customer{position}@example.com",
                    email_key=f"customer{position}@example.com",
                    language=language,
                    address1="1 Main Street",
                    city="Springfield",
                    zip="12345",
                    country="USA",
                )
            )
    yield World(settings, clock, database, Shop(database, clock), OnePage(), ScriptedAssistant(database))
    database.close()


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """The application, ready, called in process from the server's own machine."""
    app = create_app(world)
    with local_client(app) as client:
        assert app.state.readiness.wait(10) == "ready"
        yield client


def local_client(app: FastAPI) -> TestClient:
    """A client whose requests come from loopback."""
    return TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000))


@dataclass
class Server:
    """A real server on a port of its own."""

    url: str
    world: World
    app: FastAPI
    stop: Callable[[], None]


@pytest.fixture
def serve(world: World) -> Iterator[Callable[..., Server]]:
    """Starts real servers; `serve(limits=...)`, and what else `create_app` takes."""
    stops: list[Callable[[], None]] = []

    def start(limits: Limits | None = None, **more: Any) -> Server:
        app = create_app(world, limits=limits, **more)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        assert app.state.readiness.wait(10) == "ready"

        def stop() -> None:
            server.should_exit = True
            thread.join(20)

        stops.append(stop)
        return Server(f"http://127.0.0.1:{listening.getsockname()[1]}", world, app, stop)

    yield start
    for stop in stops:
        stop()


def events(body: str) -> list[tuple[str, dict[str, Any]]]:
    """The server-sent events of a body: names and data, comments left out."""
    found = []
    for block in body.replace("\r\n", "\n").split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


@pytest.fixture
def read_events() -> Callable[[str], list[tuple[str, dict[str, Any]]]]:
    """The reader of server-sent events."""
    return events
