"""Hosted chat models: any server that speaks OpenAI's chat completions.

Whatever goes wrong is a `ModelUnavailable` within `timeout_s` and within the caller's deadline, so that the ladder
can go on. Retrying is done here and nowhere else: the SDK's own retries are off.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import httpx2
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_openai.chat_models.base import BaseChatOpenAI
from pydantic import PrivateAttr
from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_exception_type
from tenacity.wait import wait_random_exponential

from assistant.clock import Deadline, current_deadline, deadline_scope
from assistant.errors import ModelUnavailable, OperatorError, RequestRefused
from assistant.models.hosted.forms import Dialect, Form, read_calls
from assistant.models.hosted.guard import TryAgain, faults, require_answer
from assistant.models.hosted.time import AsyncDeadlineTransport, DeadlineTransport
from assistant.settings import Settings
from assistant.text.tokens import estimate_tokens

_CONNECT_S = 3.0
_ATTEMPTS = 3


def hosted_model(settings: Settings) -> "HostedChatModel":
    """The hosted model that the settings name.

    Raises:
        OperatorError: the base URL or the model's name is missing.
    """
    if not settings.hosted_base_url or not settings.hosted_model:
        raise OperatorError(
            "a hosted model needs a base URL and a name",
            fix="set ASSISTANT_HOSTED_BASE_URL and ASSISTANT_HOSTED_MODEL",
        )
    timeout = httpx2.Timeout(settings.hosted_timeout_s, connect=min(_CONNECT_S, settings.hosted_timeout_s))
    certificates = httpx2.create_ssl_context()
    no_reuse = httpx2.Limits(max_keepalive_connections=0)  # a kept connection belongs to one event loop
    return HostedChatModel(
        base_url=settings.hosted_base_url,
        api_key=settings.hosted_api_key.get_secret_value() or "none",
        model=settings.hosted_model,
        timeout_s=settings.hosted_timeout_s,
        timeout=timeout,
        http_client=httpx2.Client(transport=DeadlineTransport(verify=certificates), timeout=timeout),
        http_async_client=httpx2.AsyncClient(
            transport=AsyncDeadlineTransport(verify=certificates, limits=no_reuse), timeout=timeout
        ),
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        disabled_params={"parallel_tool_calls": None},
    )


class HostedChatModel(BaseChatOpenAI):
    """A chat model behind an OpenAI-compatible URL, guarded.

    Sends `max_tokens` (which every server knows) rather than `max_completion_tokens`.

    Attributes:
        timeout_s: the longest that one call may take, retries included.
        backoff_s: about how long the first retry waits, where the server doesn't say.
    """

    timeout_s: float = 12.0
    backoff_s: float = 0.3
    _dialect: Dialect = PrivateAttr(default_factory=Dialect)

    @property
    def _llm_type(self) -> str:
        return "hosted"

    def get_num_tokens(self, text: str) -> int:
        """An estimate by length; the table of the model's encoding may not be on the machine."""
        return estimate_tokens(text)

    def close(self) -> None:
        """Close the connections."""
        if self.http_client is not None:
            self.http_client.close()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        ask = partial(super()._generate, messages, stop)
        with self._time():
            for attempt in Retrying(**self._policy()):
                with attempt:
                    return self._in_forms(ask, kwargs)
        raise ModelUnavailable("the hosted model was not asked")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        ask = partial(super()._agenerate, messages, stop)
        with self._time():
            async for attempt in AsyncRetrying(**self._policy()):
                with attempt:
                    return await self._ain_forms(ask, kwargs)
        raise ModelUnavailable("the hosted model was not asked")

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        """As it comes; a forced tool call comes as one chunk. Retried until the first chunk is there."""
        run_manager = kwargs.pop("run_manager", None)
        if _is_forced(kwargs):
            yield _one_chunk(self._generate(*args, **kwargs))
            return
        with self._time():
            chunks, first = self._first_chunk(partial(super()._stream, *args, **kwargs))
        seen = _Seen()
        while first is not None:
            seen.take(first)
            if run_manager:
                run_manager.on_llm_new_token(first.text, chunk=first)
            yield first
            with faults():
                first = next(chunks, None)
        seen.require_end()

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        """See `_stream`."""
        run_manager = kwargs.pop("run_manager", None)
        if _is_forced(kwargs):
            yield _one_chunk(await self._agenerate(*args, **kwargs))
            return
        with self._time():
            chunks, first = await self._afirst_chunk(partial(super()._astream, *args, **kwargs))
        seen = _Seen()
        while first is not None:
            seen.take(first)
            if run_manager:
                await run_manager.on_llm_new_token(first.text, chunk=first)
            yield first
            with faults():
                first = await anext(chunks, None)
        seen.require_end()

    def _first_chunk(
        self, ask: Callable[[], Iterator[ChatGenerationChunk]]
    ) -> tuple[Iterator[ChatGenerationChunk], ChatGenerationChunk | None]:
        for attempt in Retrying(**self._policy()):
            with attempt, faults():
                chunks = ask()
                return chunks, next(chunks, None)
        raise ModelUnavailable("the hosted model was not asked")

    async def _afirst_chunk(
        self, ask: Callable[[], AsyncIterator[ChatGenerationChunk]]
    ) -> tuple[AsyncIterator[ChatGenerationChunk], ChatGenerationChunk | None]:
        async for attempt in AsyncRetrying(**self._policy()):
            with attempt, faults():
                chunks = ask()
                return chunks, await anext(chunks, None)
        raise ModelUnavailable("the hosted model was not asked")

    def _in_forms(self, ask: Callable[..., ChatResult], kwargs: dict[str, Any]) -> ChatResult:
        failed: list[Form] = []
        forms = self._dialect.forms(kwargs)
        for form in forms:
            try:
                with faults():
                    result = _checked(ask(**form.kwargs), form, kwargs)
            except (TryAgain, RequestRefused) as error:
                if form is forms[-1] or not _may_be_the_form(error):
                    raise
                failed.append(form)
            else:
                self._dialect.worked(form, failed)
                return result
        raise ModelUnavailable("the hosted model was not asked")

    async def _ain_forms(self, ask: Callable[..., Any], kwargs: dict[str, Any]) -> ChatResult:
        failed: list[Form] = []
        forms = self._dialect.forms(kwargs)
        for form in forms:
            try:
                with faults():
                    result = _checked(await ask(**form.kwargs), form, kwargs)
            except (TryAgain, RequestRefused) as error:
                if form is forms[-1] or not _may_be_the_form(error):
                    raise
                failed.append(form)
            else:
                self._dialect.worked(form, failed)
                return result
        raise ModelUnavailable("the hosted model was not asked")

    def _time(self) -> AbstractContextManager[Deadline]:
        whole = current_deadline()
        return deadline_scope(whole.within(self.timeout_s) if whole else Deadline(self.timeout_s))

    def _policy(self) -> dict[str, Any]:
        """When and how long to wait before another try: the only retry policy for hosted models."""
        backoff = wait_random_exponential(multiplier=self.backoff_s, max=4.0)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = error.after_s if isinstance(error, TryAgain) else None
            return backoff(state) if asked is None else asked

        def stop(state: RetryCallState) -> bool:
            deadline = current_deadline()
            late = deadline is not None and state.upcoming_sleep >= deadline.remaining
            return state.attempt_number >= _ATTEMPTS or late

        return {"wait": wait, "stop": stop, "retry": retry_if_exception_type(TryAgain), "reraise": True}


