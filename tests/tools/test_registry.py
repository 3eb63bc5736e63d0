"""Tools answer with records, refuse with reasons, and take the customer from the runtime only."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from assistant.clock import FixedClock
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId
from assistant.tools.context import ToolContext
from assistant.tools.general import calculate
from assistant.tools.registry import Tool, ToolKind, ToolRegistry
from assistant.tools.results import CalculationResult


def context(customer: str | None = "mia") -> ToolContext:
    return ToolContext(
        customer_id=CustomerId(customer) if customer else None,
        conversation_id=ConversationId("conv_1"),
        language="en",
        shop=cast(Any, None),
        knowledge=cast(Any, None),
        clock=FixedClock(datetime(2026, 11, 24, tzinfo=UTC)),
    )


def whoami(context: ToolContext, *, word: str = "I am") -> CalculationResult:
    """Say who asks.

    Args:
        word: how to begin.
    """
    return CalculationResult(expression=word, value=str(context.customer_id))


def refuses(context: ToolContext) -> CalculationResult:
    """Always refuses."""
    raise ToolError("there is nothing here; try whoami")


@pytest.fixture
def registry() -> ToolRegistry:
    return ToolRegistry([Tool(whoami, private=True), Tool(refuses), Tool(calculate)])


def test_the_model_sees_arguments_but_not_the_context(registry: ToolRegistry) -> None:
    (tool,) = registry.for_agent(["whoami"])
    schema = cast(Any, tool.tool_call_schema).model_json_schema()
    assert list(schema["properties"]) == ["word"]
    assert "Say who asks" in tool.description


def test_a_private_tool_needs_a_customer(registry: ToolRegistry) -> None:
    outcome = registry.call("whoami", {}, context(None))
    assert not outcome.ok
    assert "sign in" in outcome.text


@pytest.mark.parametrize("arguments", [{"customer_id": "other"}, {"context": "other"}, {"word": 3}])
def test_forged_or_wrong_arguments_are_refused(registry: ToolRegistry, arguments: dict[str, Any]) -> None:
    assert not registry.call("whoami", arguments, context()).ok


@pytest.mark.parametrize("word", ["a\0b", "\ud800"])
def test_what_is_no_text_never_reaches_a_tool(registry: ToolRegistry, word: str) -> None:
    outcome = registry.call("whoami", {"word": word}, context())
    assert not outcome.ok
    assert "no text" in outcome.text


def test_a_refusal_says_what_would_work(registry: ToolRegistry) -> None:
    assert registry.call("refuses", {}, context()).text == "Error: there is nothing here; try whoami"
    assert "calculate" in registry.call("calculat", {}, context()).text


def test_read_is_what_a_tool_is_unless_it_says_otherwise(registry: ToolRegistry) -> None:
    assert registry.names(ToolKind.READ) == ["whoami", "refuses", "calculate"]
    assert registry.names(ToolKind.WRITE) == []


@pytest.mark.parametrize(
    ("expression", "value"),
    [("1 + 2 * 3", "7.00"), ("(52.20 - 3) / 2", "24.60"), ("-4 * -2", "8.00"), ("0.1+0.2", "0.30")],
)
def test_calculate_is_exact(registry: ToolRegistry, expression: str, value: str) -> None:
    result = registry.call("calculate", {"expression": expression}, context()).result
    assert isinstance(result, CalculationResult)
    assert result.value == value


@pytest.mark.parametrize(
    "code",
    [
        "__import__('os')",
        "2 ** 9999",
        "a + 1",
        "1 / 0",
        "(1",
        "1 if 1 else 2",
        "1" * 500,
        "True + 1",
        "1e400",
        "1e999999999 * 1e999999999",
        "1\0",
    ],
)
def test_calculate_runs_no_code(registry: ToolRegistry, code: str) -> None:
    assert not registry.call("calculate", {"expression": code}, context()).ok
