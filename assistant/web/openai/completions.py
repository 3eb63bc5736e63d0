"""`POST /v1/chat/completions` and `GET /v1/models`."""

import json
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError

from assistant.conversation.reply import Incoming
from assistant.ids import ConversationId, new_id
from assistant.storage.conversation_tables import TurnRow
from assistant.web.errors import ApiError, error_body
from assistant.web.intake import take_in
from assistant.web.openai.continuity import conversation_of, said
from assistant.web.openai.schemas import (
    MODEL,
    AnswerMessage,
    Choice,
    Completion,
    CompletionRequest,
    Extras,
    Model,
    Models,
    OpenAiError,
    Usage,
)
from assistant.web.schemas import CONVERSATION_ID, ChatRequest, ReplyView
from assistant.web.state import WebState
from assistant.web.tokens import Identity
from assistant.web.turns import LiveTurn

OWNER = "shop"
PATH = "/v1/chat/completions"
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "The answer; server-sent events where `stream` is true.",
    }
}


def openai_routes(state: WebState) -> APIRouter:
    """The OpenAI-compatible API."""
    router = APIRouter(tags=["openai"])

    @router.get("/v1/models", responses=_documented(401, 503), summary="The models: one, the assistant")
    def models(identity: Annotated[Identity, Depends(state.identity)]) -> Models:
        return Models(data=[_model(state)])

    @router.get("/v1/models/{model}", responses=_documented(401, 404, 503), summary="One model")
    def model(model: str, identity: Annotated[Identity, Depends(state.identity)]) -> Model:
        _known(model)
        return _model(state)

    @router.post(
        PATH,
        response_model=Completion,
        responses=_documented(400, 401, 404, 409, 413, 429, 500, 503) | _STREAM,
        summary="The assistant's next message, whole or as a stream",
    )
    async def complete(
        body: CompletionRequest,
        request: Request,
        identity: Annotated[Identity, Depends(state.identity)],
        idempotency_key: Annotated[str | None, Header(max_length=256)] = None,
        x_conversation_id: Annotated[str | None, Header(pattern=CONVERSATION_ID)] = None,
    ) -> Any:
        """As OpenAI's, with one model. The customer comes from the bearer token alone.

        A conversation goes on where `metadata.conversation_id` or `X-Conversation-Id` names it, or where the sent
        history is from one of the caller's conversations; otherwise a new one begins. A request with the same
        `Idempotency-Key` is answered once.
        """
        _refuse_what_can_not_be(body)
        text = _message(state, body)
        conversation_id = _named(body) or x_conversation_id
        if conversation_id is None:
            history = said(body.messages)[:-1]
            conversation_id = await run_sync(conversation_of, state.parts.database, identity, history)
        incoming = Incoming(
            text=text,
            customer_id=identity.customer_id,
            conversation_id=ConversationId(conversation_id) if conversation_id else None,
            channel="api",
        )
        address = request.client.host if request.client else ""
        message_id = new_id("msg") if idempotency_key is None else f"openai-{idempotency_key}"
        taken = await take_in(state, identity, message_id, incoming, address)
        created = int(state.parts.clock.now().timestamp())
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            stream = _chunks(state, taken.turn, message_id, created, usage)
            return StreamingResponse(stream, media_type="text/event-stream")
        reply = await _whole(taken.turn)
        return JSONResponse(
            Completion(
                id=f"chatcmpl-{reply.turn_id}",
                created=created,
                choices=[Choice(message=AnswerMessage(content=reply.text))],
                usage=await run_sync(_usage, state, reply.turn_id),
                shop_assistant=Extras.of(reply),
            ).model_dump(mode="json"),
            headers={"X-Conversation-Id": reply.conversation_id},
        )

    return router


def _documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": OpenAiError} for status in statuses}


def _model(state: WebState) -> Model:
    return Model(id=MODEL, created=0, owned_by=OWNER)


def _known(model: str) -> None:
    if model != MODEL:
        raise ApiError(404, "model_not_found", f"there is no model {model[:100]!r}; there is {MODEL!r}")


