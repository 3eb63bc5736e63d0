"""Runs on disk: a folder with `run.json` (what is run) and `results.jsonl` (what came of it, line by line)."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from pydantic import ValidationError

from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.evaluation.suites.running.seen import Seen
from assistant.shop.records import Record
from assistant.text.language import Language

Status = Literal["pass", "fail", "error", "invalid"]
"""`error`: something around the assistant broke, it says nothing about it. `invalid`: the case can't be run."""


class Result(Record):
    """One case, under one version of the prompts, with one model, once.

    Attributes:
        problems: what is not as expected; for `error` and `invalid`, why.
        cached: whether it was seen before and not run again.
    """

    case: str
    suite: str
    kind: str
    behaviour: str
    language: Language
    tags: tuple[str, ...] = ()
    prompts: str
    prompts_hash: str
    model: str
    repeat: int
    status: Status
    problems: tuple[str, ...] = ()
    cached: bool = False
    seen: Seen | None = None

    @property
    def place(self) -> tuple[str, str, str, int]:
        """Where in the matrix it belongs."""
        return self.case, self.prompts, self.model, self.repeat


class Manifest(Record):
    """What is run; a run is resumed only as what it was.

    Attributes:
        prompts: hash by version.
        models: fingerprint by name.
        cases: a hash of all cases that were chosen, with what they expect.
        thresholds: by suite.
    """

    suites: tuple[str, ...]
    prompts: dict[str, str]
    models: dict[str, str]
    repeat: int
    cases: str
    count: int
    thresholds: dict[str, float]
    arguments: dict[str, Any] = {}
    started: datetime
    code: str = ""

    def same_as(self, other: "Manifest") -> bool:
        """Whether the two are the same run, begun at different times."""
        ignored = {"started", "arguments"}
        return self.model_dump(exclude=ignored) == other.model_dump(exclude=ignored)


class Run:
    """A run's folder.

    Args:
        folder: need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Of the folder."""
        return self.folder.name

    @property
    def manifest(self) -> Manifest:
        """What is run.

        Raises:
            CaseError: it can't be read.
        """
        try:
            return Manifest.model_validate_json((self.folder / "run.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise CaseError(f"{self.folder} holds no run: {error}", fix="assistant eval runs") from error

    def begin(self, manifest: Manifest) -> None:
        """Write down what is run, or go on with it.

        Raises:
            CaseError: another run has this name.
        """
        if (self.folder / "run.json").is_file():
            if not self.manifest.same_as(manifest):
                raise CaseError(
                    f"run {self.name!r} is of other cases, prompts, models or code", fix="give --run another name"
                )
            self._mend()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "run.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")

    def add(self, result: Result) -> None:
        """Append a result; it is on disk when this returns, for whoever kills the process."""
        line = result.model_dump_json(exclude_defaults=True) + "\n"
        with self._lock, (self.folder / "results.jsonl").open("a", encoding="utf-8") as file:
            file.write(line)

    def results(self) -> Iterator[Result]:
        """All results so far, one after another; a line that was cut off is left out."""
        path = self.folder / "results.jsonl"
        if not path.is_file():
            return
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield Result.model_validate_json(line)

    def done(self) -> set[tuple[str, str, str, int]]:
        """Places of the matrix that have a result, other than an error, which is tried again."""
        return {result.place for result in self.results() if result.status != "error"}

    def replace(self, results: Iterator[Result]) -> None:
        """Write all results anew."""
        path = self.folder / "results.jsonl"
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            for result in results:
                file.write(result.model_dump_json(exclude_defaults=True) + "\n")
        os.replace(fresh, path)

    def _mend(self) -> None:
        """Take out a line that was cut off, and errors, which are tried again."""
        path = self.folder / "results.jsonl"
        if not path.is_file():
            return
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        kept = [line for line in whole.splitlines(keepends=True) if json.loads(line)["status"] != "error"]
        if b"".join(kept) != raw:
            path.write_bytes(b"".join(kept))


class Runs:
    """All runs below one folder.

    Args:
        folder: need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Of all runs, oldest first."""
        found = [p.parent for p in self.folder.glob("*/run.json")]
        return [p.name for p in sorted(found, key=lambda path: ((path / "run.json").stat().st_mtime_ns, path.name))]

    def new(self, name: str) -> Run:
        """A run of this name, begun or not."""
        return Run(self.folder / name)

    def get(self, name: str) -> Run:
        """The run of this name; `latest`, `latest~1` (the one before), or `blessed`.

        Raises:
            CaseError: there is none.
        """
        names = self.names()
        back = name.removeprefix("latest")
        if name.startswith("latest") and (back == "" or back[:1] == "~"):
            steps = int(back[1:]) if back[1:].isdigit() else 0
            if steps < len(names):
                return Run(self.folder / names[-1 - steps])
        if name == "blessed":
            return self.get(self.blessed())
        if name in names:
            return Run(self.folder / name)
        raise CaseError(f"there is no run {name!r}", fix="assistant eval runs")

    def bless(self, name: str) -> None:
        """Make a run the one that others are compared with."""
        (self.folder / "blessed").write_text(self.get(name).name + "\n", encoding="utf-8")

    def blessed(self) -> str:
        """Name of the run that others are compared with.

        Raises:
            CaseError: there is none.
        """
        path = self.folder / "blessed"
        if not path.is_file():
            raise CaseError("no run is blessed", fix="assistant eval bless RUN")
        return path.read_text(encoding="utf-8").strip()
