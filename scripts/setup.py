"""Makes everything ready, step by step; steps that are done are skipped, interrupted ones go on. See the Makefile.

Runs on the system's Python with its standard library only. Packages come from the index that pip is set up
with on this machine, at the versions and with the hashes of the lock files:

* `requirements-build.lock`: what set-up works with (uv, and what compiles llama-cpp-python);
* `requirements.lock`: what the assistant runs with;
* `requirements-dev.lock`: the same and what its tests need.

llama-cpp-python stands in the last two with the hash of its source, so they are complete; set-up takes it out
of them and builds it by itself, quicker than a plain install would and once a machine (`llama_wheel.py`).
"""

import argparse
import functools
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from llama_wheel import llama_wheel
from steps import Step, StepFailed, last_count, run

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
ASSISTANT = VENV / "bin" / "assistant"
CODE = PROJECT / "assistant"
STAMPS = VENV / "set-up"
TOLD = r"([\d,]+) of ([\d,]+)"
"""How commands of the assistant tell how far they are."""
PURPOSES = {
    "run": "what the assistant runs with: packages, models, the sample shop, the knowledge index, the router",
    "lint": "packages for the checks of the source",
    "test": "packages and tables for the quick tests",
    "test-models": "packages and models for the tests with the real language model",
}


def main() -> int:
    """Make ready for one purpose; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make everything ready.")
    parser.add_argument("purpose", choices=PURPOSES, help="; ".join(f"{k}: {v}" for k, v in PURPOSES.items()))
    purpose = parser.parse_args().purpose
    try:
        code(dev=purpose != "run")
        if purpose == "test":
            models("minilm-tokenizer", "mpnet")
        if purpose in ("run", "test-models"):
            models()
        if purpose == "run":
            sample_shop()
            knowledge()
            intents()
    except StepFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def code(*, dev: bool) -> None:
    """The virtual environment with every package, and the project itself."""
    if not done("venv", sys.version):
        virtual_environment()
        stamp("venv", sys.version)
    build_lock, run_lock, dev_lock = (PROJECT / f"requirements{kind}.lock" for kind in ("-build", "", "-dev"))
    step(
        "build-tools", build_lock, "Installing what set-up works with", "20 s", lambda: install_build_tools(build_lock)
    )
    chosen = dev_lock if dev or done("packages", digest(dev_lock)) else run_lock
    packages, llama = split_lock(chosen)
    step("packages", chosen, "Installing packages", "1 min", lambda: install_packages(packages))
    if not done("llama", llama):
        wheel = llama_wheel(PYTHON, llama, cache_dir() / "wheels")
        run([uv(), "pip", "install", "--python", PYTHON, "--no-deps", "--reinstall", wheel], log("llama"))
        stamp("llama", llama)
    editable = [uv(), "pip", "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", "-e", PROJECT]
    step("project", PROJECT / "pyproject.toml", "Installing the project", "2 s", lambda: run(editable, log("project")))


def virtual_environment() -> None:
    """A new .venv, unless there is one with a pip that works."""
    if PYTHON.exists() and not subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode:
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise StepFailed(f"This Python can't make virtual environments: apt-get install python{version}-venv")
    with Step("Making the virtual environment .venv", "10 s"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install_build_tools(lock: Path) -> None:
    """uv and the compiler's helpers, by the pip that every virtual environment is born with."""
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    run([*pip, "--require-hashes", "-r", lock], log("build-tools"))


def install_packages(lock: str) -> None:
    """Everything in a lock."""
    chosen = STAMPS / "packages.lock"
    chosen.write_text(lock, encoding="utf-8")
    command = [uv(), "pip", "install", "--python", PYTHON, "--no-deps", "--only-binary", ":all:"]
    run([*command, "--require-hashes", "-r", chosen], log("packages"))


