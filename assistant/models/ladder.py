"""The degradation ladder as one chat model: the first healthy rung answers, best rung first.

A rung that fails (`ModelUnavailable`) is passed over and the next one is asked, within the same deadline. While
a lower rung is there, a higher one gets at most 40 % of the time that is left (and never more than its own
limit): a model that hangs must not eat the time of the one that would answer. A rung that ran out of its time
isn't asked again under the same deadline. Once a rung's words have been
passed on in a stream there is no way down any more.

What counts against a rung's breaker: every failure, except a request that the model refused, an answer that
did not fit the schema, and a deadline that left it less than its `fair_s`.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from pydantic import PrivateAttr

from assistant.errors import ModelUnavailable
from assistant.models.breaker import BreakerState
from assistant.models.descent import Descent, LadderRung, SlowRungs, Unparsed
from assistant.models.scoring import Prompt, ScoredChoices, score_with
from assistant.text.tokens import estimate_tokens

__all__ = ["LadderRung", "ModelLadder"]

_LOG = logging.getLogger(__name__)
_QUIET: RunnableConfig = {"callbacks": []}  # the ladder itself reports to the callbacks

T = TypeVar("T")


class ModelLadder(BaseChatModel):
    """All models as one `BaseChatModel`; works in agents, with tools, structured output, streams and async.

    Answers carry the rung that gave them in `response_metadata["rung"]`.

    Attributes:
        rungs: best first; may be empty.
    """

    rungs: tuple[LadderRung, ...] = ()
    _slow: SlowRungs = PrivateAttr(default_factory=WeakKeyDictionary)

    @property
    def _llm_type(self) -> str:
        return "ladder"

    @property
    def available(self) -> bool:
        """Whether a call would reach any model now."""
        return any(rung.breaker.ready for rung in self.rungs)

    def states(self) -> dict[str, BreakerState]:
        """The state of each rung's breaker, best rung first."""
        return {rung.name: rung.breaker.state for rung in self.rungs}

    def close(self) -> None:
        """Free what the models hold."""
        for rung in self.rungs:
            close = getattr(rung.model, "close", None)
            if close is not None:
                close()

    def get_num_tokens(self, text: str) -> int:
        """Tokens that `text` takes: by the local model's tokenizer where there is one, else an estimate."""
        local = next((rung.model for rung in self.rungs if rung.name == "local"), None)
        return local.get_num_tokens(text) if local else estimate_tokens(text)

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | bool | dict[str, Any] | None = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Let the model call `tools`; each rung gets them in its own form when it is asked."""
        if tool_choice is not None:
            kwargs["tool_choice"] = tool_choice
        return self.bind(tools=list(tools), **kwargs)

    def with_structured_output(
        self, schema: Any, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers that fit `schema`; each rung gets it in the way that it handles best.

        Args:
            schema: a pydantic class, TypedDict, or JSON schema.
            include_raw: as in LangChain: a dict of `raw`, `parsed`, `parsing_error` instead of the value.
            kwargs: LangChain's `method` and `strict` are each rung's own business and are not passed on.

        Raises:
            ModelUnavailable: when called: no rung gave an answer that fits (with `include_raw`, an answer that
                doesn't fit is returned with its `parsing_error`).
        """

        def asking(rung: LadderRung) -> Runnable[Any, Any]:
            return rung.model.with_structured_output(schema, include_raw=True)

        def unparsed(error: Unparsed) -> Any:
            if include_raw:
                return error.result
            raise error

        def invoke(messages: LanguageModelInput) -> Any:
            try:
                result = self._walk(lambda rung: _parsed(asking(rung).invoke(messages, config=_QUIET)), _raw)
            except Unparsed as error:
                return unparsed(error)
            return result if include_raw else result["parsed"]

        async def ainvoke(messages: LanguageModelInput) -> Any:
            async def ask(rung: LadderRung) -> dict[str, Any]:
                return _parsed(await asking(rung).ainvoke(messages, config=_QUIET))

            try:
                result = await self._awalk(ask, _raw)
            except Unparsed as error:
                return unparsed(error)
            return result if include_raw else result["parsed"]

        return RunnableLambda(invoke, afunc=ainvoke, name="ladder_structured_output")

    def score_choices(self, prompt: Prompt, choices: Sequence[str]) -> ScoredChoices | None:
        """How probable each of `choices` is as the answer to `prompt`.

        Returns:
            The local model's scores, or a hosted model's pick; None when no model answers in time.
        """
        try:
            return self._walk(lambda rung: score_with(rung.model, rung.name, prompt, choices), lambda _: None)
        except ModelUnavailable as error:
            _LOG.info("no model scored the choices: %s", error)
            return None

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        def ask(rung: LadderRung) -> AIMessage:
            model, extra = _bound(rung, stop, kwargs)
            message: AIMessage = _named(model.invoke(messages, config=_QUIET, **extra), rung)
            return message

        return ChatResult(generations=[ChatGeneration(message=self._walk(ask, _itself))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        async def ask(rung: LadderRung) -> AIMessage:
            model, extra = _bound(rung, stop, kwargs)
            message: AIMessage = _named(await model.ainvoke(messages, config=_QUIET, **extra), rung)
            return message

        return ChatResult(generations=[ChatGeneration(message=await self._awalk(ask, _itself))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        descent = Descent(self.rungs, self._slow)
        for attempt in descent:
            with attempt:
                model, extra = _bound(attempt.rung, stop, kwargs)
                chunks = model.stream(messages, config=_QUIET, **extra)
                whole: AIMessageChunk | None = None
                with attempt.scope():
                    held = _until_words(chunks)
                for chunk in _chain(held, chunks):
                    generation = ChatGenerationChunk(message=chunk if whole else _named(chunk, attempt.rung))
                    whole = whole + chunk if whole else chunk
                    attempt.words_out()
                    if run_manager:
                        run_manager.on_llm_new_token(str(chunk.text), chunk=generation)
                    yield generation
                attempt.answered(whole)
                return
        raise descent.error()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        descent = Descent(self.rungs, self._slow)
        for attempt in descent:
            with attempt:
                model, extra = _bound(attempt.rung, stop, kwargs)
                chunks = model.astream(messages, config=_QUIET, **extra)
                whole: AIMessageChunk | None = None
                with attempt.scope():
                    held = await _auntil_words(chunks)
                async for chunk in _achain(held, chunks):
                    generation = ChatGenerationChunk(message=chunk if whole else _named(chunk, attempt.rung))
                    whole = whole + chunk if whole else chunk
                    attempt.words_out()
                    if run_manager:
                        await run_manager.on_llm_new_token(str(chunk.text), chunk=generation)
                    yield generation
                attempt.answered(whole)
                return
        raise descent.error()

    def _walk(self, ask: Callable[[LadderRung], T], message_of: Callable[[T], AIMessage | None]) -> T:
        descent = Descent(self.rungs, self._slow)
        for attempt in descent:
            with attempt:
                with attempt.scope():
                    result = ask(attempt.rung)
                attempt.answered(message_of(result))
                return result
        raise descent.error()

    async def _awalk(self, ask: Callable[[LadderRung], Awaitable[T]], message_of: Callable[[T], AIMessage | None]) -> T:
        descent = Descent(self.rungs, self._slow)
        for attempt in descent:
            with attempt:
                with attempt.scope():
                    result = await ask(attempt.rung)
                attempt.answered(message_of(result))
                return result
        raise descent.error()


def _bound(
    rung: LadderRung, stop: list[str] | None, kwargs: dict[str, Any]
) -> tuple[Runnable[Any, Any], dict[str, Any]]:
    """The rung's model with its tools, and what else goes into the call."""
    extra = dict(kwargs)
    if stop is not None:
        extra["stop"] = stop
    if "tools" not in extra:
        return rung.model, extra
    choice = {"tool_choice": extra.pop("tool_choice")} if "tool_choice" in extra else {}
    return rung.model.bind_tools(extra.pop("tools"), **choice), extra


def _named(message: Any, rung: LadderRung) -> Any:
    return message.model_copy(update={"response_metadata": {**message.response_metadata, "rung": rung.name}})


def _itself(message: AIMessage) -> AIMessage:
    return message


def _raw(result: dict[str, Any]) -> AIMessage | None:
    raw = result["raw"]
    return raw if isinstance(raw, AIMessage) else None


def _parsed(result: dict[str, Any]) -> dict[str, Any]:
    if result.get("parsed") is None:
        raise Unparsed(result)
    return result


def _says_something(chunk: Any) -> bool:
    return bool(chunk.content or chunk.tool_call_chunks)


def _until_words(chunks: Iterator[Any]) -> list[Any]:
    """The first chunks up to one with words or a tool call.

    Raises:
        ModelUnavailable: there is none.
    """
    held = []
    for chunk in chunks:
        held.append(chunk)
        if _says_something(chunk):
            return held
    raise ModelUnavailable("the stream ended without a word")


async def _auntil_words(chunks: AsyncIterator[Any]) -> list[Any]:
    held = []
    async for chunk in chunks:
        held.append(chunk)
        if _says_something(chunk):
            return held
    raise ModelUnavailable("the stream ended without a word")


def _chain(held: list[Any], chunks: Iterator[Any]) -> Iterator[Any]:
    yield from held
    yield from chunks


async def _achain(held: list[Any], chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
    for chunk in held:
        yield chunk
    async for chunk in chunks:
        yield chunk
