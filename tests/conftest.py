"""Watches over the whole suite that what identifies the canaries (`tests/canaries.py`) gets nowhere.

Property tests draw the same cases every time; `HYPOTHESIS_PROFILE=random` looks for new ones.
"""

import ctypes
import gc
import logging
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.canaries import WATCH, LogWatch

settings.register_profile("seeded", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "seeded"))
LAST = "test_no_canary_got_out.py"
STATM = Path("/proc/self/statm")
GROWN_MB = 400
KEPT_MB = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that tells what was seen comes last."""
    items.sort(key=lambda item: item.path.name == LAST)


@pytest.fixture(scope="session", autouse=True)
def _watched() -> None:
    logging.getLogger().addHandler(LogWatch())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Look at what a test wrote to its standard output, standard error and log."""
    if not report.failed:  # what a failed test shows of its own is in its report, and not the shop's doing
        for name, content in report.sections:
            WATCH.look("captured output", content, f"{name} of {report.nodeid}")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Hand memory back where a file took much: a house's encoders lie in circles that are left lying for long."""
    if STATM.exists() and (nextitem is None or nextitem.path != item.path):
        kept = item.config.stash.get(KEPT_MB, 0)
        if resident_mb() > kept + GROWN_MB:
            gc.collect()
            ctypes.CDLL(None).malloc_trim(0)
            item.config.stash[KEPT_MB] = resident_mb()


def resident_mb() -> int:
    """Of this process, on Linux."""
    return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000
