"""What a caller may ask of an answer: tools and which of them, or a JSON schema; read from LangChain's forms."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

REPLY = "reply"
"""The name under which the model may choose to answer in words."""

ChoiceKind = Literal["auto", "any", "none", "named"]


@dataclass(frozen=True)
class ToolSpec:
    """A tool as the model sees it: name, description, JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]

    @property
    def signature(self) -> str:
        """One line for the prompt: `get_order(order_id: string, verbose?: boolean): what it does`."""
        required = set(self.parameters.get("required", ()))
        fields = ", ".join(
            f"{name}{'' if name in required else '?'}: {_kind(field)}"
            for name, field in (self.parameters.get("properties") or {}).items()
        )
        return f"- {self.name}({fields}): {' '.join(self.description.split())}"


@dataclass(frozen=True)
class ToolUse:
    """Which tools an answer may call.

    Args:
        tools: all that the model is told about.
        kind: the model decides, must call one, must call none, or must call the named one.
        name: of the tool that must be called, with kind "named".
        parallel: whether more than one call may be made in an answer.
    """

    tools: tuple[ToolSpec, ...]
    kind: ChoiceKind = "auto"
    name: str | None = None
    parallel: bool = True


def read_tool_use(
    tools: Sequence[Mapping[str, Any]] | None, choice: object = None, *, parallel: bool = True
) -> ToolUse | None:
    """Read OpenAI-style tools and any of LangChain's forms of `tool_choice`.

    Args:
        tools: as `convert_to_openai_tool` gives them.
        choice: None, "auto", "any", "required", True, "none", False, a tool's name, or
            `{"type": "function", "function": {"name": ...}}`.
        parallel: whether several calls may be made.

    Returns:
        None when there are no tools.

    Raises:
        ValueError: the choice names no tool of `tools`, or a tool is called "reply".
    """
    specs = tuple(_spec(tool) for tool in tools or ())
    if not specs:
        return None
    names = [spec.name for spec in specs]
    if REPLY in names or len(set(names)) < len(names):
        raise ValueError(f"tools must have different names, none of them {REPLY!r}: {names}")
    if isinstance(choice, Mapping):
        choice = (choice.get("function") or choice).get("name")
    if choice in (None, "auto"):
        return ToolUse(specs, "auto", parallel=parallel)
    if choice in ("none", False):
        return ToolUse(specs, "none")
    if choice in names:
        return ToolUse(specs, "named", str(choice), parallel=parallel)
    if choice in ("any", "required", True):
        return ToolUse(specs, "any", parallel=parallel)
    raise ValueError(f"tool_choice {choice!r} is neither auto, any, none nor one of {names}")


def read_response_format(response_format: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The JSON schema of an OpenAI-style `response_format`; `{}` for any JSON object, None for free text.

    Raises:
        ValueError: the type is none of text, json_object and json_schema.
    """
    kind = (response_format or {}).get("type", "text")
    if response_format is None or kind == "text":
        return None
    if kind == "json_object":
        return dict(response_format.get("schema") or {"type": "object"})
    if kind == "json_schema":
        return dict(response_format["json_schema"]["schema"])
    raise ValueError(f"response_format of type {kind!r} isn't known: text, json_object or json_schema")


def compact_json(value: object) -> str:
    """JSON on one line, with non-ASCII characters as themselves."""
    return json.dumps(value, ensure_ascii=False)


def _spec(tool: Mapping[str, Any]) -> ToolSpec:
    function = tool.get("function", tool)
    parameters = function.get("parameters") or {"type": "object", "properties": {}}
    return ToolSpec(function["name"], function.get("description") or function["name"], parameters)


def _kind(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        text = "|".join(compact_json(value) for value in field["enum"])
    elif "anyOf" in field:
        text = "|".join(_kind(option) for option in field["anyOf"] if option.get("type") != "null")
    elif field.get("type") == "array":
        text = f"[{_kind(field.get('items') or {})}]"
    elif field.get("properties"):
        text = "{" + ", ".join(f"{name}: {_kind(inner)}" for name, inner in field["properties"].items()) + "}"
    else:
        text = str(field.get("type", "any"))
    return f"{text} ({' '.join(str(field['description']).split())})" if field.get("description") else text
