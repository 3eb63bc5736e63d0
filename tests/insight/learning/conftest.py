"""A small bank's assistant over empty folders: its router trains in seconds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.app import Wiring
from assistant.clock import FixedClock
from assistant.models.ladder import ModelLadder
from assistant.settings import PROJECT_DIR, Settings
from tests.routing.small_bank import BANK
from tests.three_encoders import three_as_one

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Wiring]:
    prompts = tmp_path / "prompts"
    (prompts / "intents").mkdir(parents=True)
    (prompts / "routing").symlink_to(PROJECT_DIR / "prompts" / "routing")
    (prompts / "intents" / "bank.yaml").write_text(BANK.replace("agent: bank", "agent: orders"), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", local_model="none", prompts_dir=prompts)
    clock = FixedClock(NOW)
    folders = settings.model_copy(update={"cache_dir": tmp_path / "cache"})
    wiring = Wiring(folders, clock=clock, ladder=ModelLadder(rungs=()))
    wiring.__dict__["embeddings"] = three_as_one(settings)  # their weights lie in the user's own cache
    wiring.__dict__["product_names"] = []
    yield wiring
    wiring.database.close()
