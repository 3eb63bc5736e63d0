"""Ways of asking for a forced tool call that different OpenAI-compatible servers understand.

OpenAI, vLLM and newer llama.cpp servers take them all; llama-cpp-python's server answers 500 to a `required`
tool choice, or plainly ignores it, but constrains by grammar when one tool is named, or when `json_object` comes
with a schema. So the forms are tried in order, and what a server doesn't take is remembered.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import tool_call

from assistant.errors import ModelUnavailable

_ENOUGH = 2
_TAGGED = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)


@dataclass(frozen=True)
class Form:
    """One way to put a request.

    Attributes:
        name: for the memory.
        kwargs: of the call.
        reads: names of the tools that a JSON answer stands for; empty when the server makes the tool calls.
        forces: whether an answer without a tool call is wrong.
    """

    name: str
    kwargs: dict[str, Any]
    reads: tuple[str, ...] = ()
    forces: bool = True


@dataclass
class Dialect:
    """What one server was found not to take."""

    _missed: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def forms(self, kwargs: dict[str, Any]) -> list[Form]:
        """The ways to put a request, best first, without those that the server doesn't take."""
        found = list(_forms(kwargs))
        with self._lock:
            taken = [form for form in found if self._missed.get(form.name, 0) < _ENOUGH]
        return taken or found[-1:]

    def worked(self, form: Form, failed: list[Form]) -> None:
        """`form` was answered after `failed` were not; twice in a row and they are not tried again."""
        with self._lock:
            self._missed.pop(form.name, None)
            for each in failed:
                self._missed[each.name] = self._missed.get(each.name, 0) + 1


def _forms(kwargs: dict[str, Any]) -> Iterator[Form]:
    choice, tools = kwargs.get("tool_choice"), kwargs.get("tools") or []
    forced = choice in ("required", "any") or isinstance(choice, dict)
    if not (forced and tools):
        yield Form("plain", kwargs, forces=False)
        return
    if isinstance(choice, dict):
        tools = [tool for tool in tools if tool["function"]["name"] == choice["function"]["name"]] or tools
    else:
        yield Form("required", kwargs)
    rest = {name: value for name, value in kwargs.items() if name not in ("tools", "tool_choice")}
    names = tuple(tool["function"]["name"] for tool in tools)
    if len(tools) == 1:
        named = {"type": "function", "function": {"name": names[0]}}
        yield Form("named", {**kwargs, "tool_choice": named})
        schema = tools[0]["function"]["parameters"]
    else:
        schema = {"anyOf": [_call_schema(tool["function"]) for tool in tools]}
    answer = {"response_format": {"type": "json_object", "schema": schema}}
    yield Form("json", {**rest, "extra_body": {**rest.get("extra_body", {}), **answer}}, reads=names)


def _call_schema(function: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"name": {"const": function["name"]}, "arguments": function["parameters"]},
        "required": ["name", "arguments"],
    }


def read_calls(message: AIMessage, form: Form, offered: frozenset[str]) -> AIMessage:
    """The message with the tool calls that stand in its text.

    Args:
        message: the server's answer.
        form: how it was asked.
        offered: names of the tools on offer; text that isn't a call of one of them stays text.

    Raises:
        ModelUnavailable: a JSON answer was asked for and this is none.
    """
    if message.tool_calls:
        return message
    text = str(message.text)
    if not form.reads:
        calls = [_tagged_call(body) for body in _TAGGED.findall(text)]
        known = [call for call in calls if call is not None and call["name"] in offered]
        return _with_calls(message, _TAGGED.sub("", text).strip(), known) if known else message
    try:
        value = json.loads(text)
        call = {"name": form.reads[0], "arguments": value} if len(form.reads) == 1 else value
        if call["name"] not in form.reads or not isinstance(call["arguments"], dict):
            raise ValueError(f"{call['name']!r} is not on offer")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(f"the hosted model's answer is not the tool call that was asked for: {error}") from error
    return _with_calls(message, "", [call])


def _tagged_call(body: str) -> dict[str, Any] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    good = isinstance(value, dict) and isinstance(value.get("name"), str)
    return {"name": value["name"], "arguments": value.get("arguments") or {}} if good else None


def _with_calls(message: AIMessage, text: str, calls: list[dict[str, Any]]) -> AIMessage:
    made = [
        tool_call(name=call["name"], args=call["arguments"], id=f"call_{message.id or 'hosted'}_{number}")
        for number, call in enumerate(calls)
    ]
    return message.model_copy(update={"content": text, "tool_calls": made})
