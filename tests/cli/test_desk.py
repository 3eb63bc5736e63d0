"""`assistant desk user`, as docs/desk.md shows it."""

import re
import subprocess
from pathlib import Path

from tests.test_docs import PROJECT, environment

PAGE = (PROJECT / "docs" / "desk.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for fence in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in fence.splitlines()
    if "assistant desk" in line
]


def test_the_commands_of_the_page_make_and_lock_accounts(tmp_path: Path) -> None:
    assert len(COMMANDS) == 6
    script = "set -e -o pipefail\n" + "\n".join([*COMMANDS, "assistant desk user list"])
    done = subprocess.run(
        ["bash", "-c", script],
        env=environment(tmp_path / "data"),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^amy +agent +en +active +Amy$", done.stdout, re.MULTILINE)
    assert re.search(r"^lou +lead +zh +active", done.stdout, re.MULTILINE)
    assert "Traceback" not in done.stderr
