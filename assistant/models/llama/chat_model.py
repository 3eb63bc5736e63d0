"""The chat model on the machine itself: a GGUF file, llama.cpp in this process, LangChain's interface.

`LlamaCppChatModel` streams, calls tools, gives structured output and weighs choices. JSON is written under
a grammar, so it always parses. One thread evaluates; others wait in a short queue and leave it when their
deadline passes. Prompts that share a beginning are evaluated once.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict, Field

from assistant.models.llama.answer import AnswerEvent, AnswerRequest, TextDelta
from assistant.models.llama.engine import EngineOptions
from assistant.models.llama.messages import chunk_of, message_of
from assistant.models.llama.runtime import LlamaRuntime
from assistant.models.llama.sampling import Sampling
from assistant.models.llama.structured import Method, structured
from assistant.models.llama.tools import REPLY, ToolUse, compact_json, read_response_format, read_tool_use
from assistant.settings import PROJECT_DIR
from assistant.text.prompts import PromptLibrary


class LlamaCppChatModel(BaseChatModel):
    """A GGUF model in this process.

    The model is loaded at its first use, in the thread that evaluates. `response_metadata` of an answer
    holds `finish_reason` ("stop", "length", "tool_calls") and `prefix_reused_tokens`.

    Raises:
        LocalModelMissing: (at use) there is no file at `model_path`.
        PromptTooLong: a prompt leaves no room for an answer.
        DeadlineExceeded: `assistant.clock.current_deadline()` of the caller passed.
        ModelUnavailable: the queue is full, or the model can't be loaded.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    model_path: Path = Field(description="The GGUF file.")
    model_name: str = Field("", description="Name for metadata and for `assistant models pull`; empty: the file's.")
    n_ctx: int = Field(4096, ge=512, description="Context window in tokens: prompt and answer.")
    n_threads: int = Field(2, ge=1, description="Threads for evaluation.")
    state_cache_mb: int = Field(256, ge=0, description="Memory for evaluated prompts that aren't in the context.")
    queue_size: int = Field(8, ge=0, description="Calls that may wait while one is running.")
    max_tokens: int = Field(512, ge=1, description="Tokens of an answer.")
    temperature: float = Field(0.0, ge=0, description="0: the likeliest token always.")
    top_k: int = Field(40, ge=0)
    top_p: float = Field(0.95, gt=0, le=1)
    min_p: float = Field(0.05, ge=0, le=1)
    repeat_penalty: float = Field(1.0, gt=0)
    seed: int = Field(7, ge=0, description="Of the random numbers, where the temperature isn't 0.")
    stop: list[str] | None = Field(None, description="Sequences that end an answer and aren't part of it.")
    prompts_dir: Path = Field(PROJECT_DIR / "prompts", description="Where `models/*.md` lies.")
    runtime: LlamaRuntime | None = Field(None, exclude=True, repr=False, description="To share a loaded model.")

    @cached_property
    def _runtime(self) -> LlamaRuntime:
        if self.runtime is not None:
            return self.runtime
        options = EngineOptions(self.n_ctx, self.n_threads, state_bytes=self.state_cache_mb * 2**20)
        return LlamaRuntime(self.model_path, options, queue_size=self.queue_size, pull_name=self.model_name)

    @cached_property
    def _prompts(self) -> PromptLibrary:
        return PromptLibrary(self.prompts_dir)

    @property
    def name_for_metadata(self) -> str:
        """The model's name as answers report it."""
        return self.model_name or self.model_path.stem

    @property
    def _llm_type(self) -> str:
        return "llama-cpp"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": self.name_for_metadata, "temperature": self.temperature, "seed": self.seed}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = LangSmithParams(
            ls_provider="llama_cpp",
            ls_model_name=str(kwargs.get("model") or self.name_for_metadata),
            ls_model_type="chat",
            ls_temperature=float(kwargs.get("temperature", self.temperature)),
            ls_max_tokens=int(kwargs.get("max_tokens", self.max_tokens)),
        )
        if stop or self.stop:
            params["ls_stop"] = list(stop or self.stop or ())
        return params

    # LangChain's interface

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        events = list(self._runtime.stream(self._request(messages, stop, kwargs)))
        return _result(message_of(events, self.name_for_metadata))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        events = [event async for event in self._runtime.astream(self._request(messages, stop, kwargs))]
        return _result(message_of(events, self.name_for_metadata))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for event in self._runtime.stream(self._request(messages, stop, kwargs)):
            chunk = self._chunk(event)
            if run_manager:
                run_manager.on_llm_new_token(_text(event), chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async for event in self._runtime.astream(self._request(messages, stop, kwargs)):
            chunk = self._chunk(event)
            if run_manager:
                await run_manager.on_llm_new_token(_text(event), chunk=chunk)
            yield chunk

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | bool | Mapping[str, Any] | None = None,
        parallel_tool_calls: bool = False,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Let answers call tools.

        Args:
            tools: LangChain tools, functions, pydantic classes or OpenAI-style schemas.
            tool_choice: None or "auto" (the model decides), "any", "required" or True (it must call one),
                "none" or False (it must not), a tool's name or `{"function": {"name": ...}}`.
            parallel_tool_calls: whether one answer may make several calls. Off by default: small models don't
                know when to stop, and an agent's loop makes the next call anyway.

        Raises:
            ValueError: the choice names no tool, or a tool is called "reply".
        """
        formatted = [convert_to_openai_tool(tool) for tool in tools]
        read_tool_use(formatted, tool_choice)
        return self.bind(tools=formatted, tool_choice=tool_choice, parallel_tool_calls=parallel_tool_calls, **kwargs)

    def with_structured_output(
        self,
        schema: dict[str, Any] | type,
        *,
        include_raw: bool = False,
        method: Method = "json_schema",
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers as objects; see `assistant.models.llama.structured.structured`.

        Args:
            schema: a pydantic class, a TypedDict or a JSON schema.
            include_raw: give the raw message and a parsing error besides.
            method: "json_schema", "function_calling" or "json_mode".
            strict: accepted for compatibility; answers fit the schema always.
        """
        if kwargs:
            raise ValueError(f"unknown arguments {sorted(kwargs)}")
        return structured(self, schema, method=method, include_raw=include_raw)

    def get_num_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer."""
        return self._runtime.count_tokens(text)

    def get_token_ids(self, text: str) -> list[int]:
        """Token ids of `text` by the model's own tokenizer."""
        return self._runtime.worker.engine().tokenize(text)

    # what LangChain has no interface for

    def score_choices(
        self, prompt: LanguageModelInput, choices: Sequence[str], *, exact: bool = False
    ) -> dict[str, float]:
        """How likely each choice is as the whole answer.

        The prompt is evaluated once and kept; the choices share what they begin with. A choice's score is
        the sum of its tokens' log-probabilities, without normalisation by length.

        Args:
            prompt: a user's text, or messages.
            choices: different, non-empty texts.
            exact: follow every choice to its end; otherwise those that are surely 3,000 times less likely
                than the best one get an upper bound, which is several times faster.

        Returns:
            A log-probability for each choice; their exponentials sum to 1.

        Raises:
            ValueError: choices are missing, empty or equal.
        """
        messages = self._to_score(prompt, choices)
        scores = self._runtime.scores(messages, choices, exact=exact)
        return dict(zip(choices, scores, strict=True))

    async def ascore_choices(
        self, prompt: LanguageModelInput, choices: Sequence[str], *, exact: bool = False
    ) -> dict[str, float]:
        """As `score_choices`, for an event loop."""
        messages = self._to_score(prompt, choices)
        scores = await self._runtime.ascores(messages, choices, exact=exact)
        return dict(zip(choices, scores, strict=True))

    def warm_up(self, messages: Sequence[BaseMessage], **kwargs: Any) -> int:
        """Load the model and evaluate the beginning that prompts will share, ahead of time.

        Args:
            messages: usually the system message alone; the first messages of the prompts to come.
            kwargs: `tools` or `response_format` as they will be bound, for they belong to the beginning.

        Returns:
            How many tokens were evaluated or known already.
        """
        if "tools" in kwargs:
            kwargs = {**kwargs, "tools": [convert_to_openai_tool(tool) for tool in kwargs["tools"]]}
        return self._runtime.warm_up(self._request(list(messages), None, kwargs))

    def close(self) -> None:
        """Stop what runs and free the model's memory."""
        self._runtime.close()

    # from LangChain's words to ours

    def _to_score(self, prompt: LanguageModelInput, choices: Sequence[str]) -> list[BaseMessage]:
        if not choices or len(set(choices)) < len(choices) or not all(choices):
            raise ValueError("choices must be different and non-empty")
        return self._convert_input(prompt).to_messages()

    def _request(self, messages: list[BaseMessage], stop: list[str] | None, kwargs: Mapping[str, Any]) -> AnswerRequest:
        parallel = bool(kwargs.get("parallel_tool_calls", False))
        tools = read_tool_use(kwargs.get("tools"), kwargs.get("tool_choice"), parallel=parallel)
        schema = read_response_format(kwargs.get("response_format"))
        return AnswerRequest(
            messages=tuple(messages),
            suffix=self._suffix(tools, schema),
            stop=tuple(stop or self.stop or ()),
            max_tokens=int(kwargs.get("max_tokens") or self.max_tokens),
            sampling=Sampling(
                temperature=float(kwargs.get("temperature", self.temperature)),
                top_k=self.top_k,
                top_p=float(kwargs.get("top_p", self.top_p)),
                min_p=self.min_p,
                repeat_penalty=self.repeat_penalty,
                seed=int(kwargs.get("seed", self.seed)),
            ),
            tools=tools,
            schema=schema,
        )

    def _suffix(self, tools: ToolUse | None, schema: dict[str, Any] | None) -> str:
        parts: list[str] = []
        if tools is not None:
            listed = "\n".join(spec.signature for spec in tools.tools)
            parts.append(self._prompts.render("models/tools", tools=listed, reply=REPLY))
        if schema is not None and schema.get("properties"):
            parts.append(self._prompts.render("models/answer_schema", schema=compact_json(schema)))
        return "\n\n".join(parts)

    def _chunk(self, event: AnswerEvent) -> ChatGenerationChunk:
        return ChatGenerationChunk(message=chunk_of(event, self.name_for_metadata))


def _text(event: AnswerEvent) -> str:
    return event.text if isinstance(event, TextDelta) else ""


def _result(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])
