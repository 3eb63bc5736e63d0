"""Builds llama-cpp-python from its source, once a machine. Standard library only.

The index has no wheels of it. A build takes minutes and fits this very processor, so the wheel is kept in the
user's cache, keyed by all that shapes it. The build goes on where an interrupted one stopped.
"""

import fcntl
import hashlib
import os
import platform
import re
import shlex
import shutil
import tarfile
from pathlib import Path

from steps import Step, last_count, run

HERE = Path(__file__).resolve().parent
CMAKE_INCLUDE = HERE / "llama_build.cmake"
NINJA = r"^\s*\[(\d+)/(\d+)\]"
CMAKE_FLAGS = ("-DLLAVA_BUILD=OFF", "-DLLAMA_OPENSSL=OFF")


def llama_wheel(python: Path, requirement: str, cache: Path) -> Path:
    """The wheel, from the cache or built now.

    Args:
        python: an interpreter with pip, scikit-build-core, cmake and ninja.
        requirement: the lock's lines for llama-cpp-python, with version and hash of the source.
        cache: folder for built wheels.

    Raises:
        StepFailed: the source can't be had, has another hash, or doesn't compile.
    """
    version = re.match(r"llama-cpp-python==([^ \\]+)", requirement)
    assert version, f"not the lock's lines for llama-cpp-python: {requirement!r}"
    folder = cache / f"llama-cpp-python-{version[1]}-{_key(requirement)}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return next(folder.glob("*.whl"), None) or _build(python, requirement, folder)


def _key(requirement: str) -> str:
    """Tells apart all that the wheel depends on: the source, the flags, the processor."""
    processor = platform.processor()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next((line for line in lines if line.startswith(("flags", "Features"))), processor)
    parts = [requirement, *CMAKE_FLAGS, CMAKE_INCLUDE.read_text(encoding="utf-8"), platform.machine(), processor]
    parts += [os.environ.get("CMAKE_ARGS", ""), platform.libc_ver()[1]]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _build(python: Path, requirement: str, folder: Path) -> Path:
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    # set-up's own tools build it: they are locked with hashes, an isolated build would fetch any
    tools = ["--no-deps", "--no-build-isolation"]
    path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    wanted = folder / "requirement.txt"
    wanted.write_text(requirement, encoding="utf-8")
    sources, source, made = folder / "sources", folder / "source", folder / "made"
    if not source.exists():
        with Step("Fetching the source of llama-cpp-python (77 MB)", "10 s"):
            download = ["download", *tools, "--no-binary", ":all:", "--require-hashes", "-r", wanted, "-d", sources]
            run([*pip, *download], folder / "download.log", {"PATH": path})
            _unpack(next(sources.glob("*.tar.gz")), source)
    log = folder / "build.log"
    flags = (*CMAKE_FLAGS, f"-DCMAKE_PROJECT_INCLUDE={CMAKE_INCLUDE}")
    env = {
        "PATH": path,
        "CMAKE_ARGS": f"{shlex.join(flags)} {os.environ.get('CMAKE_ARGS', '')}".strip(),
        "CMAKE_GENERATOR": "Ninja",
        "SKBUILD_BUILD_DIR": str(folder / "build"),
        "PYTHONUNBUFFERED": "1",
    }
    with Step("Building llama-cpp-python for this processor", "3 min on two cores", lambda: last_count(log, NINJA)):
        run([*pip, "-v", "wheel", *tools, "--no-cache-dir", "-w", made, source], log, env)
    wheel = next(made.glob("*.whl"))
    kept = wheel.rename(folder / wheel.name)
    for leftover in (sources, source, made, folder / "build"):
        shutil.rmtree(leftover, ignore_errors=True)
    return kept


def _unpack(archive: Path, source: Path) -> None:
    """Unpack to a fixed place in one step, so that an interrupted build can be taken up again there."""
    fresh = source.with_name("unpacking")
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(archive) as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 has none
        tar.extractall(fresh)
    next(fresh.iterdir()).rename(source)
    fresh.rmdir()
