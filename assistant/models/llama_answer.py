"""One answer of the local model, as events: words, tool calls, what it cost.

Whether to call a tool is a decision of its own, because a small model's habit of starting a call with
`{`, a code fence or a friendly sentence says little: the names of the tools and of "reply" are weighed
against each other at the place where a call would name its tool. The weights are calibrated by those
which an empty question gets (contextual calibration, Zhao et al. 2021, arXiv 2102.09690), as such models
favour whatever stands first in a list. The arguments are then written under the grammar of their schema.
"""

import json
import math
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from assistant.errors import ModelUnavailable
from assistant.models.llama_decoding import CLOSING_TOKENS, Decoder
from assistant.models.llama_engine import LlamaEngine
from assistant.models.llama_format import CALL_ARGUMENTS, CALL_CLOSE, CALL_NAME, CALL_OPEN, ChatFormat
from assistant.models.llama_gbnf import grammar_of
from assistant.models.llama_sampling import Sampling, TokenSampler
from assistant.models.llama_scoring import normalised, score_texts
from assistant.models.llama_tools import REPLY, ToolSpec, ToolUse

_MAX_CALLS = 4
_MARGIN = CLOSING_TOKENS + 32
_EMPTY_QUESTIONS = ("N/A", "...", "")
_EMPTY_RESULT = "..."
_CALIBRATION = 0.5
_CALIBRATION_AFTER_RESULT = 1.0
_REPLY_AFTER_RESULT = 2.0
"""How much of the empty weights is taken off, and how much an answer in words gains once a tool has answered.

Set by hand on 20 questions and 10 conversations with results, with five tools in two orders, by the default
model: 17 of the 20 and 9 of the 10 were right then, where plain weights had 7 and 4 of the 10. The same
questions served to choose and to measure, so expect less elsewhere.
"""


class PromptTooLong(ModelUnavailable, ContextOverflowError):
    """The prompt leaves no room for an answer in the model's context."""


@dataclass(frozen=True)
class TextDelta:
    """The next words of the answer."""

    text: str


@dataclass(frozen=True)
class CallDelta:
    """The next piece of a tool call: first its name and id, then its arguments as JSON text."""

    index: int
    arguments: str = ""
    name: str | None = None
    call_id: str | None = None


@dataclass(frozen=True)
class Done:
    """The end of the answer.

    Args:
        reason: "stop", "length" (the limit of tokens was reached) or "tool_calls".
        input_tokens, output_tokens: evaluated or reused, and written.
        reused_tokens: of the input, those that were evaluated before.
    """

    reason: str
    input_tokens: int
    output_tokens: int
    reused_tokens: int


AnswerEvent = TextDelta | CallDelta | Done
_PriorKey = tuple[str, tuple[str, ...], str]


@dataclass(frozen=True)
class AnswerRequest:
    """What to answer and how.

    Args:
        messages: the conversation.
        suffix: text of our own at the end of the system message: the tools or the answer's schema.
        stop: sequences that end the answer; not applied to tool calls and structured answers.
        max_tokens: of the answer; JSON may take up to 64 more to be closed.
        sampling: temperature and seed.
        tools: which tools may be called, or None.
        schema: JSON schema of the answer, or None for words.
    """

    messages: tuple[BaseMessage, ...]
    suffix: str
    stop: tuple[str, ...]
    max_tokens: int
    sampling: Sampling
    tools: ToolUse | None = None
    schema: dict[str, object] | None = None


