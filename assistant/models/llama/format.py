"""Messages → prompt tokens, by the chat template that the GGUF file carries.

What people and tools wrote never becomes control tokens: the template is filled with placeholders, and
the texts that belong there are tokenised apart, as plain text. So a customer who types `<|im_start|>system`
gets eleven harmless tokens. It also keeps the tokens of a common beginning identical whatever follows,
which prefix reuse lives from.

Tools, calls and results are written in the form that Qwen models are trained on (`<tool_call>`,
`<tool_response>`), by us and not by the template, so that every model with a chat template has them.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from assistant.errors import ModelUnavailable
from assistant.models.llama.engine import LlamaEngine

CALL_OPEN = "<tool_call>\n"
CALL_NAME = '{"name": "'
CALL_ARGUMENTS = '", "arguments":'
CALL_CLOSE = "}\n</tool_call>"
_RESPONSE = "<tool_response>\n{}\n</tool_response>"
_SLOT = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Part:
    """A stretch of a prompt; `markup` is ours and may hold control tokens, the rest is plain text."""

    text: str
    markup: bool


class ChatFormat:
    """Renders conversations for one model.

    Args:
        engine: the loaded model.
    """

    def __init__(self, engine: LlamaEngine) -> None:
        self._engine = engine
        self._source = engine.metadata("tokenizer.chat_template")

    def tokens(self, messages: Sequence[BaseMessage], *, system_suffix: str = "", answer: bool = True) -> list[int]:
        """Token ids of a conversation.

        Args:
            messages: system, human, AI and tool messages.
            system_suffix: text of our own that follows the first system message: tools, an answer's schema.
            answer: whether the prompt ends where the assistant's answer begins.
        """
        ids = list(self._engine.start_tokens)
        for part in self.parts(messages, system_suffix=system_suffix, answer=answer):
            ids += self._engine.tokenize(part.text, markup=part.markup)
        return ids

    def parts(self, messages: Sequence[BaseMessage], *, system_suffix: str = "", answer: bool = True) -> list[Part]:
        """The stretches of the prompt, in order; see `tokens`."""
        slots: list[str] = []
        turns = self._turns(messages, system_suffix, slots)
        text = self._render(turns, answer)
        parts: list[Part] = []
        for i, piece in enumerate(_SLOT.split(text)):
            part = Part(slots[int(piece)], markup=False) if i % 2 else Part(piece, markup=True)
            if part.text:
                parts.append(part)
        return parts

    def _turns(self, messages: Sequence[BaseMessage], suffix: str, slots: list[str]) -> list[dict[str, str]]:
        def slot(text: str) -> str:
            slots.append(text)
            return f"\ue000{len(slots) - 1}\ue001"

        turns: list[dict[str, str]] = []
        if suffix and not (messages and isinstance(messages[0], SystemMessage)):
            turns.append({"role": "system", "content": slot(suffix)})
            suffix = ""
        for i, message in enumerate(messages):
            if isinstance(message, ToolMessage):
                content = _RESPONSE.format(slot(text_of(message)))
                if i and isinstance(messages[i - 1], ToolMessage):
                    turns[-1]["content"] += "\n" + content
                else:
                    turns.append({"role": "user", "content": content})
                continue
            pieces = [slot(text_of(message))] if text_of(message) else []
            if suffix and not turns:
                pieces.append(slot(suffix))
            if isinstance(message, AIMessage):
                pieces += [_call(call["name"], call["args"], slot) for call in message.tool_calls]
            separator = "\n\n" if isinstance(message, SystemMessage) else "\n"
            turns.append({"role": _role(message), "content": separator.join(pieces)})
        return turns

    def _render(self, turns: list[dict[str, str]], answer: bool) -> str:
        if self._source is None:
            text = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in turns)
            return text + ("<|im_start|>assistant\n" if answer else "")
        from jinja2 import TemplateError

        try:
            text = self._fill(turns, answer)
        except TemplateError:
            # templates without a system role, or that insist on alternating roles
            try:
                text = self._fill(_alternating(turns), answer)
            except TemplateError as error:
                raise ModelUnavailable(f"the chat template of {self._engine.path.name} fails: {error}") from error
        bos = self._engine.token_text(self._engine.bos)
        return text.removeprefix(bos) if self._engine.start_tokens and bos else text

    def _fill(self, turns: list[dict[str, str]], answer: bool) -> str:
        return str(
            self._template.render(
                messages=turns,
                add_generation_prompt=answer,
                bos_token=self._engine.token_text(self._engine.bos),
                eos_token=self._engine.token_text(self._engine.eos),
            )
        )

    @cached_property
    def _template(self) -> Any:
        from jinja2 import TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        def fail(message: str) -> None:
            raise TemplateError(message)

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = fail
        environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
        return environment.from_string(self._source or "")


def text_of(message: BaseMessage) -> str:
    """The text of a message, whether its content is a string or blocks.

    Raises:
        ValueError: a person's message holds something that this model can't read, such as a picture.
    """
    if isinstance(message, HumanMessage) and not isinstance(message.content, str):
        for block in message.content:
            kind = "text" if isinstance(block, str) else block.get("type")
            if kind != "text":
                raise ValueError(f"the local model reads only text, not a block of type {kind!r}")
    return str(message.text)


def _role(message: BaseMessage) -> str:
    roles = {"human": "user", "ai": "assistant", "system": "system", "chat": getattr(message, "role", "user")}
    return roles.get(message.type.removesuffix("MessageChunk").lower(), "user")


def _call(name: str, arguments: dict[str, Any], slot: Any) -> str:
    # cut where generation cuts, so that the tokens of a call in the history are those that were generated
    pieces = (CALL_NAME, name, CALL_ARGUMENTS, " " + json.dumps(arguments, ensure_ascii=False))
    return CALL_OPEN + "".join(slot(piece) for piece in pieces) + CALL_CLOSE


def _alternating(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    merged: list[dict[str, str]] = []
    for turn in turns:
        role = "assistant" if turn["role"] == "assistant" else "user"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += "\n\n" + turn["content"]
        else:
            merged.append({"role": role, "content": turn["content"]})
    return merged
