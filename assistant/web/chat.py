"""The chat's routes: one message in, server-sent events out; and the history of a conversation."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.conversation.reply import Incoming
from assistant.ids import ConversationId, new_id
from assistant.web.attachments import attached_to
from assistant.web.conversations import OneId
from assistant.web.errors import ApiError, documented
from assistant.web.intake import take_in
from assistant.web.live import with_people
from assistant.web.schemas import ChatRequest, ConversationView
from assistant.web.state import WebState
from assistant.web.tokens import Identity
from assistant.web.turns import LiveTurn

PING_S = 15


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
        attached = await run_sync(attached_to, state, identity, body.attachment_id, body.message)
        incoming = Incoming(
            text=body.message,
            customer_id=identity.customer_id,
            conversation_id=ConversationId(body.conversation_id) if body.conversation_id else None,
            language=body.language,
            answer=body.answer,
            attached=attached,
        )
        address = request.client.host if request.client else ""
        taken = await take_in(state, identity, message_id, incoming, address)
        start = int(last_event_id) + 1 if last_event_id and not taken.new else 0
        return EventSourceResponse(_events(taken.turn, start), ping=PING_S)

    @router.get(
        "/api/conversations/{conversation_id}",
        responses=documented(401, 404, 422, 503),
        summary="A conversation of one's own, with its messages",
    )
    def conversation(
        conversation_id: OneId, identity: Annotated[Identity, Depends(state.identity)]
    ) -> ConversationView:
        return with_people(state, state.ledger.history(identity, ConversationId(conversation_id)))

    return router


async def _events(turn: LiveTurn, start: int) -> AsyncIterator[ServerSentEvent]:
    async for number, update in turn.follow(start):
        yield ServerSentEvent(
            data=json.dumps(update.data, ensure_ascii=False), event=update.event, id=str(number), sep="\n"
        )