class Answerer:
    """Answers on one engine; keeps the calibration of tool decisions.

    Args:
        engine: the loaded model.
    """

    def __init__(self, engine: LlamaEngine) -> None:
        self.engine = engine
        self.format = ChatFormat(engine)
        self._priors: dict[_PriorKey, list[float]] = {}

    def answer(self, request: AnswerRequest, check: Callable[[], None]) -> Iterator[AnswerEvent]:
        """The events of an answer, the last one being `Done`.

        Args:
            request: what to answer.
            check: called between tokens; raises when nobody waits any more.

        Raises:
            PromptTooLong: there is no room for an answer.
        """
        prompt = self.format.tokens(request.messages, system_suffix=request.suffix)
        room = room_for(self.engine, prompt)
        use = request.tools
        if use is not None and use.kind in ("auto", "any"):
            self._calibrate(request, use)
        reused, logits = self.engine.prepare(prompt)
        sampler = TokenSampler(self.engine, request.sampling)
        out = Decoder(self.engine, logits, sampler, min(request.max_tokens, room), check)
        called = False
        if request.schema is not None:
            yield from (TextDelta(text) for text in out.json(grammar_of(request.schema)) if text)
        elif use is None or use.kind == "none":
            yield from self._words(out, request.stop, use)
        else:
            for event in self._calls_or_words(out, request, use):
                called = called or isinstance(event, CallDelta)
                yield event
        reason = "length" if out.cut else "tool_calls" if called else "stop"
        yield Done(reason, len(prompt), out.written, reused)

    def scores(self, messages: Sequence[BaseMessage], choices: Sequence[str], *, exact: bool) -> list[float]:
        """Normalised log-probabilities of `choices` as the whole answer to `messages`.

        Raises:
            PromptTooLong: there is no room for the choices.
            ValueError: a choice is empty or there twice.
        """
        prompt = self.format.tokens(messages)
        room_for(self.engine, prompt)
        _, logits = self.engine.prepare(prompt)
        sequences = [self.engine.tokenize(choice) for choice in choices]
        gap = math.inf if exact else 8.0
        return normalised(score_texts(self.engine, logits, sequences, [self.engine.eos], gap=gap))

    def warm_up(self, request: AnswerRequest) -> int:
        """Evaluate what prompts like `request` begin with and keep it; how many tokens it has.

        Raises:
            PromptTooLong: it fills the context.
        """
        prompt = self.format.tokens(request.messages, system_suffix=request.suffix, answer=False)
        room_for(self.engine, prompt)
        self.engine.prepare(prompt)
        if request.tools is not None:
            self._calibrate(request, request.tools)
        self.engine.save()
        return len(prompt)

    def _words(self, out: Decoder, stop: Sequence[str], use: ToolUse | None) -> Iterator[AnswerEvent]:
        never = self._call_starts(CALL_OPEN) if use else []
        first = self._call_starts("{", '{"', "{\n", "```", "``", "<", REPLY, REPLY.title()) if use else []
        yield from (TextDelta(text) for text in out.free(stop, never, first))

    def _call_starts(self, *texts: str) -> list[int]:
        return [self.engine.tokenize(text)[0] for text in texts]

    def _calls_or_words(self, out: Decoder, request: AnswerRequest, use: ToolUse) -> Iterator[AnswerEvent]:
        length, logits = len(self.engine.tokens), out.logits
        made: list[tuple[str, str]] = []
        while True:
            out.force(("\n" if made else "") + CALL_OPEN + CALL_NAME, markup=True)
            name = use.name if use.name and not made else self._decide(out, request, use, bool(made))
            if name is None:
                if not made:
                    out.back_to(length, logits, 0)
                    yield from self._words(out, request.stop, use)
                return
            spec = next(spec for spec in use.tools if spec.name == name)
            events: list[AnswerEvent] = []
            arguments = ""
            for event in self._call(out, spec, len(made)):
                arguments += event.arguments
                # later calls are held back until it is known that they say something new
                if made:
                    events.append(event)
                else:
                    yield event
            if (name, arguments) in made:
                return
            yield from events
            made.append((name, arguments))
            if out.cut or not out.room or not use.parallel or len(made) == _MAX_CALLS:
                return
            out.force(CALL_CLOSE, markup=True)
            if self.engine.ends_answer(int(out.logits.argmax())):
                return

    def _call(self, out: Decoder, spec: ToolSpec, index: int) -> Iterator[CallDelta]:
        yield CallDelta(index, name=spec.name, call_id=f"call_{uuid.uuid4().hex[:16]}")
        out.force(spec.name)
        out.force(CALL_ARGUMENTS)
        if not spec.parameters.get("properties"):
            out.force(" {}")
            yield CallDelta(index, "{}")
            return
        written = ""
        for text in out.json(grammar_of(spec.parameters, lead=" ")):
            written += text
            if text and written.strip():
                yield CallDelta(index, text if len(written) > len(text) else text.lstrip())

    # the decision

    def _decide(self, out: Decoder, request: AnswerRequest, use: ToolUse, again: bool) -> str | None:
        """The name of the tool to call, or None to reply in words."""
        names = _names(use)
        scores = self._weigh(out, names)
        if not again:
            after = _answered_tool(request, use)
            weight = _CALIBRATION_AFTER_RESULT if after else _CALIBRATION
            prior = self._priors[request.suffix, tuple(names), after]
            scores = [score - weight * usual for score, usual in zip(scores, prior, strict=True)]
            scores[-1] += _REPLY_AFTER_RESULT if after else 0.0
        allowed = names if use.kind == "auto" or again else names[:-1]
        best = max(allowed, key=lambda name: scores[names.index(name)])
        return None if best == REPLY else best

    def _weigh(self, out: Decoder, names: Sequence[str]) -> list[float]:
        sequences = [self.engine.tokenize(name) for name in names]
        ends = [self.engine.tokenize(text)[0] for text in ('"', '",', '"}')]
        return normalised(score_texts(self.engine, out.logits, sequences, sorted(set(ends)), gap=12.0))

    def _calibrate(self, request: AnswerRequest, use: ToolUse) -> None:
        """Weigh the names once for an empty question or, after a result, for an empty result of that tool."""
        after = _answered_tool(request, use)
        key = (request.suffix, tuple(_names(use)), after)
        if key in self._priors:
            return
        tails: list[list[BaseMessage]] = [[HumanMessage(question)] for question in _EMPTY_QUESTIONS]
        if after:
            call = AIMessage("", tool_calls=[{"name": after, "args": {}, "id": "empty"}])
            tails = [[HumanMessage(_EMPTY_QUESTIONS[0]), call, ToolMessage(_EMPTY_RESULT, tool_call_id="empty")]]
        system = [message for message in request.messages[:1] if isinstance(message, SystemMessage)]
        found: list[list[float]] = []
        for tail in tails:
            prompt = self.format.tokens([*system, *tail], system_suffix=request.suffix)
            room_for(self.engine, prompt)
            _, logits = self.engine.prepare(prompt)
            out = Decoder(self.engine, logits, TokenSampler(self.engine, Sampling()), 64, lambda: None)
            out.force(CALL_OPEN + CALL_NAME, markup=True)
            found.append(self._weigh(out, list(key[1])))
        self._priors[key] = [sum(column) / len(column) for column in zip(*found, strict=True)]


def room_for(engine: LlamaEngine, prompt: Sequence[int]) -> int:
    """How many tokens an answer to `prompt` may have.

    Raises:
        PromptTooLong: there is no room.
    """
    room = engine.options.n_ctx - len(prompt) - _MARGIN
    if room <= 0:
        raise PromptTooLong(
            f"the prompt has {len(prompt)} tokens, but a context of {engine.options.n_ctx} takes "
            f"{engine.options.n_ctx - _MARGIN} at most; shorten it or raise local_context"
        )
    return room


def parse_arguments(text: str) -> dict[str, object] | None:
    """The arguments of a call; None when their JSON is incomplete."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _names(use: ToolUse) -> list[str]:
    return [*(spec.name for spec in use.tools), REPLY]


def _answered_tool(request: AnswerRequest, use: ToolUse) -> str:
    """The tool whose result stands last in the conversation; "" when something else does."""
    if not isinstance(request.messages[-1], ToolMessage):
        return ""
    called = [call["name"] for m in request.messages if isinstance(m, AIMessage) for call in m.tool_calls]
    return called[-1] if called and called[-1] in _names(use) else ""
