"""`assistant --help` answers at once: nothing heavy is imported before it is needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "chromadb",
    "fastapi",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langgraph",
    "llama_cpp",
    "numpy",
    "onnxruntime",
    "openai",
    "sklearn",
    "sqlalchemy",
    "tiktoken",
    "tokenizers",
}
MAX_CPU_S = 0.5


def cpu_seconds(command: list[str], folder: Path) -> float:
    before = os.times()
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def test_help_takes_less_than_half_a_second_of_the_processor(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "--help"]
    cpu_seconds(command, tmp_path)  # the first run writes byte code
    assert min(cpu_seconds(command, tmp_path) for _ in range(3)) < MAX_CPU_S


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["models", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from assistant.app import main\n"
        f"sys.argv = ['assistant', *{arguments!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code, stop.code\n"
        "print('imported:', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=tmp_path)
    imported = set(told.stdout.rpartition("imported:")[2].split())
    assert not imported & HEAVY
