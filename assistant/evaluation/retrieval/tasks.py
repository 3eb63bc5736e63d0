"""Tasks that name the documents which they require, as tau-bench's banking domain publishes them.

A document is a line `{"id", "title", "content"}`; a task a line with `id`, `user_scenario` (whose `instructions` tell
what the customer wants) and `required_documents`, ids of documents.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError


@dataclass(frozen=True)
class Document:
    """One document of the collection."""

    name: str
    title: str
    content: str


@dataclass(frozen=True)
class RetrievalTask:
    """What a customer needs, and the names of the documents that are required for it."""

    name: str
    need: str
    required: frozenset[str]


def read_documents(path: Path) -> list[Document]:
    """The documents of a JSONL file.

    Raises:
        OperatorError: there is no such file, or a line is no document.
    """
    return [
        Document(_text(row, "id", where), _text(row, "title", where), _text(row, "content", where))
        for where, row in _rows(path)
    ]


def read_tasks(path: Path) -> list[RetrievalTask]:
    """The tasks of a JSONL file that require at least one document.

    Raises:
        OperatorError: there is no such file, a line is no task, or none requires a document.
    """
    tasks = []
    for where, row in _rows(path):
        scenario = row.get("user_scenario")
        need = scenario.get("instructions") if isinstance(scenario, dict) else scenario
        required = row.get("required_documents")
        if not isinstance(need, str) or not isinstance(required, list):
            raise OperatorError(
                f"{where}: no task", fix="each line needs user_scenario.instructions and required_documents"
            )
        if required:
            tasks.append(RetrievalTask(_text(row, "id", where), need, frozenset(map(str, required))))
    if not tasks:
        raise OperatorError(f"no task of {path} requires a document", fix="pass the tasks file with --tasks")
    return tasks


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        raise OperatorError(f"there is no file {str(path)!r}", fix="pass JSONL files with --docs and --tasks")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise OperatorError(
                    f"{path}:{number}: no JSON ({error})", fix=f"correct that line of {path}"
                ) from error
            if not isinstance(row, dict):
                raise OperatorError(f"{path}:{number}: no JSON object", fix=f"correct that line of {path}")
            yield f"{path}:{number}", row


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise OperatorError(f"{where}: {key} is missing", fix=f"give it {key}, a text")
    return value