def split_lock(lock: Path) -> tuple[str, str]:
    """A lock without llama-cpp-python, and the lines of llama-cpp-python."""
    entries = re.split(r"^(?=\S)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    llama = [entry for entry in entries if entry.startswith("llama-cpp-python==")]
    return "".join(entry for entry in entries if entry not in llama), "".join(llama)


def sample_shop() -> None:
    """The sample shop, unless a shop was ever made or brought in."""
    mark = data_dir() / "shop.stamp"
    if mark.exists() and (setting("database_url", "") or (data_dir() / "assistant.db").exists()):
        return
    known = subprocess.run([ASSISTANT, "shop", "customers", "--limit", "1"], cwd=PROJECT, capture_output=True)
    if not known.stdout.strip():
        with Step("Making the sample shop", "10 s"):
            run([ASSISTANT, "shop", "seed"], log("shop"))
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def knowledge() -> None:
    """The index of the knowledge pages, when a page or the code that reads it changed."""
    pages = sorted(Path(setting("knowledge_dir", str(PROJECT / "knowledge"))).rglob("*.md"))
    key = changes(*pages, *CODE.glob("knowledge/*.py"), *CODE.glob("models/embeddings/*"))
    mark = data_dir() / "knowledge.stamp"
    if not (data_dir() / "chroma").exists() or not mark.exists() or mark.read_text(encoding="utf-8") != key:
        progress = functools.partial(last_count, log("knowledge"), TOLD)
        with Step(f"Indexing {len(pages)} knowledge pages", "2 min at first", progress):
            run([ASSISTANT, "knowledge", "sync"], log("knowledge"))
        mark.write_text(key, encoding="utf-8")


def intents() -> None:
    """What the router learns from the intent catalogue, when that or the router changed."""
    catalogue = Path(setting("prompts_dir", str(PROJECT / "prompts"))) / "intents"
    key = changes(*catalogue.rglob("*"), *CODE.glob("routing/*"), *CODE.glob("models/embeddings/*"))
    if not (cache_dir() / "router").exists() or not done("intents", key):
        progress = functools.partial(last_count, log("intents"), TOLD)
        with Step("Learning the intents", "5 min at first", progress):
            run([ASSISTANT, "router", "calibrate"], log("intents"))
        stamp("intents", key)


def changes(*paths: Path) -> str:
    """Stands for files as they are now: another text when one is added, changed or removed."""
    files = sorted(path for path in paths if path.is_file())
    facts = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    return hashlib.sha256(facts.encode()).hexdigest()


def models(*names: str) -> None:
    """Files that models need: those named, or all that the settings ask for."""

    def key() -> str:
        files = changes(*(cache_dir() / "models").rglob("*"), *(cache_dir() / "tiktoken").glob("*"))
        return " ".join(
            (digest(CODE / "models" / "store" / "catalogue.yaml"), setting("local_model", ""), *names, files)
        )

    if not done("models", key()):
        assistant("models", "pull", *names)
        stamp("models", key())


def assistant(*words: str) -> None:
    """Run an `assistant` command, which tells by itself how far it is."""
    finished = subprocess.run([ASSISTANT, *words], cwd=PROJECT, stdin=subprocess.DEVNULL, check=False)
    if finished.returncode:
        raise StepFailed(f"`assistant {' '.join(words)}` failed; mend what it says, then give the same command again")


def step(name: str, source: Path, title: str, expected: str, do: Callable[[], None]) -> None:
    """Do one step unless it was done with the same content of `source`."""
    if not done(name, digest(source)):
        with Step(title, expected):
            do()
        stamp(name, digest(source))


def done(name: str, key: str) -> bool:
    """Whether step `name` was done under the circumstances that `key` stands for."""
    path = STAMPS / name
    return path.exists() and path.read_text(encoding="utf-8") == key


def stamp(name: str, key: str) -> None:
    """Note that step `name` is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(key, encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def log(name: str) -> Path:
    """Where the output of step `name` goes."""
    return STAMPS / f"{name}.log"


def uv() -> Path:
    """The installer, in the virtual environment."""
    return VENV / "bin" / "uv"


def setting(name: str, default: str) -> str:
    """A setting of the assistant: the environment over assistant.toml over the default."""
    config = PROJECT / os.environ.get("ASSISTANT_CONFIG", "assistant.toml")
    chosen = tomllib.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
    return os.environ.get(f"ASSISTANT_{name.upper()}", str(chosen.get(name, default)))


def data_dir() -> Path:
    """Where the assistant keeps its data."""
    return PROJECT / Path(setting("data_dir", "data")).expanduser()


def cache_dir() -> Path:
    """Where the assistant keeps what can be fetched or built again."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(setting("cache_dir", str(Path(home) / "shop-assistant"))).expanduser()


if __name__ == "__main__":
    sys.exit(main())
