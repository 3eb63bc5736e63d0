"""What a server process does beside answering: webhooks, e-mail, the log of events, and what must be looked after."""

from threading import Event, Thread

from assistant.web.daily import Daily
from assistant.web.readiness import Readiness
from assistant.web.state import Background, WebParts


class Beside:
    """Threads that begin when the process is ready and end with it.

    Args:
        parts: what runs; only what the settings turn on.
        readiness: tells when.
    """

    def __init__(self, parts: WebParts, readiness: Readiness) -> None:
        self._parts = parts
        self._ended = Event()
        self._daily = Daily(lambda: _prune(parts))
        self._given_up = Daily(lambda: _look_after(parts), every_s=60.0)
        readiness.on_done(self._begin)
        readiness.on_done(self._daily.start)
        readiness.on_done(self._given_up.start)

    def end(self) -> None:
        """Tell the threads to end; what they have in hand is taken up by another process or the next start."""
        self._ended.set()
        self._daily.stop()
        self._given_up.stop()

    def _begin(self, error: Exception | None) -> None:
        if error is not None or self._ended.is_set():
            return
        self._start("webhooks", self._parts.webhooks)
        self._start("events", self._parts.event_drain)
        if self._parts.settings.imap_url.get_secret_value():
            self._start("e-mail", self._parts.email)

    def _start(self, name: str, work: Background) -> None:
        Thread(target=work.run, args=(self._ended,), name=name, daemon=True).start()


def _prune(parts: WebParts) -> None:
    """Delete what is older than the settings allow, and files that were never sent."""
    from assistant.memory.retention import KeepFor

    keep, settings = KeepFor.of(parts.settings), parts.settings
    if keep or settings.photo or settings.voice_model:
        parts.forgetting.prune(keep)


def _look_after(parts: WebParts) -> None:
    """Have people look at changes of other systems whose process died, so that nobody knows whether they were made."""
    from assistant.conversation.tasks.confirming import whether_done
    from assistant.desk.calling import call_person

    for proposal in parts.proposals.given_up():
        reason = whether_done(proposal.proposal_id)
        call_person(parts.database, parts.clock, proposal.conversation_id, reason)