def _refuse_what_can_not_be(body: CompletionRequest) -> None:
    _known(body.model)
    if body.n not in (None, 1):
        raise ApiError(400, "unsupported_value", "n: one message is answered once", param="n")
    if (body.response_format or {}).get("type", "text") != "text":
        raise ApiError(400, "unsupported_value", "response_format: answers are text", param="response_format")
    if body.tool_choice not in (None, "auto", "none"):
        raise ApiError(400, "unsupported_value", "tool_choice: the assistant has its own tools", param="tool_choice")
    if body.messages[-1].role != "user":
        raise ApiError(400, "invalid_value", "messages: the last one must be the user's", param="messages")


def _message(state: WebState, body: CompletionRequest) -> str:
    """The customer's new message: all that was written since the assistant's last one."""
    new: list[str] = []
    for sent in reversed(body.messages):
        if sent.role != "user":
            break
        if kinds := sent.other_kinds:
            raise ApiError(400, "unsupported_content", f"messages: {kinds[0]!r} can't be read here", param="messages")
        new.append(sent.plain)
    try:
        text = ChatRequest(message="\n".join(reversed(new))).message
    except ValidationError as error:
        raise ApiError(400, "invalid_value", f"messages: {error.errors()[0]['msg']}", param="messages") from None
    most = state.parts.settings.message_max_chars
    if len(text) > most:
        too_long = f"messages: the new message has more than {most} characters"
        raise ApiError(400, "message_too_long", too_long, param="messages")
    return text


def _named(body: CompletionRequest) -> str | None:
    named = (body.metadata or {}).get("conversation_id")
    if named is None:
        return None
    if not isinstance(named, str) or not re.search(CONVERSATION_ID, named):
        raise ApiError(400, "invalid_value", "metadata.conversation_id is no id", param="metadata")
    return named


def _usage(state: WebState, turn_id: str) -> Usage:
    with state.parts.database.read() as session:
        row = session.get(TurnRow, turn_id)
    taken = (row.input_tokens, row.output_tokens) if row else (0, 0)
    return Usage(prompt_tokens=taken[0], completion_tokens=taken[1], total_tokens=sum(taken))


async def _whole(turn: LiveTurn) -> ReplyView:
    async for _, update in turn.follow():
        if update.event == "final":
            return ReplyView.model_validate(update.data)
        if update.event == "error":
            status = 503 if update.data["retry"] else 400
            raise ApiError(status, update.data["code"], update.data["message"])
    raise ApiError(500, "internal", "the turn ended without an answer")


async def _chunks(
    state: WebState, turn: LiveTurn, message_id: str, created: int, with_usage: bool
) -> AsyncIterator[str]:
    """The answer as OpenAI's clients read it: chunks of words, a last one that says why it stopped, `[DONE]`."""

    def chunk(delta: dict[str, Any], stop: str | None = None, **more: Any) -> str:
        choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": stop}]
        return _data(head | {"choices": choices} | more)

    head = {"id": f"chatcmpl-{message_id}", "object": "chat.completion.chunk", "created": created, "model": MODEL}
    yield chunk({"role": "assistant", "content": ""})
    spoken = ""
    async for _, update in turn.follow():
        if update.event == "delta":
            spoken += update.data["text"]
            yield chunk({"content": update.data["text"]})
        elif update.event == "final":
            reply = ReplyView.model_validate(update.data)
            if rest := reply.text.removeprefix(spoken):  # all of it, where the message had been answered before
                yield chunk({"content": rest})
            yield chunk({}, "stop", shop_assistant=Extras.of(reply).model_dump(mode="json"))
            if with_usage:
                usage = await run_sync(_usage, state, reply.turn_id)
                yield _data(head | {"choices": [], "usage": usage.model_dump()})
        elif update.event == "error":
            status = 503 if update.data["retry"] else 400
            yield _data(error_body(ApiError(status, update.data["code"], update.data["message"]), PATH))
            return
    yield "data: [DONE]\n\n"


def _data(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
