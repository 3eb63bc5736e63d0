"""`assistant models`: an operator sees what is here, and is told what to type when something isn't."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from assistant.cli.models import app
from assistant.errors import OperatorError
from assistant.models.store.model_store import ModelStore
from assistant.settings import Settings

CONTENT = b"GGUF and so on"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("PATH", str(tmp_path))  # no npm
    known = {"purpose": "for tests", "licence": "MIT", "bytes": len(CONTENT)}
    known["sha256"] = hashlib.sha256(CONTENT).hexdigest()
    npm = {"package": "tables@1", "member": "table.json"}
    entries = [
        {"name": "tiny", "file": "models/tiny.gguf", "hub": {"repo": "maker/tiny", "file": "tiny.gguf"}, **known},
        {"name": "table", "file": "tables/table", "optional": True, "npm": npm, **known},
    ]
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text(json.dumps(entries))
    settings = Settings(cache_dir=tmp_path / "cache", local_model="tiny")
    (settings.models_dir).mkdir(parents=True)
    (settings.models_dir / "tiny.gguf").write_bytes(CONTENT)
    return SimpleNamespace(settings=settings, store=ModelStore(settings, catalogue))


def test_the_list_tells_what_is_here_and_what_is_needed(parts: SimpleNamespace) -> None:
    before = CliRunner().invoke(app, ["list"], obj=parts).output
    assert "* tiny" in before
    assert "unchecked" in before
    assert CliRunner().invoke(app, ["verify", "tiny"], obj=parts).output == "tiny: ready\n"
    assert "ready" in CliRunner().invoke(app, ["list"], obj=parts).output


def test_pull_leaves_out_what_things_work_without(parts: SimpleNamespace) -> None:
    told = CliRunner().invoke(app, ["pull"], obj=parts)
    assert told.exit_code == 0
    assert f"tiny: {parts.settings.models_dir / 'tiny.gguf'}" in told.output
    assert "table: left out, things work without it" in told.output


def test_pull_by_name_insists(parts: SimpleNamespace) -> None:
    told = CliRunner().invoke(app, ["pull", "table"], obj=parts)
    assert isinstance(told.exception, OperatorError)
    assert "npm" in told.exception.message


def test_damage_is_named_with_the_command_that_mends_it(parts: SimpleNamespace) -> None:
    (parts.settings.models_dir / "tiny.gguf").write_bytes(CONTENT[::-1])
    for command in (["verify"], ["path", "tiny"]):
        told = CliRunner().invoke(app, command, obj=parts)
        assert isinstance(told.exception, OperatorError)
        assert told.exception.fix == "assistant models pull tiny"
