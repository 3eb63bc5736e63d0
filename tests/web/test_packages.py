"""A server needs only what its own lock file installs: packages of the tests are not there on a shop's machine."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SERVED = """
import re, sys
from importlib.metadata import packages_distributions

def name(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()

lock = open("requirements.lock", encoding="utf-8").read()
installed = {"shop-assistant", *(name(own) for own in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE))}
foreign = {top for top, own in packages_distributions().items() if not installed & set(map(name, own))}

class NotInstalled:
    def find_spec(self, module, path=None, target=None):
        if module.partition(".")[0] in foreign:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)

assert {"pytest", "hypothesis"} <= foreign
sys.meta_path.insert(0, NotInstalled())
from assistant.app import Wiring
print(len(Wiring().web_app.routes))
"""


def test_the_pages_are_served_without_the_packages_of_the_tests(tmp_path: Path) -> None:
    env = {"ASSISTANT_DATA_DIR": str(tmp_path), "ASSISTANT_LOCAL_MODEL": "none", "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SERVED], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
