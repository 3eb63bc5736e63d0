"""OpenTelemetry spans of turns, their stages, tools and model calls; nothing at all until they are switched on.

Names follow the semantic conventions for generative AI (opentelemetry.io, "GenAI spans"), which are still in
development: they stand in this file only. Words are left out unless the operator wants them, and then masked.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.errors import OperatorError
from assistant.text.masking import mask_for_good

AGENT = "shop-assistant"
_OPERATION, _TOOL = "gen_ai.operation.name", "gen_ai.tool.name"
_INPUT_TOKENS, _OUTPUT_TOKENS = "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"


class _Switch:
    """What is traced to; None of it by default."""

    tracer: Any = None
    content = False


class Traced:
    """A span that is open, or none: then everything done to it does nothing."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def note(self, **attributes: str | float | bool) -> None:
        """Set attributes; `__` in a name stands for a dot."""
        if self._span is not None:
            for name, value in attributes.items():
                self._span.set_attribute(name.replace("__", "."), value)

    def spent(self, input_tokens: int, output_tokens: int) -> None:
        """Set the tokens that were used."""
        if self._span is not None:
            self._span.set_attributes({_INPUT_TOKENS: input_tokens, _OUTPUT_TOKENS: output_tokens})

    def said(self, asked: str, answered: str) -> None:
        """Set the words, masked for good; only where the operator wants words in traces."""
        if self._span is not None and _Switch.content:
            self._span.set_attribute("gen_ai.input.messages", _message("user", asked))
            self._span.set_attribute("gen_ai.output.messages", _message("assistant", answered))

    def failed(self, error: BaseException | str) -> None:
        """Mark as failed; of an exception only its type is told."""
        if self._span is not None:
            from opentelemetry.trace import StatusCode

            self._span.set_status(StatusCode.ERROR)
            self._span.set_attribute("error.type", error if isinstance(error, str) else type(error).__name__)

    def end(self) -> None:
        """Close the span."""
        if self._span is not None:
            self._span.end()


@contextmanager
def turn_span(channel: str) -> Iterator[Traced]:
    """One turn, from message to reply."""
    with _current(f"invoke_agent {AGENT}", "invoke_agent", {"gen_ai.agent.name": AGENT, "channel": channel}) as span:
        yield span


@contextmanager
def stage_span(name: str) -> Iterator[Traced]:
    """One stage of a turn."""
    with _current(f"stage {name}", "", {}) as span:
        yield span


@contextmanager
def tool_span(name: str) -> Iterator[Traced]:
    """One call of a tool."""
    with _current(f"execute_tool {name}", "execute_tool", {_TOOL: name, "gen_ai.tool.type": "function"}) as span:
        yield span


def model_span(rung: str, model: str) -> Traced:
    """One call of a language model; close it with `end`."""
    if _Switch.tracer is None:
        return Traced()
    attributes = {_OPERATION: "chat", "gen_ai.provider.name": rung, "gen_ai.request.model": model}
    return Traced(_Switch.tracer.start_span(f"chat {model}", attributes=attributes))


def trace_to(provider: Any, *, content: bool = False) -> None:
    """Trace to a provider of OpenTelemetry's SDK; None switches tracing off."""
    _Switch.tracer = None if provider is None else provider.get_tracer("shop_assistant")
    _Switch.content = content


def export_to(endpoint: str, *, content: bool) -> None:
    """Send spans to a collector by OTLP over gRPC, in the background.

    Args:
        endpoint: such as `http://127.0.0.1:4317`; https encrypts.
        content: whether masked words go along.

    Raises:
        OperatorError: OpenTelemetry's exporter is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        fix = "pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-grpc"
        raise OperatorError(f"otlp_endpoint is set, but {error.name} is not there", fix=fix) from None
    provider = TracerProvider(resource=Resource.create({"service.name": AGENT}))
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https://"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace_to(provider, content=content)


@contextmanager
def _current(name: str, operation: str, attributes: dict[str, str]) -> Iterator[Traced]:
    if _Switch.tracer is None:
        yield Traced()
        return
    if operation:
        attributes = {_OPERATION: operation, **attributes}
    with _Switch.tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        traced = Traced(span)
        try:
            yield traced
        except BaseException as error:
            traced.failed(error)
            raise


def _message(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": mask_for_good(text)}]}], ensure_ascii=False)
