"""All figures of a run, collected while its results are read one after another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.evaluation.suites.figures.calibration import Calibration
from assistant.evaluation.suites.figures.intervals import clustered_interval, pass_at, pass_power
from assistant.evaluation.suites.running.results import Result
from assistant.shop.records import Record

_MOST_CONFUSED = 10


class Rate(Record):
    """A pass rate with its 95 % interval, from 0 to 1, and the results and cases that it is over."""

    passed: int
    results: int
    cases: int
    rate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.passed} of {self.results} ({self.rate:.1%}, 95 % {self.low:.1%} to {self.high:.1%})"


class Times(Record):
    """Milliseconds: the median and the 95th percentile."""

    p50: float
    p95: float


class Column(Record):
    """The figures of one version of the prompts with one model.

    Attributes:
        errors: results that say nothing about the assistant; they are in no rate.
        flaky: cases that passed in some repeats and failed in others.
        powers: pass^k by k; `at`: pass@k by k.
        confusion: intents that were expected, what was read instead, and how often.
        ece: expected calibration error of the first intent's probability, over decisions.
    """

    prompts: str
    prompts_hash: str
    model: str
    overall: Rate
    suites: dict[str, Rate]
    tags: dict[str, Rate]
    languages: dict[str, Rate]
    kinds: dict[str, Rate]
    errors: int
    invalid: int
    cached: int
    flaky: tuple[str, ...]
    failing: tuple[str, ...]
    powers: dict[int, float]
    at: dict[int, float]
    confusion: tuple[tuple[str, str, int], ...]
    ece: float | None
    turn: Times
    stages: dict[str, Times]
    tokens: int
    model_calls: int
    turns: int
    asked_model: float
    cost: float

    @property
    def name(self) -> str:
        """Prompts and model."""
        return f"{self.prompts} / {self.model}"


class Summary(Record):
    """The figures of a run, one column for each pair of prompts and model."""

    run: str
    columns: tuple[Column, ...]
    thresholds: dict[str, float]

    def below(self) -> list[str]:
        """Suites of columns that pass less than their threshold."""
        return [
            f"{column.name}: {suite} {rate.rate:.1%} is below {self.thresholds[suite]:.1%}"
            for column in self.columns
            for suite, rate in column.suites.items()
            if suite in self.thresholds and rate.rate < self.thresholds[suite] - 1e-9
        ]


def summarise(
    run: str,
    results: Iterable[Result],
    thresholds: Mapping[str, float],
    prices: tuple[float, float] = (0.0, 0.0),
) -> Summary:
    """The figures of results, which are read once.

    Args:
        run: its name.
        results: in any order.
        thresholds: by suite.
        prices: of a million tokens read and written.
    """
    collected: dict[tuple[str, str, str], _Collected] = {}
    for result in results:
        key = (result.prompts, result.prompts_hash, result.model)
        collected.setdefault(key, _Collected(*key, prices)).add(result)
    return Summary(run=run, columns=tuple(c.column() for c in collected.values()), thresholds=dict(thresholds))


class _Collected:
    def __init__(self, prompts: str, prompts_hash: str, model: str, prices: tuple[float, float]) -> None:
        self._head = {"prompts": prompts, "prompts_hash": prompts_hash, "model": model}
        self._prices = prices
        self._by: dict[str, dict[str, dict[str, list[bool]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        self._status: Counter[str] = Counter()
        self._cached = 0
        self._confusion: Counter[tuple[str, str]] = Counter()
        self._calibration = Calibration()
        self._times: list[float] = []
        self._stages: dict[str, list[float]] = defaultdict(list)
        self._read = self._written = self._calls = self._asked = self._turns = 0

    def add(self, result: Result) -> None:
        self._status[result.status] += 1
        self._cached += result.cached
        if result.status in ("error", "invalid"):
            return
        passed = result.status == "pass"
        groups = [("all", "all"), ("suite", result.suite), ("language", result.language), ("kind", result.kind)]
        for kind, name in (*groups, *(("tag", tag) for tag in dict.fromkeys(result.tags))):
            self._by[kind][name][result.case].append(passed)
        self._read_as(result)
        for turn in result.seen.turns if result.seen else ():
            self._turns += 1
            self._times.append(turn.milliseconds)
            for stage, milliseconds in turn.timings_ms.items():
                if stage != "total":
                    self._stages[stage].append(milliseconds)
            self._read += turn.input_tokens
            self._written += turn.output_tokens
            self._calls += turn.model_calls
            self._asked += turn.model_calls > 0

    def _read_as(self, result: Result) -> None:
        if result.kind != "decision" or result.seen is None:
            return
        turn = result.seen.turns[0]
        wrong = next((p for p in result.problems if p.startswith("it was read as ")), "")
        if turn.intents:
            self._calibration.add(turn.intents[0].probability, not wrong)
        if wrong:
            got, _, wanted = wrong.removeprefix("it was read as ").partition(" and not as ")
            self._confusion[wanted, got] += 1

    def column(self) -> Column:
        everything = self._by["all"]["all"]
        most = max(map(len, everything.values()), default=0)
        return Column(
            **self._head,
            overall=_rate(everything),
            suites=_rates(self._by["suite"]),
            tags=_rates(self._by["tag"]),
            languages=_rates(self._by["language"]),
            kinds=_rates(self._by["kind"]),
            errors=self._status["error"],
            invalid=self._status["invalid"],
            cached=self._cached,
            flaky=tuple(case for case, found in everything.items() if any(found) and not all(found)),
            failing=tuple(case for case, found in everything.items() if not any(found)),
            powers={k: pass_power(everything, k) for k in range(1, most + 1)},
            at={k: pass_at(everything, k) for k in range(1, most + 1)},
            confusion=tuple((*pair, count) for pair, count in self._confusion.most_common(_MOST_CONFUSED)),
            ece=self._calibration.error,
            turn=_times(self._times),
            stages={stage: _times(found) for stage, found in self._stages.items()},
            tokens=self._read + self._written,
            model_calls=self._calls,
            turns=self._turns,
            asked_model=self._asked / self._turns if self._turns else 0.0,
            cost=(self._read * self._prices[0] + self._written * self._prices[1]) / 1e6,
        )


def _rates(groups: Mapping[str, Mapping[str, Sequence[bool]]]) -> dict[str, Rate]:
    return {name: _rate(groups[name]) for name in sorted(groups)}


def _rate(by_case: Mapping[str, Sequence[bool]]) -> Rate:
    rate, low, high = clustered_interval(by_case)
    count = sum(map(len, by_case.values()))
    passed = sum(map(sum, by_case.values()))
    return Rate(passed=passed, results=count, cases=len(by_case), rate=rate, low=low, high=high)


def _times(found: list[float]) -> Times:
    ordered = sorted(found)
    if not ordered:
        return Times(p50=0.0, p95=0.0)
    last = len(ordered) - 1
    return Times(p50=round(ordered[round(0.5 * last)], 1), p95=round(ordered[round(0.95 * last)], 1))
