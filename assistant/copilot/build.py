"""Puts the copilot together from the parts of the house."""

from typing import TYPE_CHECKING, Protocol

from assistant.conversation.direct.arguments import DirectArguments
from assistant.copilot.ask import Asker
from assistant.copilot.copilot import Copilot
from assistant.copilot.look_up import LookUp
from assistant.copilot.requests import RequestReader
from assistant.copilot.situation import SituationReader
from assistant.copilot.translate import Translator
from assistant.copilot.wording import LookedWording

if TYPE_CHECKING:
    from assistant.clock import Clock
    from assistant.conversation.grounding.check import Check
    from assistant.conversation.pages.faq import FaqComposer
    from assistant.desk.desk import Desk
    from assistant.knowledge.search import KnowledgeSearch
    from assistant.models.ladder import ModelLadder
    from assistant.routing.intents.catalogue import Catalogue
    from assistant.routing.router import Router
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database
    from assistant.text.prompts import PromptLibrary
    from assistant.tools.proposals import Proposals
    from assistant.tools.registry import ToolRegistry


class CopilotParts(Protocol):
    """What the copilot is made of."""

    @property
    def clock(self) -> "Clock": ...
    @property
    def prompts(self) -> "PromptLibrary": ...
    @property
    def database(self) -> "Database": ...
    @property
    def shop(self) -> "Shop": ...
    @property
    def proposals(self) -> "Proposals": ...
    @property
    def knowledge(self) -> "KnowledgeSearch": ...
    @property
    def catalogue(self) -> "Catalogue": ...
    @property
    def registry(self) -> "ToolRegistry": ...
    @property
    def router(self) -> "Router": ...
    @property
    def check(self) -> "Check": ...
    @property
    def faq(self) -> "FaqComposer": ...
    @property
    def ladder(self) -> "ModelLadder": ...
    @property
    def desk(self) -> "Desk": ...


def build_copilot(parts: CopilotParts) -> Copilot:
    """A copilot over the parts of one assistant."""
    look_up = LookUp(
        parts.catalogue,
        parts.registry,
        DirectArguments(parts.shop, parts.clock),
        parts.shop,
        parts.knowledge,
        parts.proposals.changes,
        parts.clock,
    )
    wording = LookedWording(parts.faq, parts.shop)
    return Copilot(
        prompts=parts.prompts,
        clock=parts.clock,
        situations=SituationReader(parts.database, parts.shop, parts.proposals, parts.desk.talk),
        requests=RequestReader(parts.router),
        look_up=look_up,
        wording=wording,
        check=parts.check,
        catalogue=parts.catalogue,
        shop=parts.shop,
        asker=Asker(parts.router, look_up, wording),
        translator=Translator(parts.ladder, parts.prompts, parts.check),
    )
