"""A GGUF file at work: loaded late, one thread, answers, scores and token counts for any number of callers."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from threading import Lock

from langchain_core.messages import BaseMessage

from assistant.errors import ModelUnavailable, OperatorError
from assistant.models.llama.answer import Answerer, AnswerEvent, AnswerRequest
from assistant.models.llama.engine import ContextFull, EngineOptions, LlamaEngine
from assistant.models.llama.worker import Call, LlamaWorker, Work


class LocalModelMissing(OperatorError, ModelUnavailable):
    """The model's file isn't there: something for the operator, and a reason to go down a rung."""


class LlamaRuntime:
    """Shared by all `LlamaCppChatModel`s that use the same file with the same options.

    Args:
        path: the GGUF file; needn't exist before the first use.
        options: context size, threads and so on.
        queue_size: calls that may wait while one is running.
        pull_name: what `assistant models pull` calls the model.
    """

    def __init__(self, path: Path, options: EngineOptions, *, queue_size: int = 8, pull_name: str = "") -> None:
        self.path = path
        self.options = options
        self._pull_name = pull_name or path.stem
        self.worker = LlamaWorker(self._load, queue_size=queue_size)
        self._lock = Lock()
        self._answerer: Answerer | None = None

    def _load(self) -> LlamaEngine:
        if not self.path.is_file():
            raise LocalModelMissing(
                f"the model file {self.path} is missing", fix=f"assistant models pull {self._pull_name}"
            )
        return LlamaEngine(self.path, self.options)

    @property
    def answerer(self) -> Answerer:
        """The answerer on this runtime's engine; loads the model if need be.

        Raises:
            LocalModelMissing: the file is missing.
            ModelUnavailable: it can't be loaded.
        """
        engine = self.worker.engine()
        with self._lock:
            if self._answerer is None or self._answerer.engine is not engine:
                self._answerer = Answerer(engine)
            return self._answerer

    def stream(self, request: AnswerRequest) -> Iterator[AnswerEvent]:
        """The events of an answer; see `LlamaWorker.stream` for the errors."""
        return self.worker.stream(self._answering(request))

    def astream(self, request: AnswerRequest) -> AsyncIterator[AnswerEvent]:
        """As `stream`, for an event loop."""
        return self.worker.astream(self._answering(request))

    def scores(self, messages: Sequence[BaseMessage], choices: Sequence[str], *, exact: bool) -> list[float]:
        """Normalised log-probabilities of `choices` as the answer to `messages`."""
        return next(self.worker.stream(self._scoring(messages, choices, exact)))

    async def ascores(self, messages: Sequence[BaseMessage], choices: Sequence[str], *, exact: bool) -> list[float]:
        """As `scores`, for an event loop."""
        async for found in self.worker.astream(self._scoring(messages, choices, exact)):
            return found
        raise ModelUnavailable("the local model was stopped")

    def warm_up(self, request: AnswerRequest) -> int:
        """Evaluate and keep the beginning of prompts like `request`; how many tokens it has."""

        def work(engine: LlamaEngine, call: Call) -> Iterator[int]:
            yield self.answerer.warm_up(request)

        return next(self.worker.stream(work))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer; doesn't wait for running calls."""
        return len(self.worker.engine().tokenize(text))

    def close(self) -> None:
        """Free the model."""
        self.worker.close()

    def _answering(self, request: AnswerRequest) -> Work[AnswerEvent]:
        def work(engine: LlamaEngine, call: Call) -> Iterator[AnswerEvent]:
            try:
                yield from self.answerer.answer(request, call.check)
            except ContextFull as error:
                raise ModelUnavailable("the local model's context is full") from error

        return work

    def _scoring(self, messages: Sequence[BaseMessage], choices: Sequence[str], exact: bool) -> Work[list[float]]:
        def work(engine: LlamaEngine, call: Call) -> Iterator[list[float]]:
            yield self.answerer.scores(messages, choices, exact=exact)

        return work
