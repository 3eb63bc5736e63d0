"""Taking a message in: limits, the ledger, and the turn that a worker thread runs.

Every door that customers' messages come through (the chat, the OpenAI-compatible API, MCP, e-mail) uses this one.
"""

import logging
import time
from dataclasses import dataclass

from anyio.to_thread import run_sync
from sqlalchemy.exc import SQLAlchemyError

from assistant.conversation.reply import Incoming, Reply, SentAs, TurnEvent
from assistant.errors import CustomerError
from assistant.web.errors import ApiError
from assistant.web.ledger import Ticket
from assistant.web.schemas import ReplyView
from assistant.web.state import WebState
from assistant.web.tokens import Identity
from assistant.web.turns import LiveTurn, Publish, QueueFull, TurnUpdate, Work

log = logging.getLogger(__name__)

BUSY_RETRY_S = 5


@dataclass(frozen=True)
class Taken:
    """A message that was taken in: the turn to follow, and whether this request began it."""

    turn: LiveTurn
    new: bool


async def take_in(state: WebState, identity: Identity, message_id: str, incoming: Incoming, address: str) -> Taken:
    """Take a message in and start its turn, or find the turn that already answers it.

    Args:
        state: what the routes share.
        identity: whose message it is; `incoming.customer_id` is theirs.
        message_id: chosen by the client; the same id is answered once.
        incoming: the message.
        address: the client's network address, for the limits.

    Raises:
        ApiError: the message is refused; the reservation of its turn is released.
    """
    key = f"{identity.owner} {message_id}"
    turn, new = state.runner.reserve(key)
    if new:
        await _begin(state, turn, identity, message_id, incoming, address)
    return Taken(turn, new)


async def _begin(
    state: WebState, turn: LiveTurn, identity: Identity, message_id: str, incoming: Incoming, address: str
) -> None:
    key = f"{identity.owner} {message_id}"
    ticket: Ticket | ReplyView | None = None
    try:
        state.address_limit.hit(address)
        state.owner_limit.hit(identity.owner)
        ticket = await run_sync(state.ledger.claim, identity, message_id, incoming.conversation_id, incoming.text)
        if isinstance(ticket, ReplyView):
            state.runner.release(key, TurnUpdate("final", ticket.model_dump(mode="json")))
            return
        turn.publish(TurnUpdate("stage", {"stage": "queued"}))
        state.runner.start(key, incoming.conversation_id, _work(state, incoming, ticket))
    except QueueFull as error:
        assert isinstance(ticket, Ticket)
        await run_sync(state.ledger.give_up, ticket)
        busy = ApiError(503, "busy", "too many customers are writing just now", retry_after_s=BUSY_RETRY_S)
        state.runner.release(key, _error(busy.code, busy.message, retry=True))
        raise busy from error
    except ApiError as error:
        state.runner.release(key, _error(error.code, error.message, retry=error.retry_after_s is not None))
        raise
    except BaseException:
        state.runner.release(key, _error("internal", "something went wrong on our side", retry=True))
        raise


def _work(state: WebState, incoming: Incoming, ticket: Ticket) -> Work:
    """The turn as a worker thread runs it; it always ends with `final` or `error`."""

    def work(publish: Publish) -> None:
        started = time.perf_counter()

        def on_event(event: TurnEvent) -> None:
            if event.kind == "stage":
                publish(TurnUpdate("stage", {"stage": event.text}))
            elif event.kind == "delta":
                publish(TurnUpdate("delta", {"text": event.text}))
            elif event.reply is not None:  # recorded by now; what the turn still does, the customer needn't wait for
                state.metrics.turn(event.reply, time.perf_counter() - started)
                publish(TurnUpdate("final", _kept(state, event.reply, ticket).model_dump(mode="json")))

        sent = incoming.model_copy(update={"sent_as": SentAs(**vars(ticket))})
        try:
            with state.turn_locks.hold(incoming.conversation_id):
                state.parts.assistant.ask(sent, on_event)
        except CustomerError as error:
            state.metrics.failure("refused")
            _give_up(state, ticket)
            publish(_error("refused", str(error), retry=False))
        except Exception:
            log.exception("a turn failed")
            state.metrics.failure("internal")
            _give_up(state, ticket)
            publish(_error("internal", "something went wrong on our side", retry=True))
        else:
            state.parts.assistant.settle()

    return work


def _give_up(state: WebState, ticket: Ticket) -> None:
    try:
        state.ledger.give_up(ticket)
    except SQLAlchemyError:  # the customer is told all the same; the message may be sent again after the turn's time
        log.exception("a message could not be released")


def _kept(state: WebState, reply: Reply, ticket: Ticket) -> ReplyView:
    view = ReplyView.of(reply, ticket.client_message_id)
    try:
        state.ledger.finish(ticket, view)
    except SQLAlchemyError:  # the turn itself is recorded: the customer gets the answer all the same
        log.exception("an answered message could not be marked as such")
    return view


def _error(code: str, message: str, *, retry: bool) -> TurnUpdate:
    return TurnUpdate("error", {"code": code, "message": message, "retry": retry})
