"""A shop of its own for situations at the desk, which are played one after another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.copilot.bench import NOW, DeskBench
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskBench]:
    clock = FixedClock(NOW)
    folder: Path = tmp_path_factory.mktemp("copilot")
    house = Wiring(Settings(data_dir=folder, local_model="none"), clock=clock, ladder=ModelLadder(rungs=()))
    bench = DeskBench(house, clock)
    bench.reset()
    house.knowledge.sync(house.settings.knowledge_dir)
    yield bench
    house.database.close()
