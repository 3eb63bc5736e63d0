"""The breaker leaves a failing model alone and finds out when it is back."""

import threading
from typing import Any

import pytest

from assistant.errors import ModelUnavailable
from assistant.models.breaker import Breaker


class Seconds:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> Any:
        return self.now


@pytest.fixture
def seconds() -> Any:
    return Seconds()


@pytest.fixture
def breaker(seconds: Any) -> Any:
    return Breaker("hosted", failures=3, reset_s=30.0, clock=seconds)


def down() -> None:
    raise ModelUnavailable("down")


def fail(breaker: Any, times: Any) -> None:
    for _ in range(times):
        with pytest.raises(ModelUnavailable, match="down"):
            breaker.call(down)


def test_it_opens_after_failures_in_a_row(breaker: Any) -> None:
    fail(breaker, 2)
    assert breaker.call(lambda: "up") == "up"
    fail(breaker, 2)
    assert breaker.state == "closed"
    fail(breaker, 1)
    assert breaker.state == "open"
    assert not breaker.ready
    with pytest.raises(ModelUnavailable, match="left alone"):
        breaker.call(lambda: "up")


def test_one_probe_goes_through_after_the_pause_and_closes_it(breaker: Any, seconds: Any) -> None:
    fail(breaker, 3)
    seconds.now += 29.9
    assert breaker.state == "open"
    seconds.now += 0.1
    assert breaker.state == "half_open"
    assert breaker.enter()
    assert not breaker.ready
    assert not breaker.enter()
    breaker.succeed()
    assert breaker.state == "closed"
    fail(breaker, 2)
    assert breaker.state == "closed"


def test_a_failed_probe_opens_it_again_at_once(breaker: Any, seconds: Any) -> None:
    fail(breaker, 3)
    seconds.now += 30
    fail(breaker, 1)
    assert breaker.state == "open"
    seconds.now += 29
    assert not breaker.ready
    seconds.now += 1
    assert breaker.ready


def test_a_cancelled_probe_says_nothing_and_gives_the_way_free(breaker: Any, seconds: Any) -> None:
    fail(breaker, 3)
    seconds.now += 30
    with pytest.raises(KeyboardInterrupt):
        breaker.call(lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert breaker.state == "half_open"
    assert breaker.enter()


def test_a_probe_that_never_reports_does_not_close_the_way_for_good(breaker: Any, seconds: Any) -> None:
    fail(breaker, 3)
    seconds.now += 30
    assert breaker.enter()
    seconds.now += 30
    assert breaker.enter()


def test_other_errors_are_not_failures_of_the_model(breaker: Any) -> None:
    for _ in range(5):
        with pytest.raises(ValueError, match="bug"):
            breaker.call(lambda: (_ for _ in ()).throw(ValueError("bug")))
    assert breaker.state == "closed"


def test_only_one_of_many_threads_probes(breaker: Any, seconds: Any) -> None:
    fail(breaker, 3)
    seconds.now += 30
    entered = []
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        entered.append(breaker.enter())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert entered.count(True) == 1
