"""Answer events → LangChain messages and chunks, with usage and what prefix reuse spared."""

from collections.abc import Iterable
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk

from assistant.models.llama.answer import AnswerEvent, CallDelta, Done, TextDelta, parse_arguments


def message_of(events: Iterable[AnswerEvent], model_name: str) -> AIMessage:
    """The finished message of an answer.

    Args:
        events: all events of the answer, ending in `Done`.
        model_name: for `response_metadata`.
    """
    text = ""
    calls: list[CallDelta] = []
    usage: UsageMetadata | None = None
    metadata: dict[str, Any] = {}
    for event in events:
        if isinstance(event, TextDelta):
            text += event.text
        elif isinstance(event, Done):
            usage, metadata = _usage(event), _metadata(event, model_name)
        elif event.name is not None:
            calls.append(event)
        else:
            begun = calls[-1]
            calls[-1] = CallDelta(begun.index, begun.arguments + event.arguments, begun.name, begun.call_id)
    parsed = [(call, parse_arguments(call.arguments)) for call in calls]
    return AIMessage(
        content=text,
        tool_calls=[
            tool_call(name=call.name or "", args=arguments, id=call.call_id)
            for call, arguments in parsed
            if arguments is not None
        ],
        invalid_tool_calls=[
            invalid_tool_call(name=call.name, args=call.arguments, id=call.call_id, error="cut at the token limit")
            for call, arguments in parsed
            if arguments is None
        ],
        usage_metadata=usage,
        response_metadata=metadata,
    )


def chunk_of(event: AnswerEvent, model_name: str) -> AIMessageChunk:
    """The chunk of one event; the last one carries usage and metadata."""
    if isinstance(event, TextDelta):
        return AIMessageChunk(content=event.text)
    if isinstance(event, CallDelta):
        return AIMessageChunk(
            content="",
            tool_call_chunks=[
                tool_call_chunk(name=event.name, args=event.arguments, id=event.call_id, index=event.index)
            ],
        )
    return AIMessageChunk(
        content="",
        usage_metadata=_usage(event),
        response_metadata=_metadata(event, model_name),
        chunk_position="last",
    )


def _usage(done: Done) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=done.input_tokens,
        output_tokens=done.output_tokens,
        total_tokens=done.input_tokens + done.output_tokens,
        input_token_details=InputTokenDetails(cache_read=done.reused_tokens),
    )


def _metadata(done: Done, model_name: str) -> dict[str, Any]:
    return {
        "model_name": model_name,
        "finish_reason": done.reason,
        "prefix_reused_tokens": done.reused_tokens,
    }
