"""The register of tools: one description for the agents' loops, the direct path and the exam."""

import inspect
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assistant.errors import ToolError
from assistant.shop.records import Record
from assistant.tools.context import ToolContext
from assistant.tools.results import for_model
from assistant.tracing import tool_span

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool


class ToolKind(StrEnum):
    """READ looks things up; WRITE stores a proposal and changes nothing in the shop."""

    READ = "read"
    WRITE = "write"


class ToolOutcome(Record):
    """How one call of a tool ended. `text` is what a model reads; `result` is for templates.

    `code` and `details` say which refusal it was (see `ToolError`).
    """

    name: str
    arguments: dict[str, Any]
    ok: bool
    text: str
    result: Record | None = None
    milliseconds: float = 0.0
    code: str = ""
    details: dict[str, str] = {}


ToolFunction = Callable[..., Record]


@dataclass(frozen=True)
class Tool:
    """A tool that agents may call.

    Args:
        function: `(context: ToolContext, *, ...) -> Record`; its docstring is what the model reads.
        kind: READ or WRITE.
        private: whether it needs an identified customer.
    """

    function: ToolFunction
    kind: ToolKind = ToolKind.READ
    private: bool = False

    @property
    def name(self) -> str:
        """The function's name, which is the tool's."""
        return str(getattr(self.function, "__name__", ""))

    @property
    def description(self) -> str:
        """The function's docstring."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def schema(self) -> type[BaseModel]:
        """The arguments that a model may fill: the function's keyword parameters."""
        hints = get_type_hints(self.function, include_extras=True)
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if name != "context":
                default = ... if parameter.default is inspect.Parameter.empty else parameter.default
                fields[name] = (hints[name], default)
        model = create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)
        return cast(type[BaseModel], model)

    def call(self, context: ToolContext, arguments: dict[str, Any]) -> ToolOutcome:
        """Run the tool; a refusal comes back as an outcome with `ok` false, never as an exception."""
        with tool_span(self.name) as span:
            outcome = self._call(context, arguments)
            if not outcome.ok:
                span.failed(outcome.code or "refused")
        return outcome

    def _call(self, context: ToolContext, arguments: dict[str, Any]) -> ToolOutcome:
        started = time.perf_counter()
        try:
            if self.private and context.customer_id is None:
                raise ToolError("The customer has not been identified; ask them to sign in first.")
            if not _is_text(arguments):
                raise ToolError("An argument holds characters that are no text (NUL, or half a surrogate pair).")
            filled = self.schema.model_validate(arguments)
            values = {name: getattr(filled, name) for name in type(filled).model_fields}
            result = self.function(context, **values)
        except (ToolError, ValidationError) as error:
            text = _readable(error, self.name)
            code, details = (error.code, error.details) if isinstance(error, ToolError) else ("", {})
            return ToolOutcome(
                name=self.name,
                arguments=arguments,
                ok=False,
                text=text,
                milliseconds=_ms(started),
                code=code,
                details=details,
            )
        return ToolOutcome(
            name=self.name,
            arguments=arguments,
            ok=True,
            text=for_model(result),
            result=result,
            milliseconds=_ms(started),
        )


class ToolRegistry:
    """Tools by name.

    Args:
        tools: no two of the same name.
    """

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            if tool.name in self._tools:
                raise ValueError(f"two tools are called {tool.name!r}")
            self._tools[tool.name] = tool

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def names(self, kind: ToolKind | None = None) -> list[str]:
        """Names of all tools, or of those of one kind."""
        return [name for name, tool in self._tools.items() if kind in (None, tool.kind)]

    def get(self, name: str) -> Tool:
        """The tool called `name`; KeyError where there is none."""
        return self._tools[name]

    def call(self, name: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        """Run a tool by name; an unknown name is a refusal that lists what there is."""
        tool = self._tools.get(name)
        if tool is None:
            text = f"Error: there is no tool {name!r}; there are {', '.join(sorted(self._tools))}."
            return ToolOutcome(name=name, arguments=arguments, ok=False, text=text)
        return tool.call(context, arguments)

    def for_agent(self, names: Iterable[str]) -> "list[BaseTool]":
        """LangChain tools whose context comes from the runtime (`ToolRuntime`), never from the model."""
        return [_langchain_tool(self._tools[name]) for name in names]


def _langchain_tool(tool: Tool) -> "BaseTool":
    from langchain.tools import ToolRuntime
    from langchain_core.tools import InjectedToolArg, StructuredTool, ToolException

    def run(**arguments: Any) -> tuple[str, ToolOutcome]:
        runtime: ToolRuntime[ToolContext, Any] = arguments.pop("runtime")
        outcome = tool.call(runtime.context, arguments)
        if not outcome.ok:
            raise ToolException(outcome.text)
        return outcome.text, outcome

    visible = {name: (field.annotation, field) for name, field in tool.schema.model_fields.items()}
    fields: dict[str, Any] = {**visible, "runtime": (Annotated[Any, InjectedToolArg()], ...)}
    schema = create_model(tool.name, **fields)
    return StructuredTool.from_function(
        run,
        name=tool.name,
        description=tool.description,
        args_schema=cast(type[BaseModel], schema),
        response_format="content_and_artifact",
        handle_tool_error=True,
    )


def _is_text(value: object) -> bool:
    """Whether all strings in it can be stored: databases refuse NUL, and half a surrogate pair can't be encoded."""
    if isinstance(value, str):
        return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_text(name) and _is_text(item) for name, item in value.items())
    return all(map(_is_text, value)) if isinstance(value, list | tuple) else True


def _readable(error: ToolError | ValidationError, name: str) -> str:
    if isinstance(error, ToolError):
        return f"Error: {error}"
    problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or name}: {e['msg']}" for e in error.errors())
    return f"Error: wrong arguments for {name}: {problems}"


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
