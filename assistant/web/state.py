"""What the routes share: the parts that answer, and who may ask how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from fastapi import Header

from assistant.errors import ToolError
from assistant.storage.turn_locks import TurnLocks
from assistant.web.errors import ApiError
from assistant.web.ledger import Ledger
from assistant.web.limits import RateLimit
from assistant.web.metrics import Metrics
from assistant.web.readiness import Readiness
from assistant.web.tokens import Identity, InvalidToken, Tokens
from assistant.web.turns import TurnRunner

if TYPE_CHECKING:
    from assistant.clock import Clock
    from assistant.conversation.reply import Incoming, OnEvent, Reply
    from assistant.copilot.copilot import Copilot
    from assistant.desk.desk import Desk
    from assistant.ids import PassageId
    from assistant.insight.satisfaction.serving import Foresight
    from assistant.knowledge.passages import Passage
    from assistant.memory.forgetting import Forgetting
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.routing.router import Router
    from assistant.settings import Settings
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database
    from assistant.text.language import Language
    from assistant.text.prompt_versions import PromptVersions
    from assistant.text.prompts import PromptLibrary
    from assistant.tools.proposals import Proposals
    from assistant.tools.registry import ToolRegistry
    from assistant.tools.suggestions import Recommends

RESTART_GRACE = timedelta(seconds=10)


class Answers(Protocol):
    """What serves turns (`assistant.conversation.assistant.Assistant`)."""

    def ask(self, incoming: "Incoming", on_event: "OnEvent | None" = None) -> "Reply": ...

    def settle(self) -> None: ...


class Pages(Protocol):
    """What holds the passages that answers cite (`assistant.knowledge.search.KnowledgeSearch`)."""

    def passage(self, passage_id: "PassageId", audience: Literal["customer", "agent"] = ...) -> "Passage | None": ...


class Breakers(Protocol):
    """What knows how the models are (`assistant.models.ladder.ModelLadder`)."""

    def states(self) -> Mapping[str, str]: ...


class Background(Protocol):
    """What runs beside the requests until it is told to end (`assistant.channels.webhooks.dispatcher.Webhooks`)."""

    def run(self, ended: Event) -> None: ...


class WebParts(Protocol):
    """The parts of the assistant that the web room needs; only settings and clock are read before readiness."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def clock(self) -> "Clock": ...
    @property
    def database(self) -> "Database": ...
    @property
    def shop(self) -> "Shop": ...
    @property
    def knowledge(self) -> Pages: ...
    @property
    def ladder(self) -> Breakers: ...
    @property
    def forgetting(self) -> "Forgetting": ...
    @property
    def webhooks(self) -> Background: ...
    @property
    def email(self) -> Background: ...
    @property
    def event_drain(self) -> Background: ...
    @property
    def registry(self) -> "ToolRegistry": ...
    @property
    def assistant(self) -> Answers: ...
    @property
    def desk(self) -> "Desk": ...
    @property
    def foresight(self) -> "Foresight": ...
    @property
    def recommender(self) -> "Recommends": ...
    @property
    def copilot(self) -> "Copilot": ...
    @property
    def catalogue(self) -> "Catalogue": ...
    @property
    def router(self) -> "Router": ...
    @property
    def prompt_versions(self) -> "PromptVersions": ...
    @property
    def prompts(self) -> "PromptLibrary": ...
    @property
    def proposals(self) -> "Proposals": ...


@dataclass(frozen=True)
class Limits:
    """How much the server takes on.

    Attributes:
        workers: turns that run at the same time.
        waiting: turns that may wait for a worker.
        per_owner: messages a minute from one customer or visitor.
        per_address: messages a minute from one network address.
    """

    workers: int = 2
    waiting: int = 16
    per_owner: int = 20
    per_address: int = 120

    @classmethod
    def of(cls, settings: "Settings") -> "Limits":
        """What the operator chose."""
        return cls(
            workers=settings.turns_at_once,
            waiting=settings.turns_waiting,
            per_owner=settings.rate_per_customer,
            per_address=settings.rate_per_address,
        )


class WebState:
    """Everything that the routes share.

    Args:
        parts: what answers customers.
        readiness: whether it can already.
        limits: how much is taken on.
    """

    def __init__(self, parts: WebParts, readiness: Readiness, limits: Limits) -> None:
        self.parts = parts
        self.readiness = readiness
        self.attachments: tuple[str, ...] = ()
        self.spoken: tuple[Language, ...] = ()
        self.tokens = Tokens.from_settings(parts.settings, parts.clock)
        self.runner = TurnRunner(limits.workers, limits.waiting)
        self.metrics = Metrics(
            ready=lambda: readiness.state == "ready",
            in_flight=lambda: self.runner.in_flight,
            breakers=lambda: {str(name): str(state) for name, state in parts.ladder.states().items()},
        )
        self.owner_limit = RateLimit(limits.per_owner, 60.0)
        self.address_limit = RateLimit(limits.per_address, 60.0)

    @property
    def ledger(self) -> Ledger:
        """The book of messages; reading it opens the database, so only once ready."""
        patience = timedelta(seconds=self.parts.settings.turn_deadline_s) + RESTART_GRACE
        return Ledger(self.parts.database, self.parts.clock, patience)

    @property
    def turn_locks(self) -> TurnLocks:
        """Keeps several processes from serving one conversation at once; only once ready."""
        settings = self.parts.settings
        return TurnLocks(self.parts.database, settings.data_dir / "locks", settings.turn_deadline_s)

    def ready(self) -> None:
        """A route's dependency: 503 until the assistant can answer."""
        self.readiness.require()

    def identity(self, authorization: Annotated[str, Header(max_length=4096)] = "") -> Identity:
        """A route's dependency: who asks, by the bearer token.

        Raises:
            ApiError: 401 the token is absent or not valid, or its customer is gone; 503 not ready.
        """
        self.readiness.require()
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ApiError(401, "no_token", "send a token; POST /api/visitor gives one to strangers")
        try:
            identity = self.tokens.verify(token.strip())
            if identity.customer_id is not None:
                self.parts.shop.customer(identity.customer_id)
        except (InvalidToken, ToolError) as error:
            raise ApiError(401, "bad_token", "the token is not valid any more") from error
        return identity
