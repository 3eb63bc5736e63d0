"""The only place that wires parts together from Settings.

Nothing is built at import; each part is built at its first use and kept.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from assistant.insights import Insights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

    from assistant.channels.email.channel import EmailChannel
    from assistant.channels.webhooks.dispatcher import Webhooks
    from assistant.clock import Clock
    from assistant.conversation.assistant import Assistant
    from assistant.conversation.check import Check
    from assistant.conversation.faq import FaqComposer
    from assistant.conversation.identification.desk import IdentificationDesk
    from assistant.conversation.page_answers import PageAnswers
    from assistant.conversation.trying import Trying
    from assistant.conversation.turn import Turn
    from assistant.copilot.copilot import Copilot
    from assistant.desk.desk import Desk
    from assistant.media.reader import MediaReader
    from assistant.models.ladder import ModelLadder
    from assistant.routing.router import Router
    from assistant.settings import Settings
    from assistant.text.prompt_versions import PromptVersion
    from assistant.text.tokens import TokenCounter
    from assistant.tools.context import ToolContext
    from assistant.tools.registry import Tool, ToolRegistry
    from assistant.web.tokens import Tokens


_OF_A_TRIAL = (
    "database", "embeddings", "vectors", "store", "shop", "policy", "proposals", "knowledge", "gaps", "counter",
    "registry", "desk", "tokens",
)  # fmt: skip
"""Parts in which prompts play no part: a version on trial is served with the same ones."""


class Wiring(Insights):
    """All parts of one assistant, built lazily.

    Args:
        settings: None reads the environment and `assistant.toml`.
        clock: None is the machine's clock.
        ladder: None builds the ladder that the settings name; tests pass a scripted one.
    """

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

        return shop_tools(tool for _, tool in self.supplied)

    @cached_property
    def supplied(self) -> "list[tuple[str, Tool]]":
        """Tools of the shop's own MCP servers, each with the agent that may call it."""
        from assistant.tools.supplied.servers import load_servers

        servers = load_servers(self.settings.mcp_servers)
        if not servers:
            return []
        from assistant.tools.supplied.tools import supplied_tools

        return supplied_tools(servers, self.settings.data_dir / "mcp")

    @cached_property
    def check(self) -> "Check":
        """The check of replies."""
        from assistant.conversation.check import Check

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
        from assistant.conversation.page_answers import PageAnswers

        seconds = self.settings.turn_deadline_s
        compose = Compose(self.faq, self.check, self.catalogue)
        return PageAnswers(compose, self.registry, self.prompts, self.clock, self.tool_context, seconds)

    @cached_property
    def faq(self) -> "FaqComposer":
        """Words answers from pages."""
        from assistant.conversation.faq_build import build_faq

        return build_faq(self.settings, self.ladder, self.prompts, self.embeddings, self.check, self.catalogue)

    @cached_property
    def assistant(self) -> "Assistant":
        """The turn, with all its stages."""
        from assistant.agents.roster import Roster
        from assistant.conversation.act import Act
        from assistant.conversation.assistant import Assistant
        from assistant.conversation.chain import build_chain
        from assistant.conversation.compose import Compose
        from assistant.conversation.direct import DirectArguments
        from assistant.conversation.early_offer import EarlyOffer
        from assistant.conversation.forget_talk import ForgetTalk
        from assistant.conversation.leaning import Leaning
        from assistant.conversation.meaning import Meaning
        from assistant.conversation.past_talk import PastTalk
        from assistant.conversation.recall import Recall
        from assistant.conversation.receive import Receive
        from assistant.conversation.record import Record
        from assistant.conversation.rewording import Rewording
        from assistant.conversation.small_talk import SmallTalk
        from assistant.conversation.tasks.desk import TaskDesk
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
        )
        forget = ForgetTalk(self.memory, self.forgetting, self.prompts)
        past = PastTalk(self.memory, self.prompts, self.clock)
        supplied: dict[str, tuple[str, ...]] = {}
        for agent, tool in self.supplied:
            supplied[agent] = (*supplied.get(agent, ()), tool.name)
        act = Act(
            catalogue=self.catalogue,
            registry=self.registry,
            roster=Roster(self.prompts, settings.shop_name, supplied),
            ladder=self.ladder,
            direct=DirectArguments(self.shop, self.clock, {tool.name: tool for _, tool in self.supplied}),
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
            trying=self.trying,
        )

    @cached_property
    def trying(self) -> "Trying | None":
        """Gives a share of conversations to the version of the prompts that is on trial; None where none is."""
        from assistant.conversation.trying import Trying

        versions = self.prompt_versions
        trial = versions.trials.running()
        if trial is None or self.settings.prompts_version == trial.candidate_hash:
            return None
        candidate = versions.get(trial.candidate_hash)
        share = [
            *_OF_A_TRIAL,
            *(() if self._overrides(candidate, ("intents/", "routing/")) else ("catalogue", "router")),
        ]
        if not self._overrides(candidate, ("models/",)):
            share.append("ladder")
        other = self.beside(self.clock, share, prompts_version=candidate.name)
        return Trying(trial, versions.trials, other.assistant, self.database)

    def _overrides(self, candidate: "PromptVersion", folders: tuple[str, ...]) -> bool:
        """Whether files below these folders differ from what is served."""
        served = self.prompt_versions.get("current").files
        changed = {path for path in served.keys() | candidate.files.keys() if path.startswith(folders)}
        return any(
            path not in served
            or path not in candidate.files
            or served[path].read_bytes() != candidate.files[path].read_bytes()
            for path in changed
        )

    @cached_property
    def copilot(self) -> "Copilot":
        """Helps agents at the desk."""
        from assistant.copilot.build import build_copilot

        return build_copilot(self)

    @cached_property
    def desk(self) -> "Desk":
        """The desk: accounts, queue, messages, audit."""
        from assistant.desk.desk import Desk
        from assistant.desk.figures import TokenPrices

        settings = self.settings
        prices = TokenPrices(settings.hosted_price_in, settings.hosted_price_out)
        return Desk(self.database, self.clock, prices, self.foresight)

    @cached_property
    def reader(self) -> "MediaReader | None":
        """Reads voice notes and photos; None where neither is switched on."""
        from assistant.media.reader import media_reader

        return media_reader(self.settings, self.prompts)

    @cached_property
    def tokens(self) -> "Tokens":
        """Signs and verifies customers' tokens."""
        from assistant.web.tokens import Tokens

        return Tokens.from_settings(self.settings, self.clock)

    @cached_property
    def webhooks(self) -> "Webhooks":
        """Tells the shop's systems what happened."""
        from assistant.channels.webhooks.dispatcher import Webhooks

        return Webhooks.of(self.settings, self.database, self.clock)

    @cached_property
    def email(self) -> "EmailChannel":
        """Answers e-mail."""
        from assistant.channels.email.channel import EmailChannel
        from assistant.mail.imap import ImapIn
        from assistant.mail.smtp import smtp_of
        from assistant.storage.turn_locks import TurnLocks

        settings = self.settings
        return EmailChannel(
            mailbox=ImapIn(settings.imap_url.get_secret_value()),
            out=smtp_of(settings, self.clock),
            assistant=self.assistant,
            database=self.database,
            locks=TurnLocks(self.database, settings.data_dir / "locks", settings.turn_deadline_s),
            clock=self.clock,
            longest=settings.message_max_chars,
            period_s=settings.mail_poll_s,
        )

    @cached_property
    def web_app(self) -> "FastAPI":
        """The server's application; it warms these parts in the background once it listens."""
        from assistant.web.app import create_app

        return create_app(self, warm_up=self.warm_up, reader=self.reader)

    def warm_up(self) -> None:
        """Load what the first customer would otherwise wait for: encoders, index, router, model."""
        if self.settings.otlp_endpoint:
            from assistant.tracing import export_to

            export_to(self.settings.otlp_endpoint, content=self.settings.trace_content)
        from concurrent.futures import ThreadPoolExecutor

        from assistant.models.rungs import warm_up

        with ThreadPoolExecutor(1) as aside:
            model = aside.submit(lambda: warm_up(self.ladder, self.prompts.render("faq/choose")))
            self.embeddings.warm_up()
            self.forgetting.finish()
            self.router  # noqa: B018  building a part is what reading it does
            self.assistant  # noqa: B018
            if self.reader is not None:
                self.reader.warm_up()
            self.foresight.model  # noqa: B018
            self.webhooks  # noqa: B018  addresses and secrets that can't be used are told before anybody is served
            if self.settings.imap_url.get_secret_value():
                self.email  # noqa: B018
            self.knowledge.search("return", "en", k=1)
            model.result()

    def with_settings(self, **changes: object) -> "Wiring":
        """New parts over changed settings, with the same clock; nothing is built yet."""
        return Wiring(self.settings.model_copy(update=changes), clock=self._clock)

    def with_clock(self, clock: "Clock") -> "Wiring":
        """The same by another clock."""
        return Wiring(self.settings, clock=clock)

    def beside(
        self, clock: "Clock", share: "Iterable[str]", ladder: "ModelLadder | None" = None, **changes: object
    ) -> "Wiring":
        """Parts over changed settings that share those named in `share` (which are only read), and a given ladder."""
        made = Wiring(self.settings.model_copy(update=changes), clock=clock, ladder=ladder)
        vars(made).update((name, getattr(self, name)) for name in share)
        return made


def main() -> None:
    """The `assistant` command."""
    from assistant.cli.main import run

    run(Wiring)
