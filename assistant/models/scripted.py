"""A chat model that plays back a script: for runs without a key or a model file, and for tests.

    ScriptedChatModel(script=[
        "Hello!",                                                     # an answer
        ToolUse("track_shipment", {"order_id": "W123"}),              # a tool call
        {"facts": [1], "answer": "Yes."},                             # arguments of the tool or schema asked for
        lambda messages: f"You wrote {messages[-1].text}",            # an answer that depends
        ModelUnavailable("the model is down"),                        # raised
    ])

The same as YAML, for `ScriptedChatModel.from_yaml`:

    - Hello!
    - tool: track_shipment
      arguments: {order_id: W123}
    - answer: {facts: [1], answer: "Yes."}
    - fail: the model is down
"""

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import BaseModel, PrivateAttr

from assistant.errors import AssistantError, ModelUnavailable, OperatorError
from assistant.text.tokens import estimate_tokens

_PIECES = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")


class ScriptEnded(AssistantError):
    """The model was called more often than its script foresees."""


@dataclass(frozen=True)
class ToolUse:
    """A tool call in a script; `text` is said with it."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


Line = str | AIMessage | ToolUse | Mapping[str, Any] | BaseModel | Exception
Script = Sequence[Line | Callable[[list[BaseMessage]], Line]]
Scores = Mapping[str, float] | Callable[[Any, Sequence[str]], Mapping[str, float]]


class PlayedChatModel(BaseChatModel):
    """A chat model whose answers come from code: what scripted models share."""

    _numbers: Any = PrivateAttr(default_factory=itertools.count)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def next_line(self, messages: list[BaseMessage], tools: list[dict[str, Any]], *, structured: bool) -> Line:
        """What is said now.

        Args:
            messages: the conversation.
            tools: that were bound, in OpenAI's form.
            structured: whether an answer that fits the only tool's schema is wanted, rather than a tool's call.
        """
        raise NotImplementedError

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Bind tools; a line of bare arguments becomes a call of the first one."""
        if tool_choice is not None:
            kwargs["tool_choice"] = tool_choice
        if "ls_structured_output_format" in kwargs:
            kwargs["structured"] = True  # LangChain takes the other one out before the model sees it
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def get_num_tokens(self, text: str) -> int:
        """An estimate by length."""
        return estimate_tokens(text)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._play(messages, stop, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._play(messages, stop, kwargs)
        for piece in _PIECES.findall(str(message.text)):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece, id=message.id))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk
        calls = [
            tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
            for index, call in enumerate(message.tool_calls)
        ]
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                id=message.id,
                tool_call_chunks=calls,
                usage_metadata=message.usage_metadata,
                chunk_position="last",
            )
        )

    def _play(self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]) -> AIMessage:
        tools = [] if kwargs.get("tool_choice") == "none" else list(kwargs.get("tools", ()))
        line = self.next_line(messages, tools, structured=bool(kwargs.get("structured")))
        if isinstance(line, Exception):
            raise line
        message = self._as_message(line, tools)
        if isinstance(message.content, str):
            for mark in stop or ():
                message.content = message.content.split(mark)[0]
        if message.usage_metadata is None:
            asked = sum(estimate_tokens(str(each.text)) for each in messages)
            said = estimate_tokens(str(message.text)) + estimate_tokens(json.dumps(message.tool_calls, default=str))
            message.usage_metadata = UsageMetadata(input_tokens=asked, output_tokens=said, total_tokens=asked + said)
        return message

    def _as_message(self, line: Line, tools: list[dict[str, Any]]) -> AIMessage:
        if isinstance(line, AIMessage):
            return line.model_copy(deep=True)
        if isinstance(line, str):
            return AIMessage(line)
        if isinstance(line, BaseModel):
            line = line.model_dump(mode="json")
        if isinstance(line, Mapping):
            if not tools:
                return AIMessage(json.dumps(dict(line), ensure_ascii=False))
            line = ToolUse(tools[0]["function"]["name"], line)
        if isinstance(line, ToolUse):
            call = {"name": line.tool, "args": dict(line.arguments), "id": f"call_{next(self._numbers)}"}
            return AIMessage(line.text, tool_calls=[{**call, "type": "tool_call"}])
        raise TypeError(f"a script can't say {line!r}")


class ScriptedChatModel(PlayedChatModel):
    """Plays back a script, one line a call.

    Attributes:
        script: the lines, in order.
        repeat: whether the last line is said again and again instead of raising `ScriptEnded`.
        scores: weights by choice for `score_choices`, or a function of prompt and choices; None: all the same.
    """

    script: Any = ()
    repeat: bool = False
    scores: Any = None
    _position: int = PrivateAttr(default=0)
    _lock: Any = PrivateAttr(default_factory=Lock)
    _calls: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    def __init__(self, script: Script = (), **kwargs: Any) -> None:
        super().__init__(script=list(script), **kwargs)

    @classmethod
    def from_yaml(cls, path: Path) -> "ScriptedChatModel":
        """The script of a YAML file (see the module's text for its form).

        Raises:
            OperatorError: the file is not a script.
        """
        import yaml

        try:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls([_from_entry(entry) for entry in entries])
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise OperatorError(f"{str(path)!r} is not a script: {error!r}", fix=f"correct {path}") from error

    @property
    def calls(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._calls

    def next_line(self, messages: list[BaseMessage], tools: list[dict[str, Any]], *, structured: bool) -> Line:
        """The script's next line.

        Raises:
            ScriptEnded: there is none.
        """
        with self._lock:
            self._calls.append(list(messages))
            position = min(self._position, len(self.script) - 1) if self.repeat else self._position
            if not 0 <= position < len(self.script):
                raise ScriptEnded(
                    f"call {self._position + 1} of a script of {len(self.script)} lines: {messages[-1]!r}"
                )
            self._position += 1
            line = self.script[position]
        answer: Line = line(messages) if callable(line) else line
        return answer

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> dict[str, float]:
        """Normalised log-probabilities of `choices` from the weights in `scores`."""
        scores = self.scores(prompt, choices) if callable(self.scores) else self.scores
        return log_probabilities(dict.fromkeys(choices, 1.0) if scores is None else scores, choices)


def log_probabilities(weights: Mapping[str, float], choices: Sequence[str]) -> dict[str, float]:
    """Normalised log-probabilities of `choices`; those without a weight get minus infinity."""
    total = sum(weights.get(choice, 0.0) for choice in choices)
    shares = {choice: weights.get(choice, 0.0) / total for choice in choices}
    return {choice: math.log(share) if share > 0 else -math.inf for choice, share in shares.items()}


def _from_entry(entry: Any) -> Line:
    if isinstance(entry, str):
        return entry
    if "tool" in entry:
        return ToolUse(entry["tool"], entry.get("arguments", {}), entry.get("say", ""))
    if "fail" in entry:
        return ModelUnavailable(entry["fail"])
    answer: Line = entry["answer"] if "answer" in entry else entry["say"]
    return answer
