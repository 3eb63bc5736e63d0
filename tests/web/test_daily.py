"""What the server does once a day beside serving."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.memory.retention import KeepFor
from assistant.settings import Settings
from assistant.web.beside import Beside
from assistant.web.daily import Daily
from assistant.web.readiness import Readiness


def test_the_job_runs_at_once_and_again_even_when_it_failed() -> None:
    runs, thrice = [0], threading.Event()

    def job() -> None:
        runs[0] += 1
        if runs[0] == 3:
            thrice.set()
        raise RuntimeError("the disk is full")

    daily = Daily(job, every_s=0.001)
    daily.start()
    assert thrice.wait(10)
    daily.stop()


def test_nothing_runs_where_the_server_could_not_be_started() -> None:
    ran = threading.Event()
    daily = Daily(ran.set, every_s=0.001)
    daily.start(RuntimeError("no model"))
    daily.stop()
    daily.start()
    assert not ran.is_set()


@pytest.mark.parametrize("days", [0, 30])
def test_a_server_deletes_what_is_too_old_once_it_is_ready(days: int) -> None:
    kept: list[KeepFor] = []
    pruned = threading.Event()

    def prune(keep: KeepFor) -> None:
        kept.append(keep)
        pruned.set()

    parts: Any = SimpleNamespace(
        settings=Settings(keep_conversations_days=days),
        forgetting=SimpleNamespace(prune=prune),
        webhooks=SimpleNamespace(run=lambda _ended: None),
        event_drain=SimpleNamespace(run=lambda _ended: None),
    )
    readiness = Readiness(lambda: None)
    beside = Beside(parts, readiness)
    assert not kept
    readiness.start()
    assert readiness.wait(10) == "ready"
    assert pruned.wait(10 if days else 0.2) == bool(days)
    beside.end()
    assert kept == ([KeepFor(conversations=30)] if days else [])
