"""One way down the ladder: which rung is asked next, for how long, and what its failure means."""

import logging
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any

from langchain_core.exceptions import ContextOverflowError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from pydantic import BaseModel, ConfigDict

from assistant.clock import Deadline, current_deadline, deadline_scope
from assistant.errors import DeadlineExceeded, ModelUnavailable, OperatorError, RequestRefused
from assistant.models.breaker import Breaker
from assistant.models.usage import current_usage
from assistant.tracing import model_span

_LOG = logging.getLogger(__name__)
_SHARE = 0.4

AssistantFailure = ModelUnavailable | OperatorError
SlowRungs = MutableMapping[Deadline, set[str]]


class LadderRung(BaseModel):
    """One model of the ladder.

    Attributes:
        name: `hosted` or `local`.
        timeout_s: the longest that one call may take; None: as long as the deadline lets it.
        fair_s: a deadline that left it less than this says nothing about its health.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    model: BaseChatModel
    breaker: Breaker
    timeout_s: float | None = None
    fair_s: float = 1.0


class Unparsed(RequestRefused):
    """An answer that does not fit the schema that was asked for.

    Args:
        result: what `with_structured_output(..., include_raw=True)` gave.
    """

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(f"the answer doesn't fit the schema ({result.get('parsing_error') or 'no answer'})")
        self.result = result


class Descent:
    """The way of one call down the rungs.

        descent = Descent(rungs)
        for attempt in descent:
            with attempt:                      # swallows the failures that lead one rung down
                with attempt.scope():          # the time that this rung has
                    result = ask(attempt.rung)
                attempt.answered(result)
                return result
        raise descent.error()

    Args:
        rungs: best first.
        slow: names of the rungs that ran out of time under a deadline; kept by the ladder. They aren't asked
            again under the same one while a lower rung is there, or a turn of several calls would wait each time.
    """

    def __init__(self, rungs: Sequence[LadderRung], slow: SlowRungs) -> None:
        self._rungs = rungs
        self._slow = slow
        self._deadline = current_deadline()
        self._failures: list[tuple[str, AssistantFailure]] = []

    def __iter__(self) -> "Iterator[Attempt]":
        for position, rung in enumerate(self._rungs):
            if self._deadline is not None and self._deadline.passed:
                return
            lower = any(other.breaker.ready for other in self._rungs[position + 1 :])
            if lower and self._deadline is not None and rung.name in self._slow.get(self._deadline, ()):
                self._failures.append((rung.name, ModelUnavailable("took too long before in this turn")))
                continue
            if not rung.breaker.enter():
                self._failures.append((rung.name, ModelUnavailable("failed too often and is left alone for now")))
                continue
            yield Attempt(self, rung, self._time_for(rung, lower=lower))

    def note(self, rung: LadderRung, error: AssistantFailure) -> None:
        """Keep what went wrong on a rung."""
        self._failures.append((rung.name, error))
        if self._deadline is not None and isinstance(error, DeadlineExceeded):
            self._slow.setdefault(self._deadline, set()).add(rung.name)
        _LOG.warning("the %s model did not answer: %s", rung.name, error)

    def error(self) -> ModelUnavailable:
        """What to raise after the last rung."""
        if self._failures and isinstance(self._failures[-1][1], Unparsed):
            return self._failures[-1][1]
        said = "; ".join(f"{name}: {error}" for name, error in self._failures) or "no model is set up"
        if self._deadline is not None and self._deadline.passed:
            return DeadlineExceeded(f"the time of the turn ran out ({said})")
        return ModelUnavailable(said)

    def _time_for(self, rung: LadderRung, *, lower: bool) -> Deadline | None:
        if self._deadline is None:
            return Deadline(rung.timeout_s) if rung.timeout_s is not None else None
        seconds = self._deadline.remaining * (_SHARE if lower else 1.0)
        return self._deadline.within(min(seconds, rung.timeout_s or seconds))


class Attempt:
    """One rung being asked; as a context manager it tells the breaker how it went."""

    def __init__(self, descent: Descent, rung: LadderRung, deadline: Deadline | None) -> None:
        self.rung = rung
        self._descent = descent
        self._deadline = deadline
        self._seconds = deadline.remaining if deadline is not None else float("inf")
        self._words_out = False
        self._answered = False

    def scope(self) -> AbstractContextManager[Any]:
        """Make this rung's time the current deadline."""
        return nullcontext() if self._deadline is None else deadline_scope(self._deadline)

    def words_out(self) -> None:
        """Words have been passed on: from here a failure ends the call."""
        self._words_out = True

    def answered(self, message: AIMessage | None = None) -> None:
        """The call succeeded; `message` tells its tokens."""
        self._answered = True
        current_usage().answered(self.rung.name)
        _spend(message)
        if message is not None and message.usage_metadata:
            self._span.spent(message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"])

    def __enter__(self) -> "Attempt":
        current_usage().started()
        model = getattr(self.rung.model, "model_name", None) or self.rung.name
        self._span = model_span(self.rung.name, str(model))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is not None and not self._answered:
            self._span.failed(error)
        self._span.end()
        breaker = self.rung.breaker
        if self._answered:
            breaker.succeed()
            return False
        if not isinstance(error, AssistantFailure):
            breaker.leave()
            return False
        unfair = isinstance(error, DeadlineExceeded) and self._seconds < self.rung.fair_s
        if isinstance(error, RequestRefused | ContextOverflowError) or unfair:
            breaker.leave()
        else:
            breaker.fail()
        if isinstance(error, Unparsed):
            _spend(error.result.get("raw"))
        self._descent.note(self.rung, error)
        return not self._words_out


def _spend(message: Any) -> None:
    used = message.usage_metadata if isinstance(message, AIMessage) else None
    if used:
        current_usage().spent(used["input_tokens"], used["output_tokens"])
