"""The command line over one set of parts, with runs and cache in a folder of the test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result as CommandResult
from typer.testing import CliRunner

from assistant.app import Wiring
from assistant.cli.main import build_cli
from assistant.models.embeddings.cache import CachedEmbeddings
from assistant.models.embeddings.load import load_embeddings
from assistant.settings import Settings

Command = Callable[..., CommandResult]


@pytest.fixture(scope="session")
def encoders() -> CachedEmbeddings:
    return load_embeddings(Settings())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", local_model="none")


@pytest.fixture
def command(settings: Settings, encoders: CachedEmbeddings) -> Command:
    """`command("eval", "run", ...)`, in this process."""

    def run(*words: str, code: int | None = 0, **changes: Any) -> CommandResult:
        wiring = Wiring(settings.model_copy(update=changes))
        wiring.__dict__["embeddings"] = encoders
        done = CliRunner().invoke(build_cli(lambda: wiring), list(words))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert code is None or done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes `suite/file.yaml` below a folder of cases, which it returns; `suites.yaml` names the suites."""
    import yaml

    root = tmp_path / "cases"
    suites: dict[str, Any] = {}

    def put(suite: str, file: str, text: str, **entry: Any) -> Path:
        (root / suite).mkdir(parents=True, exist_ok=True)
        (root / suite / file).write_text(text, encoding="utf-8")
        suites.setdefault(suite, {"about": f"the {suite}"}).update(entry)
        (root / "suites.yaml").write_text(yaml.safe_dump(suites), encoding="utf-8")
        return root

    return put


def results_of(data: Path, run: str) -> list[dict[str, Any]]:
    """The lines of a run."""
    path = data / "evals" / run / "results.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
