"""Simulated visitors as the log files of a shop, written once for all tests."""

import json
from pathlib import Path

import pytest

from assistant.insight.events.simulation.make import make
from tests.storage.conftest import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of JSONL files of some 20,000 events, with `mapping.yaml` and `planted.json`."""
    folder = tmp_path_factory.mktemp("simulated")
    make(folder, count=20_000, seed=7)
    return folder


@pytest.fixture(scope="session")
def planted(simulated: Path) -> dict[str, int]:
    """What cleaning must find."""
    counts: dict[str, int] = json.loads((simulated / "planted.json").read_text())
    return counts
