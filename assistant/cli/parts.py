"""The parts that commands work with; `assistant.app` builds them, each at its first use."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

    from assistant.channels.email.channel import EmailChannel
    from assistant.channels.webhooks.dispatcher import Webhooks
    from assistant.clock import Clock
    from assistant.conversation.assistant import Assistant
    from assistant.conversation.grounding.check import Check
    from assistant.conversation.pages.answers import PageAnswers
    from assistant.copilot.copilot import Copilot
    from assistant.desk.desk import Desk
    from assistant.ids import CustomerId
    from assistant.insight.events.chat import Drain
    from assistant.insight.events.trail import Trail
    from assistant.insight.learning.nightly import Nightly
    from assistant.insight.recommend.shop import ShopRecommender
    from assistant.insight.satisfaction.serving import Foresight
    from assistant.knowledge.gaps import Gaps
    from assistant.knowledge.search import KnowledgeSearch
    from assistant.memory.forgetting import Forgetting
    from assistant.memory.memory import Memory
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.models.ladder import ModelLadder
    from assistant.models.store.model_store import ModelStore
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.routing.router import Router
    from assistant.settings import Settings
    from assistant.shop.policy import Policy
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database
    from assistant.storage.vectors import VectorStore
    from assistant.text.prompt_versions import PromptVersions
    from assistant.text.prompts import PromptLibrary
    from assistant.tools.proposals import Proposals
    from assistant.tools.registry import ToolRegistry


class TokenSigner(Protocol):
    """What signs customers' tokens."""

    def for_customer(self, customer_id: "CustomerId") -> str: ...


class Parts(Protocol):
    """Everything that a command may need. Reading a property builds the part and what it rests on."""

    @property
    def settings(self) -> "Settings": ...
    @property
    def clock(self) -> "Clock": ...
    @property
    def prompts(self) -> "PromptLibrary": ...
    @property
    def prompt_versions(self) -> "PromptVersions": ...
    @property
    def database(self) -> "Database": ...
    @property
    def store(self) -> "ModelStore": ...
    @property
    def embeddings(self) -> "CachedEmbeddings": ...
    @property
    def vectors(self) -> "VectorStore": ...
    @property
    def shop(self) -> "Shop": ...
    @property
    def policy(self) -> "Policy": ...
    @property
    def proposals(self) -> "Proposals": ...
    @property
    def knowledge(self) -> "KnowledgeSearch": ...
    @property
    def gaps(self) -> "Gaps": ...
    @property
    def memory(self) -> "Memory": ...
    @property
    def forgetting(self) -> "Forgetting": ...
    @property
    def trail(self) -> "Trail": ...
    @property
    def event_drain(self) -> "Drain": ...
    @property
    def catalogue(self) -> "Catalogue": ...
    @property
    def registry(self) -> "ToolRegistry": ...
    @property
    def ladder(self) -> "ModelLadder": ...
    @property
    def router(self) -> "Router": ...
    @property
    def recommender(self) -> "ShopRecommender": ...
    @property
    def assistant(self) -> "Assistant": ...
    @property
    def desk(self) -> "Desk": ...
    @property
    def foresight(self) -> "Foresight": ...
    @property
    def nightly(self) -> "Nightly": ...
    @property
    def copilot(self) -> "Copilot": ...
    @property
    def page_answers(self) -> "PageAnswers": ...
    @property
    def check(self) -> "Check": ...
    @property
    def tokens(self) -> TokenSigner: ...
    @property
    def email(self) -> "EmailChannel": ...
    @property
    def webhooks(self) -> "Webhooks": ...
    @property
    def web_app(self) -> "FastAPI": ...

    def warm_up(self) -> None:
        """Load what the first customer would otherwise wait for."""
        ...

    def with_settings(self, **changes: object) -> "Parts":
        """The same kind of parts over changed settings; nothing is built yet."""
        ...

    def with_clock(self, clock: "Clock") -> "Parts":
        """The same kind of parts by another clock; nothing is built yet."""
        ...

    def beside(
        self, clock: "Clock", share: "Iterable[str]", ladder: "ModelLadder | None" = None, **changes: object
    ) -> "Parts":
        """Parts over changed settings that share some of these; nothing else is built yet."""
        ...
