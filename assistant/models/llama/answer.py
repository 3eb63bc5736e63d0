"""One answer of the local model, as events: words, tool calls, what it cost."""

import json
import math
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from langchain_core.messages import BaseMessage

from assistant.models.llama.decision import ToolDecision
from assistant.models.llama.decoding import Decoder, room_for
from assistant.models.llama.engine import LlamaEngine
from assistant.models.llama.format import CALL_ARGUMENTS, CALL_CLOSE, CALL_NAME, CALL_OPEN, ChatFormat
from assistant.models.llama.gbnf import grammar_of
from assistant.models.llama.sampling import Sampling, TokenSampler
from assistant.models.llama.scoring import normalised, score_texts
from assistant.models.llama.tools import REPLY, ToolSpec, ToolUse

_MAX_CALLS = 4


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
    """Answers on one engine; remembers how tool decisions are calibrated.

    Args:
        engine: the loaded model.
    """

    def __init__(self, engine: LlamaEngine) -> None:
        self.engine = engine
        self.format = ChatFormat(engine)
        self._decision = ToolDecision(engine, self.format)

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
            self._decision.calibrate(request.messages, request.suffix, use)
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
            self._decision.calibrate(request.messages, request.suffix, request.tools)
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
            name = (
                use.name
                if use.name and not made
                else self._decision.decide(out, request.messages, request.suffix, use, again=bool(made))
            )
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


def parse_arguments(text: str) -> dict[str, object] | None:
    """The arguments of a call; None when their JSON is incomplete."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
