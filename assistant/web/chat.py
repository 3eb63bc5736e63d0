"""The chat's routes: one message in, server-sent events out; and the history of a conversation."""

import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.conversation.reply import Incoming, Reply, TurnEvent
from assistant.errors import CustomerError
from assistant.ids import ConversationId, new_id
from assistant.web.errors import ApiError, documented
from assistant.web.ledger import Ticket
from assistant.web.schemas import ChatRequest, ConversationView, ReplyView
from assistant.web.state import WebState
from assistant.web.tokens import Identity
from assistant.web.turns import LiveTurn, Publish, QueueFull, TurnUpdate, Work

log = logging.getLogger(__name__)

PING_S = 15
BUSY_RETRY_S = 5


def chat_routes(state: WebState) -> APIRouter:
    """`POST /api/chat` and `GET /api/conversations/{id}`."""
    router = APIRouter(tags=["chat"])

    @router.post(
        "/api/chat",
        response_class=EventSourceResponse,
        responses=documented(400, 401, 404, 409, 413, 422, 429, 503),
        summary="Send a message and follow the answer",
    )
    async def chat(
        body: ChatRequest,
        request: Request,
        identity: Annotated[Identity, Depends(state.identity)],
        last_event_id: Annotated[str, Header(pattern=r"^\d{0,9}$")] = "",
    ) -> EventSourceResponse:
        """Server-sent events: `stage`, `delta` (words to add), then `final` (the whole reply) or `error`.

        A client that lost the connection sends the same request again, with the same `client_message_id` and
        the number of the last event that it saw as `Last-Event-ID`: it gets what it missed.
        """
        most = state.parts.settings.message_max_chars
        if len(body.message) > most:
            raise ApiError(422, "message_too_long", f"the message has more than {most} characters")
        message_id = body.client_message_id or new_id("msg")
        turn, new = state.runner.reserve(f"{identity.owner} {message_id}")
        start = int(last_event_id) + 1 if last_event_id and not new else 0
        if new:
            await _begin(state, turn, identity, message_id, body, request.client.host if request.client else "")
        return EventSourceResponse(_events(turn, start), ping=PING_S)

    @router.get(
        "/api/conversations/{conversation_id}",
        responses=documented(401, 404, 503),
        summary="A conversation of one's own, with its messages",
    )
    def conversation(conversation_id: str, identity: Annotated[Identity, Depends(state.identity)]) -> ConversationView:
        return state.ledger.history(identity, ConversationId(conversation_id))

    return router


async def _begin(
    state: WebState, turn: LiveTurn, identity: Identity, message_id: str, body: ChatRequest, address: str
) -> None:
    """Take the message in and start its turn; on refusal the reservation is released and the error raised."""
    key = f"{identity.owner} {message_id}"
    conversation_id = ConversationId(body.conversation_id) if body.conversation_id else None
    ticket: Ticket | ReplyView | None = None
    try:
        state.address_limit.hit(address)
        state.owner_limit.hit(identity.owner)
        ticket = await run_sync(state.ledger.claim, identity, message_id, conversation_id, body.message)
        if isinstance(ticket, ReplyView):
            state.runner.release(key, TurnUpdate("final", ticket.model_dump(mode="json")))
            return
        turn.publish(TurnUpdate("stage", {"stage": "queued"}))
        incoming = Incoming(
            text=body.message,
            customer_id=identity.customer_id,
            conversation_id=conversation_id,
            language=body.language,
            answer=body.answer,
        )
        state.runner.start(key, conversation_id, _work(state, incoming, ticket))
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

        try:
            state.parts.assistant.ask(incoming, on_event)
        except CustomerError as error:
            state.metrics.failure("refused")
            state.ledger.give_up(ticket)
            publish(_error("refused", str(error), retry=False))
        except Exception:
            log.exception("a turn failed")
            state.metrics.failure("internal")
            state.ledger.give_up(ticket)
            publish(_error("internal", "something went wrong on our side", retry=True))
        else:
            state.parts.assistant.settle()

    return work


def _kept(state: WebState, reply: Reply, ticket: Ticket) -> ReplyView:
    view = ReplyView.of(reply, ticket.client_message_id)
    try:
        state.ledger.finish(ticket, view)
    except SQLAlchemyError:  # the turn itself is recorded: the customer gets the answer all the same
        log.exception("an answered message could not be marked as such")
    return view


def _error(code: str, message: str, *, retry: bool) -> TurnUpdate:
    return TurnUpdate("error", {"code": code, "message": message, "retry": retry})


async def _events(turn: LiveTurn, start: int) -> AsyncIterator[ServerSentEvent]:
    async for number, update in turn.follow(start):
        yield ServerSentEvent(
            data=json.dumps(update.data, ensure_ascii=False), event=update.event, id=str(number), sep="\n"
        )