class _Seen:
    """What a stream has brought so far."""

    def __init__(self) -> None:
        self._words = False
        self._finished = False

    def take(self, chunk: ChatGenerationChunk) -> None:
        message = chunk.message
        calls = message.tool_call_chunks if isinstance(message, AIMessageChunk) else []
        self._words = self._words or bool(message.content or calls)
        self._finished = self._finished or bool((chunk.generation_info or {}).get("finish_reason"))

    def require_end(self) -> None:
        if not self._words:
            raise ModelUnavailable("the hosted model's stream is empty")
        if not self._finished:
            raise ModelUnavailable("the hosted model's stream stopped before its end")


def _checked(result: ChatResult, form: Form, kwargs: dict[str, Any]) -> ChatResult:
    offered = frozenset(tool["function"]["name"] for tool in kwargs.get("tools") or ())
    message = read_calls(require_answer(result), form, offered)
    if form.forces and not message.tool_calls:
        raise RequestRefused("the hosted model called no tool although one was required")
    generation = ChatGeneration(message=message, generation_info=result.generations[0].generation_info)
    return ChatResult(generations=[generation], llm_output=result.llm_output)


def _may_be_the_form(error: ModelUnavailable) -> bool:
    """Whether the server may have stumbled over how the request was put, rather than over the request."""
    return not isinstance(error, TryAgain) or error.status in (500, 501)


def _is_forced(kwargs: dict[str, Any]) -> bool:
    return bool(kwargs.get("tools")) and kwargs.get("tool_choice") not in (None, "auto", "none")


def _one_chunk(result: ChatResult) -> ChatGenerationChunk:
    message = result.generations[0].message
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    chunk = AIMessageChunk(
        content=message.content,
        id=message.id,
        tool_calls=calls,
        usage_metadata=message.usage_metadata if isinstance(message, AIMessage) else None,
        response_metadata=message.response_metadata,
        chunk_position="last",
    )
    return ChatGenerationChunk(message=chunk, generation_info=result.generations[0].generation_info)
