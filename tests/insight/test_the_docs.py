"""docs/insight.md tells the truth: a newcomer who types its commands from top to bottom gets what it says."""

import re
from pathlib import Path

import pytest

from tests.test_docs import PROJECT, environment, run

PAGE = (PROJECT / "docs" / "insight.md").read_text(encoding="utf-8")
TYPED = [
    line.split("  #")[0].strip()
    for fence in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in fence.splitlines()
    if line.startswith("assistant ")
]
ELSEWHERE = ("assistant bench", "assistant insight refit", "assistant insight rollback", "assistant insight discover")
"""Long ones, and those that need files of a shop's own: tests of their rooms run them."""
QUICK = [command for command in TYPED if not command.startswith(ELSEWHERE)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    folder = tmp_path_factory.mktemp("insight")
    env = environment(folder / "data")
    seeded = run("assistant shop seed", env, PROJECT)
    assert seeded.returncode == 0, seeded.stderr
    return env, folder


def test_the_page_has_commands_of_every_face() -> None:
    faces = "events ingest sessions features recommend rules segments satisfaction leaving drift".split()
    assert not [face for face in faces if not any(f"assistant insight {face}" in command for command in QUICK)]


def test_its_commands_run_from_top_to_bottom(shop: tuple[dict[str, str], Path]) -> None:
    env, folder = shop
    for command in QUICK:
        done = run(command, env, folder)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert (done.stdout + done.stderr).strip(), command
        assert "Traceback" not in done.stderr, command
    assert (folder / "features.csv").stat().st_size > 1000
