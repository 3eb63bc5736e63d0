"""The README and the pages on the API and on operations tell the truth: their commands run, what they name exists."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.models.store.catalogue import load_catalogue
from assistant.settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
DATA = Path(os.environ.get("ASSISTANT_TEST_DATA", PROJECT.parent / "shared" / "data"))
PAGES = [README, *((PROJECT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "operations.md"))]
FENCES = [fence for page in PAGES for fence in re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]
COMMANDS = list(
    dict.fromkeys(
        line.split("  #")[0].strip()
        for fence in FENCES
        for line in fence.replace("\\\n", " ").splitlines()
        if line.strip() and not line.startswith("#")
    )
)
# these change the shop or the index for all commands after them, or never end by themselves
OWN_DATA = ("assistant shop seed", "assistant shop import")
ENDLESS = ("assistant serve", "assistant chat")


def commands(first_words: str) -> list[str]:
    return [command for command in COMMANDS if command.startswith(first_words)]


def plain_assistant_commands() -> list[str]:
    return [command for command in commands("assistant ") if not command.startswith((*OWN_DATA, *ENDLESS))]


def run(command: str, env: dict[str, str], folder: Path, timeout_s: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def environment(data_dir: Path) -> dict[str, str]:
    """Of a shell whose assistant keeps its data in `data_dir` and has no language model."""
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    chosen["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return chosen | {"ASSISTANT_DATA_DIR": str(data_dir), "ASSISTANT_LOCAL_MODEL": "none"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a shop as `make setup` leaves it."""
    env = environment(tmp_path_factory.mktemp("docs") / "data")
    for command in ("assistant shop seed", "assistant knowledge sync"):
        done = run(command, env, PROJECT)
        assert done.returncode == 0, done.stderr
    return env


def test_the_readme_has_commands_of_every_kind() -> None:
    assert len(commands("assistant ")) > 8
    assert {"make run", "make test"} <= set(COMMANDS)
    others = [command for command in COMMANDS if not command.startswith(("assistant ", "make ", "curl "))]
    assert not others, "teach this test how to try them"


@pytest.mark.parametrize("command", commands("make "))
def test_a_target_of_the_readme_exists(command: str) -> None:
    target = command.split()[1]
    told = run(f"make --dry-run PYTHON=python3 {target}", dict(os.environ), PROJECT)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("command", plain_assistant_commands())
def test_a_command_of_the_readme_runs(command: str, shop: dict[str, str]) -> None:
    needed = [name for name in load_catalogue() if name in command.split()]
    if needed and any(run(f"assistant models path {name}", shop, PROJECT).returncode for name in needed):
        pytest.skip(f"{needed} not in the cache, and too large to fetch in a quick test")
    done = run(command, shop, PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.model
@pytest.mark.parametrize("command", [*commands("assistant ask"), *commands("assistant doctor")])
def test_a_command_of_the_readme_runs_with_the_local_model(command: str, shop: dict[str, str]) -> None:
    done = run(command, shop | {"ASSISTANT_LOCAL_MODEL": Settings.model_fields["local_model"].default}, PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith(OWN_DATA)])
def test_a_command_of_the_readme_that_makes_a_shop_runs(command: str, tmp_path: Path) -> None:
    if "tau" in command and not (DATA / "tau_retail" / "db.json").exists():
        pytest.skip(f"the tau-bench retail data is not in {DATA}")
    done = run(command, environment(tmp_path / "data"), DATA if "tau" in command else PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_chat_in_the_terminal_ends_with_its_input(shop: dict[str, str]) -> None:
    done = run("assistant chat", shop, PROJECT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def server(shop: dict[str, str]) -> Iterator[str]:
    """The address of a served shop."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["assistant", "serve"],
        env=shop | {"ASSISTANT_PORT": str(port)},
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        executable=str(Path(sys.executable).parent / "assistant"),
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None, process.stdout and process.stdout.read()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=2):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def test_make_run_serves_a_page_at_the_address_that_the_readme_tells(server: str) -> None:
    assert f"http://{Settings.model_fields['host'].default}:{Settings.model_fields['port'].default}" in README
    with urllib.request.urlopen(server, timeout=10) as page:
        assert page.status == 200
        assert b"<html" in page.read().lower()


@pytest.mark.parametrize("command", commands("curl "))
def test_a_request_of_the_readme_is_answered(command: str, server: str, shop: dict[str, str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    done = run(command.replace("http://127.0.0.1:8000", server) + " --fail", shop, PROJECT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_page_on_evaluation_leads_from_nothing_to_a_promoted_prompt(tmp_path: Path) -> None:
    page = (PROJECT / "docs" / "evals.md").read_text(encoding="utf-8")
    fences = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for fence in fences for line in fence.splitlines() if line.strip()]
    assert len(lines) > 15
    shutil.copytree(PROJECT / "prompts", tmp_path / "prompts")
    env = environment(tmp_path / "data") | {"ASSISTANT_PROMPTS_DIR": str(tmp_path / "prompts")}
    for line in lines:
        done = run(line, env, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert "warmer" in run("assistant prompts list", env, tmp_path).stdout
    assert (tmp_path / "report.html").stat().st_size < 1_000_000


def test_the_settings_that_the_readme_names_exist() -> None:
    table = README.partition("| setting | what |")[2].partition("\n\n")[0]
    named = re.findall(r"`([a-z_]+)`", "\n".join(row.split("|")[1] for row in table.splitlines() if row.count("|") > 2))
    named += [name.lower() for name in re.findall(r"ASSISTANT_([A-Z_]+)", README)]
    assert len(named) > 8
    assert set(named) <= Settings.model_fields.keys()


def test_the_files_that_the_readme_links_exist() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert not [link for link in links if not (PROJECT / link).exists()]


def test_the_readme_says_what_it_is_and_how_to_start_on_its_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:20])
    assert "make run" in first_screen
    assert "make test" in first_screen
    assert "docs/chat.png" in first_screen
