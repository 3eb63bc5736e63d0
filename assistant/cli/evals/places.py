"""Where cases, runs and the cache lie."""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.evaluation.suites.running.cache import SeenCache
from assistant.evaluation.suites.running.results import Runs
from assistant.settings import PROJECT_DIR

if TYPE_CHECKING:
    from assistant.cli.parts import Parts


def cases_root(given: Path | None) -> Path:
    """The folder that holds `suites.yaml`; the project's own where none is given."""
    return given or PROJECT_DIR / "evals"


def runs_of(parts: "Parts") -> Runs:
    """The runs, in the data folder."""
    return Runs(parts.settings.data_dir / "evals")


def cache_of(parts: "Parts") -> SeenCache:
    """What was seen before, in the cache folder."""
    return SeenCache(parts.settings.cache_dir / "evals")
