"""YAML with the line of every key and entry, so that an error can name it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import OperatorError

Lines = Mapping[tuple[str | int, ...], int]


class CaseError(OperatorError):
    """A file of cases, or a choice of them, that can't be used."""


def read_yaml(path: Path) -> tuple[Any, Lines]:
    """The data of a file, and the line (from 1) of everything in it by its place.

    Raises:
        CaseError: the file is no YAML, or a key stands twice; names file and line.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            raise CaseError(f"{path}:1: the file is empty", fix=f"write cases into {path}, or delete it")
        _note(node, (), lines, path)
        return loader.construct_document(node), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CaseError(f"{path}:{line}: {getattr(error, 'problem', error)}", fix=f"correct {path}") from error
    finally:
        loader.dispose()


def complaints(path: Path, lines: Lines, error: ValidationError) -> CaseError:
    """What a model refused, with file and line, one line each."""
    told = [f"{path}:{line_of(lines, each['loc'])}: {_words(each)}" for each in error.errors(include_url=False)]
    return CaseError("\n".join(dict.fromkeys(told)), fix=f"correct {path}; its form: assistant eval schema")


def line_of(lines: Lines, place: Sequence[str | int]) -> int:
    """The line of the nearest thing at or around a place; parts that are no part of the file are left out."""
    found: tuple[str | int, ...] = ()
    for part in place:
        if (*found, part) in lines:
            found = (*found, part)
    return lines.get(found, 1)


def _words(error: Any) -> str:
    kinds = {"decision", "answer", "dialogue", "simulated", "attack"}
    where = ".".join(str(part) for part in error["loc"] if part not in kinds)
    if error["type"] == "extra_forbidden":
        return f"unknown key {str(error['loc'][-1])!r} in {where.rpartition('.')[0] or 'the file'}"
    return f"{where}: {error['msg']}"


def _note(node: Any, place: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], path: Path) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if node.id == "mapping":
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise CaseError(f"{path}:{key.start_mark.line + 1}: {key.value!r} stands twice", fix=f"correct {path}")
            seen.add(key.value)
            lines[(*place, key.value)] = key.start_mark.line + 1
            _note(value, (*place, key.value), lines, path)
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            _note(value, (*place, index), lines, path)
