"""The only place that wires parts together from Settings.

Nothing is built at import; each part is built at its first use and kept.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from assistant.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

    from assistant.channels.email.channel import EmailChannel
    from assistant.channels.webhooks.dispatcher import Webhooks
    from assistant.clock import Clock
    from assistant.conversation.assistant import Assistant
    from assistant.conversation.trying import Trying
    from assistant.copilot.copilot import Copilot
    from assistant.media.reader import MediaReader
    from assistant.models.ladder import ModelLadder
    from assistant.text.prompt_versions import PromptVersion
    from assistant.web.tokens import Tokens


_OF_A_TRIAL = (
    "database", "embeddings", "vectors", "store", "shop", "policy", "proposals", "knowledge", "gaps", "counter",
    "registry", "desk", "tokens",
)  # fmt: skip
"""Parts in which prompts play no part: a version on trial is served with the same ones."""


class Wiring(Answering):
    """All parts of one assistant, built lazily.

    Args:
        settings: None reads the environment and `assistant.toml`.
        clock: None is the machine's clock.
        ladder: None builds the ladder that the settings name; tests pass a scripted one.
    """

    @cached_property
    def assistant(self) -> "Assistant":
        """The turn, with all its stages."""
        return self.assembled(self.trying)

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
