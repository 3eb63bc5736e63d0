"""Figures for Prometheus: turns, requests, models' breakers."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.conversation.reply import Reply

_SECONDS = (0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_BREAKER_STATES = ("closed", "half_open", "open")


class Metrics:
    """The server's figures, in a registry of their own.

    Args:
        ready: whether customers are served.
        in_flight: turns that run or wait.
        breakers: state of each model's breaker; asked only while ready.
    """

    def __init__(
        self, ready: Callable[[], bool], in_flight: Callable[[], int], breakers: Callable[[], Mapping[str, str]]
    ) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "assistant_turns", "Turns answered.", ["rung", "outcome", "language", "handoff"], registry=self.registry
        )
        self._failures = Counter("assistant_turn_failures", "Turns not answered.", ["code"], registry=self.registry)
        self._seconds = Histogram(
            "assistant_turn_seconds", "Time of a turn.", ["rung"], buckets=_SECONDS, registry=self.registry
        )
        self._tokens = Counter("assistant_model_tokens", "Tokens of models.", ["kind"], registry=self.registry)
        self._calls = Counter("assistant_model_calls", "Calls of models.", registry=self.registry)
        self._requests = Counter(
            "assistant_http_requests", "Requests, by route.", ["method", "route", "status"], registry=self.registry
        )
        self.registry.register(_Now(ready, in_flight, breakers))

    def turn(self, reply: Reply, seconds: float) -> None:
        """Count an answered turn."""
        outcome, handoff = reply.decision.outcome, str(reply.handoff).lower()
        self._turns.labels(str(reply.rung), outcome, reply.language, handoff).inc()
        self._seconds.labels(str(reply.rung)).observe(seconds)
        self._calls.inc(reply.model_calls)
        self._tokens.labels("input").inc(reply.input_tokens)
        self._tokens.labels("output").inc(reply.output_tokens)

    def failure(self, code: str) -> None:
        """Count a turn that was not answered."""
        self._failures.labels(code).inc()

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request; `route` is the path's template, so that ids don't become labels."""
        self._requests.labels(method, route, str(status)).inc()

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


class _Now(Collector):
    """Figures that are read when somebody looks."""

    def __init__(
        self, ready: Callable[[], bool], in_flight: Callable[[], int], breakers: Callable[[], Mapping[str, str]]
    ) -> None:
        self._ready = ready
        self._in_flight = in_flight
        self._breakers = breakers

    def collect(self) -> Iterable[Metric]:
        """The present state."""
        ready = self._ready()
        yield GaugeMetricFamily("assistant_ready", "1 when customers are served.", value=float(ready))
        yield GaugeMetricFamily("assistant_turns_in_flight", "Turns that run or wait.", value=self._in_flight())
        breaker = GaugeMetricFamily(
            "assistant_model_breaker_state", "1 for the state that a model's breaker is in.", labels=["rung", "state"]
        )
        if ready:
            for rung, current in self._breakers().items():
                for state in _BREAKER_STATES:
                    breaker.add_metric([rung, state], float(str(current) == state))
        yield breaker
