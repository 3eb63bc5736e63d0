"""Set-up: locks that say exactly what is installed, steps that are done once, a build that goes on."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = {name: PROJECT / f"requirements{name}.lock" for name in ("", "-dev", "-build")}
ENTRY = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.MULTILINE)


def versions(lock: Path) -> dict[str, set[str]]:
    """Locked versions by package (more than one where they depend on the platform)."""
    found: dict[str, set[str]] = {}
    for name, version in ENTRY.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))


def load(name: str) -> Any:
    return importlib.import_module(name)


@pytest.mark.parametrize("lock", LOCKS.values(), ids=lambda lock: lock.name)
def test_a_lock_names_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 5
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locks_hold_what_the_project_asks_for() -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "": project["project"]["dependencies"],
        "-dev": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        "-build": project["dependency-groups"]["build"],
    }
    for name, requirements in asked.items():
        locked = versions(LOCKS[name])
        for requirement in map(Requirement, requirements):
            found = locked.get(canonicalize_name(requirement.name), set())
            assert found, f"{requirement} is not in {LOCKS[name].name}: make lock"
            assert all(version in requirement.specifier for version in found), f"{requirement}, not {found}: make lock"


def test_tests_run_with_the_versions_that_the_assistant_runs_with() -> None:
    run, dev = versions(LOCKS[""]), versions(LOCKS["-dev"])
    assert run.items() <= dev.items()
    assert "torch" not in dev


def test_no_lock_is_kept_that_writes_down_the_registrys_address() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False).stdout
    assert not {"uv.lock", "pylock.toml"} & set(tracked.split())


def test_the_source_of_llama_cpp_is_taken_out_of_the_lock_with_its_hash(scripts: None) -> None:
    rest, llama = load("setup").split_lock(LOCKS["-dev"])
    assert llama.startswith("llama-cpp-python==")
    assert llama.count("--hash=sha256:") == 1
    assert "llama-cpp-python" not in rest
    assert versions(LOCKS["-dev"]).keys() - {name for name, _ in ENTRY.findall(rest)} == {"llama-cpp-python"}


def test_a_step_is_done_again_only_when_its_source_changes(
    scripts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = load("setup")
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    source, calls = tmp_path / "source", []
    for content in ("one", "one", "two", "two"):
        source.write_text(content)
        setup.step("name", source, "Doing it", "1 s", lambda: calls.append(source.read_text()))
    assert calls == ["one", "two"]


def test_a_step_that_fails_is_done_again_and_shows_what_went_wrong(
    scripts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = load("setup")
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    failing = [sys.executable, "-c", "print('no space left'); raise SystemExit(3)"]
    for _ in range(2):
        with pytest.raises(setup.StepFailed, match="no space left"):
            setup.step("name", Path(__file__), "Doing it", "1 s", lambda: setup.run(failing, tmp_path / "log"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "30 s"),
        ("[3/12] compiling\n[4/12] compiling\n", "30 s, 4 of 12, 60 s left"),
        ("embedding passages: 500 of 1,500 (33 %), 9 s left\n", "30 s, 500 of 1500, 60 s left"),
        ("embedding passages: 1,500 of 1,500 (100 %)\n", "30 s, 1500 of 1500"),
    ],
)
def test_a_long_step_says_how_far_it_is_and_how_long_still(
    scripts: None, tmp_path: Path, written: str, told: str
) -> None:
    steps, log = load("steps"), tmp_path / "log"
    log.write_text(written)
    pattern = load("llama_wheel").NINJA if "compiling" in written else load("setup").TOLD
    assert steps.how_far(30.0, steps.last_count(log, pattern)) == told


def test_a_python_that_cannot_make_environments_is_told_the_debian_package(
    scripts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = load("setup")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / "absent")
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(setup.StepFailed, match=r"apt-get install python3\.\d+-venv"):
        setup.virtual_environment()


FAKE_PYTHON = """#!/usr/bin/env bash
echo "$*" >> {calls}
case "$*" in
*" download "*)
    mkdir -p {work}/llama_cpp_python-1.0 "${{@: -1}}"
    tar czf "${{@: -1}}/llama_cpp_python-1.0.tar.gz" -C {work} llama_cpp_python-1.0 ;;
*" wheel "*)
    echo "[3/8] compiling"
    [ -e {work}/works ] || exit 1
    mkdir -p "${{@: -2:1}}" && touch "${{@: -2:1}}/llama_cpp_python-1.0-py3-none-any.whl" ;;
esac
"""


def test_the_model_library_is_built_once_a_machine_and_an_interrupted_build_goes_on(
    scripts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = load("llama_wheel")
    failed = load("steps").StepFailed
    python, calls = tmp_path / "bin" / "python", tmp_path / "calls"
    python.parent.mkdir()
    python.write_text(FAKE_PYTHON.format(calls=calls, work=tmp_path))
    python.chmod(0o755)
    lines = "llama-cpp-python==1.0 \\\n    --hash=sha256:00\n"

    with pytest.raises(failed, match="compiling"):
        builder.llama_wheel(python, lines, tmp_path / "cache")
    (tmp_path / "works").touch()
    wheel = builder.llama_wheel(python, lines, tmp_path / "cache")
    assert wheel.exists()
    assert builder.llama_wheel(python, lines, tmp_path / "cache") == wheel
    done = [re.search(r" (download|wheel) ", line) for line in calls.read_text().splitlines()]
    assert [call and call[1] for call in done] == ["download", "wheel", "wheel"]
    assert "--require-hashes" in calls.read_text()


def test_another_processor_or_other_flags_take_another_wheel(scripts: None, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = load("llama_wheel")
    keys = {builder._key("llama-cpp-python==1.0"), builder._key("llama-cpp-python==1.1")}
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    keys.add(builder._key("llama-cpp-python==1.0"))
    monkeypatch.setattr(builder.platform, "machine", lambda: "another")
    keys.add(builder._key("llama-cpp-python==1.0"))
    assert len(keys) == 4


def test_the_ci_script_and_the_makefile_are_sound() -> None:
    subprocess.run(["bash", "-n", str(PROJECT / ".ci" / "run")], check=True)
    told = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert {"setup", "run", "chat", "test", "test-models", "lint", "lock"} <= {
        line.split()[0] for line in told.splitlines()
    }
