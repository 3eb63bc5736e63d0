"""Suites: folders of cases below `evals/`, and what `evals/suites.yaml` says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from assistant.evaluation.suites.cases.convert import dialogues, messages, situations
from assistant.evaluation.suites.cases.forms import AttackCase, Case, CaseFile
from assistant.evaluation.suites.cases.yaml_lines import CaseError, complaints, read_yaml
from assistant.shop.records import Record


class SuiteEntry(Record):
    """What is said of a suite.

    Attributes:
        about: what it shows, in one line.
        threshold: share of its results that must pass.
        of: patterns of other suites' cases (`answers/*:en`) that make up this one; it then has no folder.
        files: patterns of the files of its folder that count; others may lie beside them.
    """

    about: str
    threshold: float = Field(1.0, ge=0, le=1)
    of: tuple[str, ...] = ()
    files: tuple[str, ...] = ("customer_*",)


@dataclass(frozen=True)
class Suite:
    """A suite with its cases."""

    name: str
    entry: SuiteEntry
    cases: tuple[Case, ...]


def suite_entries(root: Path) -> dict[str, SuiteEntry]:
    """The suites that there are, by name.

    Raises:
        CaseError: `suites.yaml` is missing or wrong.
    """
    path = root / "suites.yaml"
    if not path.is_file():
        raise CaseError(f"{path} is missing", fix="give the folder that holds suites.yaml")
    data, lines = read_yaml(path)
    try:
        return TypeAdapter(dict[str, SuiteEntry]).validate_python(data)
    except ValidationError as error:
        raise complaints(path, lines, error) from error


def read_suites(root: Path, names: Sequence[str] = ()) -> tuple[Suite, ...]:
    """The suites of these names; all with a folder of their own where none is named.

    Raises:
        CaseError: there is no such suite, or a case can't be read; names file and line.
    """
    entries = suite_entries(root)
    if unknown := [name for name in names if name not in entries]:
        raise CaseError(f"there is no suite {unknown[0]!r} (there are {', '.join(entries)})", fix="assistant eval list")
    chosen = names or [name for name, entry in entries.items() if not entry.of]
    read: dict[str, tuple[Case, ...]] = {}

    def cases(name: str) -> tuple[Case, ...]:
        if name not in read:
            read[name] = tuple(_cases(root / name, name, entries[name]))
        return read[name]

    return tuple(
        Suite(name, entries[name], _picked(entries[name], cases, name) if entries[name].of else cases(name))
        for name in chosen
    )


def _picked(entry: SuiteEntry, cases: Any, name: str) -> tuple[Case, ...]:
    found: dict[str, Case] = {}
    for pattern in entry.of:
        here = {case.name: case for case in cases(pattern.partition("/")[0]) if fnmatchcase(case.name, pattern)}
        if not here:
            raise CaseError(f"suite {name!r}: no case is called {pattern!r}", fix="correct evals/suites.yaml")
        found |= here
    return tuple(found.values())


def _cases(folder: Path, suite: str, entry: SuiteEntry) -> Iterator[Case]:
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".jsonl")) if folder.is_dir() else []
    paths = [path for path in paths if any(fnmatchcase(path.stem, pattern) for pattern in entry.files)]
    if not paths:
        raise CaseError(f"suite {suite!r} has no cases in {folder}", fix="write some, or take it out of suites.yaml")
    seen: dict[str, Path] = {}
    for path in paths:
        for case in _read(path, suite):
            if case.name in seen:
                raise CaseError(f"{path}: there are two cases {case.name!r}", fix="give each an id of its own")
            seen[case.name] = path
            yield case


def _read(path: Path, suite: str) -> Iterator[Case]:
    if path.suffix == ".jsonl":
        yield from messages(path, suite)
        return
    data, lines = read_yaml(path)
    if isinstance(data, list):
        at_desk = all(isinstance(entry, dict) and "step" in entry for entry in data)
        yield from (situations if at_desk else dialogues)(path, data, lines, suite)
        return
    if isinstance(data, dict):
        _inherit(data)
    try:
        file = CaseFile.model_validate(data)
    except ValidationError as error:
        raise complaints(path, lines, error) from error
    for case in file.cases:
        yield case.model_copy(
            update={
                "id": case.id or case.language,
                "tags": (*file.tags, *case.tags, *_family(case)),
                "suite": suite,
                "file": path.stem,
                "behaviour": file.behaviour,
            }
        )


def _family(case: Case) -> tuple[str, ...]:
    return (f"family:{case.family}",) if isinstance(case, AttackCase) else ()


def _inherit(data: dict[str, Any]) -> None:
    """Give the file's kind to the cases that don't tell theirs."""
    kind, cases = data.get("kind"), data.get("cases")
    for case in cases if isinstance(cases, list) else ():
        if isinstance(case, dict) and kind is not None:
            case.setdefault("kind", kind)
