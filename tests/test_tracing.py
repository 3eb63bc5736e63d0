"""Operators see in their traces how a turn went, without the words unless they want them."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant.tracing import trace_to
from tests.conversation.conftest import Ask, ask, house, with_model

__all__ = ["ask", "house", "with_model"]
MIA = "mia.chen@example.com"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace_to(provider)
    yield exporter
    trace_to(None)


def named(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.name.startswith(name)]


def test_a_turn_has_its_stages_and_tools_below_it(ask: Ask, spans: InMemorySpanExporter) -> None:
    reply = ask("Where is my order?", MIA)
    [turn] = named(spans, "invoke_agent")
    assert turn.attributes is not None
    assert turn.attributes["gen_ai.conversation.id"] == reply.conversation_id
    assert turn.attributes["gen_ai.operation.name"] == "invoke_agent"
    [tool] = named(spans, "execute_tool track_shipment")
    [act] = named(spans, "stage act")
    assert tool.parent is not None
    assert act.context is not None
    assert act.parent is not None
    assert turn.context is not None
    assert tool.parent.span_id == act.context.span_id
    assert act.parent.span_id == turn.context.span_id


def test_words_are_left_out_unless_wanted_and_then_masked(ask: Ask, spans: InMemorySpanExporter) -> None:
    question = "My mail is kim.lee@example.com. How long does delivery take?"
    ask(question, MIA)
    assert "delivery" not in str([span.attributes for span in spans.get_finished_spans()])
    spans.clear()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace_to(provider, content=True)
    ask(question, MIA)
    told = str([span.attributes for span in spans.get_finished_spans()])
    assert "How long does delivery take?" in told
    assert "kim.lee" not in told


def test_nothing_is_traced_by_default(ask: Ask, spans: InMemorySpanExporter) -> None:
    trace_to(None)
    ask("Where is my order?", MIA)
    assert spans.get_finished_spans() == ()
