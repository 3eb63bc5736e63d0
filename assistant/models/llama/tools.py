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
        """One line for the prompt: `- get_order(order_id, verbose?): what it does`, as short as can be.

        Plain types are left out, for the grammar enforces them; what an argument means or may be is told.
        """
        required = set(self.parameters.get("required", ()))
        fields = ", ".join(
            f"{name}{'' if name in required else '?'}{_meaning(field)}"
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
    parallel: bool = False


def read_tool_use(
    tools: Sequence[Mapping[str, Any]] | None, choice: object = None, *, parallel: bool = False
) -> ToolUse | None:
    """Read OpenAI-style tools and any of LangChain's forms of `tool_choice`.

    Args:
        tools: as `convert_to_openai_tool` gives them; of two with one name, the last counts.
        choice: None, "auto", "any", "required", True, "none", False, a tool's name, or
            `{"type": "function", "function": {"name": ...}}`.
        parallel: whether several calls may be made.

    Returns:
        None when there are no tools.

    Raises:
        ValueError: the choice names no tool of `tools`, or a tool is called "reply".
    """
    by_name = {spec.name: spec for spec in map(_spec, tools or ())}
    if not by_name:
        return None
    specs, names = tuple(by_name.values()), list(by_name)
    if REPLY in by_name:
        raise ValueError(f"no tool may be called {REPLY!r}: so the model calls an answer in words")
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


def _meaning(field: Mapping[str, Any]) -> str:
    told = [_values(field)] if _values(field) else []
    if field.get("description"):
        told.append(" ".join(str(field["description"]).split()))
    return f": {', '.join(told)}" if told else ""


def _values(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return "|".join(compact_json(value) for value in field["enum"])
    if "anyOf" in field:
        return "|".join(filter(None, (_values(option) for option in field["anyOf"])))
    if field.get("type") == "array":
        return f"list of {_values(field.get('items') or {}) or 'values'}"
    if field.get("properties"):
        return "{" + ", ".join(f"{name}{_meaning(inner)}" for name, inner in field["properties"].items()) + "}"
    return ""
