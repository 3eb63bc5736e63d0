"""What answers, wired from Settings: models, tools, router, and the turn with all its stages."""

from functools import cached_property
from typing import TYPE_CHECKING

from assistant.insights import Insights

if TYPE_CHECKING:
    from assistant.clock import Clock
    from assistant.conversation.assistant import Assistant
    from assistant.conversation.grounding.check import Check
    from assistant.conversation.identification.desk import IdentificationDesk
    from assistant.conversation.pages.answers import PageAnswers
    from assistant.conversation.pages.faq import FaqComposer
    from assistant.conversation.trying import Trying
    from assistant.conversation.turn import Turn
    from assistant.desk.desk import Desk
    from assistant.models.ladder import ModelLadder
    from assistant.routing.router import Router
    from assistant.settings import Settings
    from assistant.text.tokens import TokenCounter
    from assistant.tools.context import ToolContext
    from assistant.tools.registry import ToolRegistry
    from assistant.tools.supplied.tools import SuppliedTool


class Answering(Insights):
    """The part of `assistant/app.py` that serves one turn; see `Wiring` for its arguments."""

    def __init__(
        self,
        settings: "Settings | None" = None,
        *,
        clock: "Clock | None" = None,
        ladder: "ModelLadder | None" = None,
    ) -> None:
        super().__init__(settings, clock=clock)
        self._ladder = ladder

    @cached_property
    def ladder(self) -> "ModelLadder":
        """The models, best rung first."""
        from assistant.models.rungs import build_ladder

        settings = self.settings.model_copy(update={"prompts_dir": self.prompts.folder})
        return self._ladder or build_ladder(settings, self.store)

    @cached_property
    def counter(self) -> "TokenCounter":
        """Counts tokens for the window."""
        from assistant.text.tokens import TiktokenCounter

        return TiktokenCounter("o200k_base", self.settings.tiktoken_dir)

    @cached_property
    def registry(self) -> "ToolRegistry":
        """The tools."""
        from assistant.tools.catalogue import shop_tools

        return shop_tools(one.tool for one in self.supplied)

    @cached_property
    def supplied(self) -> "list[SuppliedTool]":
        """Tools of the shop's own MCP servers."""
        from assistant.tools.supplied.servers import load_servers

        servers = load_servers(self.settings.mcp_servers)
        if not servers:
            return []
        from assistant.tools.supplied.tools import supplied_tools

        return supplied_tools(servers, self.settings.data_dir / "mcp")

    @cached_property
    def check(self) -> "Check":
        """The check of replies."""
        from assistant.conversation.grounding.check import Check

        return Check(self.prompts.folder)

    @cached_property
    def router(self) -> "Router":
        """From an utterance to a decision."""
        from assistant.routing.build import build_router
        from assistant.routing.learning.refits import taught

        return build_router(
            self.catalogue,
            self.embeddings.encoders(),
            cache_dir=self.settings.cache_dir,
            prompts=self.prompts,
            model=self.ladder,
            products=self.product_names,
            taught=taught(self.settings.data_dir, self.settings.cache_dir),
            prior=self.prior,
        )

    def _acts(self, turn: "Turn") -> tuple[str, ...]:
        """What the customer did just before, where a prior was learned that it could count for."""
        if turn.customer is None or not self.prior.there:
            return ()
        return self.lately.acts(turn.customer.customer_id)

    def tool_context(self, turn: "Turn") -> "ToolContext":
        """The circumstances of a tool call in `turn`; the customer is the one that was proved."""
        from assistant.ids import ProductId
        from assistant.tools.context import ToolContext

        return ToolContext(
            customer_id=turn.customer.customer_id if turn.customer else None,
            conversation_id=turn.conversation_id,
            language=turn.language,
            shop=self.shop,
            knowledge=self.knowledge,
            clock=self.clock,
            proposals=self.proposals,
            recommender=self.recommender,
            looked_at=tuple(ProductId(product) for product in turn.state.looked_at),
        )

    @cached_property
    def identification(self) -> "IdentificationDesk":
        """Asks strangers in a chat who they are."""
        from datetime import timedelta

        from assistant.conversation.identification.codes import CodeBook
        from assistant.conversation.identification.desk import IdentificationDesk
        from assistant.conversation.identification.senders import sender_of

        settings = self.settings
        lifetime = timedelta(minutes=settings.identity_code_minutes)
        codes = CodeBook(self.database, self.clock, lifetime, settings.identity_attempts)
        return IdentificationDesk(settings, self.shop, codes, sender_of(settings, self.clock), self.clock)

    @cached_property
    def page_answers(self) -> "PageAnswers":
        """Answers questions from the pages alone."""
        from assistant.conversation.compose import Compose
        from assistant.conversation.pages.answers import PageAnswers

        seconds = self.settings.turn_deadline_s
        compose = Compose(self.faq, self.check, self.catalogue)
        return PageAnswers(compose, self.registry, self.prompts, self.clock, self.tool_context, seconds)

    @cached_property
    def faq(self) -> "FaqComposer":
        """Words answers from pages."""
        from assistant.conversation.pages.build import build_faq

        return build_faq(self.settings, self.ladder, self.prompts, self.embeddings, self.check, self.catalogue)

    @cached_property
    def desk(self) -> "Desk":
        """The desk: accounts, queue, messages, audit."""
        from assistant.desk.desk import Desk
        from assistant.desk.figures import TokenPrices

        settings = self.settings
        prices = TokenPrices(settings.hosted_price_in, settings.hosted_price_out)
        return Desk(self.database, self.clock, prices, self.foresight)

    def assembled(self, trying: "Trying | None") -> "Assistant":
        """The turn, with all its stages; a share of conversations goes to a version of the prompts on trial."""
        from assistant.agents.roster import Roster
        from assistant.conversation.act import Act
        from assistant.conversation.assistant import Assistant
        from assistant.conversation.chain import build_chain
        from assistant.conversation.compose import Compose
        from assistant.conversation.direct.arguments import DirectArguments
        from assistant.conversation.grounding.rewording import Rewording
        from assistant.conversation.reading.leaning import Leaning
        from assistant.conversation.reading.meaning import Meaning
        from assistant.conversation.recall import Recall
        from assistant.conversation.receive import Receive
        from assistant.conversation.record import Record
        from assistant.conversation.talk.early_offer import EarlyOffer
        from assistant.conversation.talk.forgetting import ForgetTalk
        from assistant.conversation.talk.past import PastTalk
        from assistant.conversation.talk.small_talk import SmallTalk
        from assistant.conversation.tasks.desk import TaskDesk
        from assistant.conversation.tasks.forms import FORMS
        from assistant.conversation.tasks.supplied_form import supplied_forms
        from assistant.conversation.understand import Understand
        from assistant.routing.reading.products import ProductWords

        settings = self.settings
        recall = Recall(self.database, self.memory, self.counter, settings.window_tokens)
        tasks = TaskDesk(
            self.shop,
            self.proposals,
            self.registry,
            self.catalogue,
            self.clock,
            self.tool_context,
            Meaning(self.embeddings),
            {**FORMS, **supplied_forms(self.catalogue, (one.write for one in self.supplied if one.write))},
        )
        forget = ForgetTalk(self.memory, self.forgetting, self.prompts)
        past = PastTalk(self.memory, self.prompts, self.clock)
        supplied: dict[str, tuple[str, ...]] = {}
        readers = {one.tool.name: one.tool for one in self.supplied if one.write is None}
        for one in self.supplied:
            if one.write is None:
                supplied[one.agent] = (*supplied.get(one.agent, ()), one.tool.name)
        act = Act(
            catalogue=self.catalogue,
            registry=self.registry,
            roster=Roster(self.prompts, settings.shop_name, supplied),
            ladder=self.ladder,
            direct=DirectArguments(self.shop, self.clock, readers),
            recall=recall,
            small_talk=SmallTalk(self.memory, settings.shop_name, forget, past),
            tasks=tasks,
            identification=self.identification,
            leaning=Leaning(ProductWords.of_shop(self.product_names)),
            context_for=self.tool_context,
        )
        understand = Understand(
            self.router, self.catalogue, self.shop, self.clock, tasks, self.identification, self._acts
        )
        rewording = Rewording(self.ladder, self.prompts)
        offer = EarlyOffer(self.foresight, settings.early_handoff) if settings.early_handoff else None
        compose = Compose(self.faq, self.check, self.catalogue, rewording, offer)
        return Assistant(
            settings=settings,
            prompts=self.prompts,
            clock=self.clock,
            receive=Receive(settings, self.database, self.shop, self.prompts, self.clock),
            chain=build_chain(recall, understand, act, compose),
            record=Record(self.database, self.memory, self.clock, self.prompts),
            memory=self.memory,
            forgetting=self.forgetting,
            desk=self.desk.queue,
            trying=trying,
        )
