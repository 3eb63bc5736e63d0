"""The assistant: one message in, one checked reply out, whatever breaks on the way."""

import time

import structlog

from assistant.clock import Clock, Deadline, deadline_scope
from assistant.conversation.chain import ChainState, timed
from assistant.conversation.receive import Receive
from assistant.conversation.record import Record
from assistant.conversation.reply import Incoming, OnEvent, Reply, Rung, ToolCall, TurnEvent
from assistant.conversation.showing.card_maker import CardMaker
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.trying import Trying
from assistant.conversation.turn import Served, Turn
from assistant.desk.queue import DeskQueue
from assistant.memory.forgetting import Forgetting
from assistant.memory.memory import Memory
from assistant.models.usage import Usage, usage_scope
from assistant.routing.decision import RoutingDecision
from assistant.settings import Settings
from assistant.text.logs import trace_of
from assistant.text.prompts import PromptLibrary
from assistant.tracing import turn_span

_RESERVE_S = 2.0
"""Seconds of a turn's time that models may not use: what is left after them must still be worded and stored."""
_RESERVE_SHARE = 0.2


class Assistant:
    """Serves turns. Thread-safe: everything about a turn lives in the turn and in the tables.

    Args:
        settings: the time within which a turn is answered.
        prompts: reply texts.
        clock: today's date.
        receive: the first stage.
        chain: the compiled routing chain.
        record: the last stage.
        memory: its outbox is flushed by `settle`.
        forgetting: what it has begun is finished by `settle`.
        desk: knows which conversations people have; there the assistant says nothing.
        trying: gives some conversations to an assistant with other prompts; None: no version is on trial.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        prompts: PromptLibrary,
        clock: Clock,
        receive: Receive,
        chain: "object",
        record: Record,
        memory: Memory,
        forgetting: Forgetting,
        desk: DeskQueue,
        trying: Trying | None = None,
    ) -> None:
        self._settings = settings
        self._prompts = prompts
        self._clock = clock
        self._receive = receive
        self._chain = chain
        self._record = record
        self._memory = memory
        self._forgetting = forgetting
        self._desk = desk
        self._trying = trying

    def ask(self, incoming: Incoming, on_event: OnEvent | None = None) -> Reply:
        """Answer one message.

        While a person at the desk has the conversation, the message is kept for them and the reply is empty; only
        the buttons of a card are served as ever.

        Args:
            incoming: the message.
            on_event: told of stages, checked words and the final reply, in the calling thread.

        Raises:
            CustomerError: the message is empty, too long, or for a conversation that isn't the customer's.
        """
        if self._trying is not None and (other := self._trying.instead(incoming)) is not None:
            return other.ask(incoming, on_event)
        started = time.perf_counter()
        listen = on_event or _ignore
        limit = self._settings.turn_deadline_s
        deadline = Deadline(limit - min(_RESERVE_S, _RESERVE_SHARE * limit))
        with deadline_scope(deadline), usage_scope() as usage, turn_span(incoming.channel) as span:
            turn = self._receive(incoming, deadline, listen)
            turn.timings_ms["receive"] = round((time.perf_counter() - started) * 1000, 3)
            if turn.state.handed_off and incoming.answer is None and self._desk.is_held(turn.conversation_id):
                return self._left_to_a_person(turn, listen)
            self._run(turn)
            turn.rung = Rung(usage.rung) if usage.rung else Rung.NONE
            turn.timings_ms["total"] = round((time.perf_counter() - started) * 1000, 3)
            with timed(turn, "record"):
                self._record(turn, usage)
            turn.timings_ms["total"] = round((time.perf_counter() - started) * 1000, 3)
            reply = _reply(turn, usage)
            span.note(gen_ai__conversation__id=reply.conversation_id, turn_id=reply.turn_id, rung=str(reply.rung))
            span.note(outcome=reply.decision.outcome, handoff=reply.handoff, model_calls=usage.calls)
            span.spent(usage.input_tokens, usage.output_tokens)
            span.said(incoming.text, reply.text)
        listen(TurnEvent(kind="final", reply=reply))
        return reply

    def settle(self) -> None:
        """Do the work that may follow replies (vectors of episodes, erasures); call it off the customer's time."""
        self._memory.flush_outbox()
        self._forgetting.finish()

    def _left_to_a_person(self, turn: Turn, listen: OnEvent) -> Reply:
        self._record.unanswered(turn)
        reply = _reply(turn, Usage()).model_copy(update={"handoff": True, "with_person": True})
        listen(TurnEvent(kind="final", reply=reply))
        return reply

    def _run(self, turn: Turn) -> None:
        texts = ReplyTexts(self._prompts, turn.language)
        views = Views(texts, self._clock.now().date())
        state = ChainState(turn=turn, texts=texts, views=views)
        try:
            self._chain.invoke(state)  # type: ignore[attr-defined]
            turn.cards = CardMaker(texts, views, self._clock.now().date()).cards(turn.served)
        except Exception as error:  # noqa: BLE001  the customer must not be left without an answer; a person takes over
            structlog.get_logger().error("turn crashed", turn_id=turn.turn_id, error=trace_of(error, turn.masker))
            turn.crashed = type(error).__name__
            turn.served.append(Served(None, handoff="the assistant crashed"))
            turn.text, turn.citations, turn.spans = texts.say("crash"), (), ()
            turn.say(turn.text)
        turn.handoff = next((served.handoff for served in turn.served if served.handoff), "")
        replies = [reply for served in turn.served for reply in served.quick_replies]
        turn.quick_replies = (*replies, *turn.quick_replies)


def _ignore(_event: TurnEvent) -> None:
    return None


def _reply(turn: Turn, usage: Usage) -> Reply:
    calls = (outcome for served in turn.served for outcome in served.outcomes)
    return Reply(
        conversation_id=turn.conversation_id,
        turn_id=turn.turn_id,
        text=turn.text,
        language=turn.language,
        decision=turn.decision or RoutingDecision(language=turn.language, outcome="out_of_scope"),
        citations=turn.citations,
        spans=turn.spans,
        wordings=turn.wordings,
        tools=tuple(
            ToolCall(name=c.name, arguments=c.arguments, ok=c.ok, result=c.text, milliseconds=c.milliseconds)
            for c in calls
        ),
        cards=turn.cards,
        quick_replies=turn.quick_replies,
        proposal=next((served.proposal for served in reversed(turn.served) if served.proposal), None),
        handoff=bool(turn.handoff),
        rung=turn.rung,
        model_calls=usage.calls,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        timings_ms=dict(turn.timings_ms),
        failed_checks=tuple(turn.failed_checks),
        crashed=turn.crashed,
    )
