"""Runs a matrix: from the cache what was seen before, the rest on benches, each result written as it comes."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from assistant.errors import CustomerError, ModelUnavailable, OperatorError
from assistant.evaluation.suites.assertions.verdict import problems
from assistant.evaluation.suites.cases.forms import Case
from assistant.evaluation.suites.running.cache import SeenCache
from assistant.evaluation.suites.running.matrix import Job, Matrix, Model, Prompts
from assistant.evaluation.suites.running.results import Result, Run, Status
from assistant.evaluation.suites.running.seen import CaseImpossible, Seen

if TYPE_CHECKING:
    from assistant.evaluation.suites.running.bench import Bench


class Benches(Protocol):
    """Makes benches for a model and a version of the prompts."""

    def open(self, model: Model, prompts: Prompts, count: int) -> AbstractContextManager["Sequence[Bench]"]: ...


class Judging(Protocol):
    """Says what it thinks of the replies of a case."""

    def __call__(self, case: Case, seen: Seen) -> Seen: ...


@dataclass(frozen=True)
class Limits:
    """Where a run stops; it can be resumed. None is no limit.

    Attributes:
        seconds: since it began.
        tokens: read and written by models, without what came from the cache.
        cost: in the currency of the prices.
        price_in: of a million tokens that models read; `price_out`: that they write.
    """

    seconds: float | None = None
    tokens: int | None = None
    cost: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0

    def cost_of(self, seen: Seen) -> float:
        """What models cost for a case."""
        read = sum(turn.input_tokens for turn in seen.turns)
        written = sum(turn.output_tokens for turn in seen.turns)
        return (read * self.price_in + written * self.price_out) / 1e6


@dataclass
class Outcome:
    """What a run came to so far."""

    counts: dict[Status, int] = field(default_factory=lambda: {"pass": 0, "fail": 0, "error": 0, "invalid": 0})
    cached: int = 0
    ran: int = 0
    tokens: int = 0
    cost: float = 0.0
    stopped: str = ""


OnResult = Callable[[Result, Outcome], None]


class Runner:
    """Runs one matrix into one run's folder.

    Args:
        run: begun already.
        cache: None to run everything.
        benches: made when the first case is not in the cache.
        limits: see there.
        jobs: benches, each in a thread of its own.
        on_result: told of every result, in no particular order.
        judge: None where no case has anything to be judged.
    """

    def __init__(
        self,
        run: Run,
        cache: SeenCache | None,
        benches: Benches,
        *,
        limits: Limits | None = None,
        jobs: int = 1,
        on_result: OnResult | None = None,
        judge: Judging | None = None,
    ) -> None:
        self._run = run
        self._cache = cache
        self._benches = benches
        self._limits = limits or Limits()
        self._jobs = jobs
        self._on_result = on_result or (lambda _result, _outcome: None)
        self._judge = judge
        self._lock = threading.Lock()
        self._outcome = Outcome()
        self._began = time.monotonic()

    def __call__(self, matrix: Matrix) -> Outcome:
        """Run what has no result yet."""
        done = self._run.done()
        for result in self._run.results():
            if result.place in done:
                self._outcome.counts[result.status] += 1
        for model, prompts, jobs in matrix.groups():
            left = [job for job in jobs if job.place not in done and not self._from_cache(job)]
            if left and not self._outcome.stopped:
                with self._benches.open(model, prompts, min(self._jobs, len(left))) as benches:
                    self._work(left, benches)
        return self._outcome

    def _from_cache(self, job: Job) -> bool:
        seen = self._cache.get(job.key) if self._cache else None
        if seen is None:
            return False
        self._note(result_of(job, seen, cached=True), seen)
        return True

    def _work(self, jobs: Sequence[Job], benches: "Sequence[Bench]") -> None:
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            waiting.put(job)
        if len(benches) == 1:
            self._worker(benches[0], waiting)
            return
        threads = [threading.Thread(target=self._worker, args=(bench, waiting), daemon=True) for bench in benches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _worker(self, bench: "Bench", waiting: "queue.SimpleQueue[Job]") -> None:
        while not self._outcome.stopped:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            self._do(bench, job)

    def _do(self, bench: "Bench", job: Job) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        from assistant.evaluation.suites.running.talk import run_case

        try:
            seen = run_case(bench, job.case)
            if seen.strayed and seen.player:
                reason = f"the simulated customer strayed from the card: {'; '.join(seen.strayed)}"
                self._note(_result(job, "error", (reason,), seen, False), seen)
                return
            if unanswered(seen):
                self._note(_without(job, "error", "a model was asked and did not answer"), None)
                return
            if self._judge is not None:
                seen = self._judge(job.case, seen)
        except (CaseImpossible, CustomerError) as error:
            self._note(_without(job, "invalid", str(error)), None)
        except (ModelUnavailable, OperatorError, OSError, SQLAlchemyError) as error:
            self._note(_without(job, "error", f"{type(error).__name__}: {error}"), None)
        except Exception as error:  # noqa: BLE001  a crash of the assistant is its failure, and must not end the run
            self._note(_without(job, "fail", f"the assistant crashed: {type(error).__name__}: {error}"), None)
        else:
            if self._cache and not any(turn.crashed for turn in seen.turns):
                self._cache.put(job.key, seen)
            self._note(result_of(job, seen), seen)

    def _note(self, result: Result, seen: Seen | None) -> None:
        with self._lock:
            self._run.add(result)
            outcome = self._outcome
            outcome.counts[result.status] += 1
            outcome.cached += result.cached
            outcome.ran += not result.cached
            if seen is not None and not result.cached:
                outcome.tokens += seen.tokens
                outcome.cost += self._limits.cost_of(seen)
            outcome.stopped = outcome.stopped or self._reason_to_stop(outcome)
            self._on_result(result, outcome)

    def _reason_to_stop(self, outcome: Outcome) -> str:
        limits = self._limits
        if limits.seconds is not None and time.monotonic() - self._began > limits.seconds:
            return f"{limits.seconds:g} seconds have passed"
        if limits.tokens is not None and outcome.tokens > limits.tokens:
            return f"{outcome.tokens} tokens were used"
        if limits.cost is not None and outcome.cost > limits.cost:
            return f"{outcome.cost:.4f} was spent"
        return ""


def result_of(job: Job, seen: Seen, *, cached: bool = False) -> Result:
    """The result of a case that was run."""
    crashes = (f"the assistant crashed: {turn.crashed}; the log tells where" for turn in seen.turns if turn.crashed)
    found = (*crashes, *problems(job.case, seen))
    return _result(job, "fail" if found else "pass", found, seen, cached)


def unanswered(seen: Seen) -> bool:
    """Whether a model was asked in some turn and none answered: that says nothing about the assistant."""
    return any(turn.text and turn.model_calls > 0 and turn.rung == "none" for turn in seen.turns)


def _without(job: Job, status: Status, reason: str) -> Result:
    return _result(job, status, (reason,), None, False)


def _result(job: Job, status: Status, found: tuple[str, ...], seen: Seen | None, cached: bool) -> Result:
    case = job.case
    return Result(
        case=case.name,
        suite=case.suite,
        kind=case.kind,
        behaviour=case.behaviour,
        language=case.language,
        tags=case.tags,
        prompts=job.prompts.name,
        prompts_hash=job.prompts.hash,
        model=job.model.name,
        repeat=job.repeat,
        status=status,
        problems=found,
        cached=cached,
        seen=seen,
    )
