"""The API does what its OpenAPI says, whatever is sent: schemathesis over every operation.

The quick run sends a few requests an operation; the whole one is
`ASSISTANT_TEST_EXAMPLES=100 pytest tests/web/doors/test_openapi.py`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.web.doors.conftest import MIA, Door

CONFIG = Path(__file__).parent.parent / "schemathesis.toml"
EXAMPLES = os.environ.get("ASSISTANT_TEST_EXAMPLES", "2")


def test_nothing_that_is_sent_gets_an_answer_that_the_openapi_does_not_tell(door: Door, tmp_path: Path) -> None:
    for name, token in (("customer", door.token(MIA)), ("stranger", door.token())):
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "--no-color"),
                *("run", f"{door.url}/api/openapi.json", "-H", f"Authorization: Bearer {token}"),
                *("--exclude-path-regex", "/conversations/.*/events$"),  # these never end
                *("-n", EXAMPLES, "--seed", "7", "--continue-on-failure"),
                *("--generation-database", "none"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=3000,
        )
        assert done.returncode == 0, f"as a {name}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}"
        tested = re.search(r"Tested: (\d+)", done.stdout)
        assert tested is not None
        assert int(tested.group(1)) >= 17, "every operation is sent something"
