"""CSV and JSONL files: a page for each record, or one page of questions and answers."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError
from assistant.knowledge.readers.draft import Draft, unreadable
from assistant.knowledge.readers.markdown import read_text

_TEXT = ("text", "content", "body")
_NAME = ("page", "id", "name")
_FACTS = ("title", "topic", "audience", "valid_from", "valid_until", "keywords", "url", "language")
_UNSAFE = re.compile(r"[^\w.()-]+")


def read_csv(path: Path) -> list[Draft]:
    """The pages of a CSV file with a line of column names.

    Columns `question` and `answer` make one page, with a section for each question; columns `title` and `text`
    (or `content`, `body`) make a page for each row.

    Raises:
        OperatorError: the columns are others.
    """
    try:
        reader = csv.DictReader(io.StringIO(read_text(path)), strict=True)
        rows = [{(key or "").strip().lower(): (value or "").strip() for key, value in row.items()} for row in reader]
        columns = {column.strip().lower() for column in reader.fieldnames or ()}
    except (csv.Error, AttributeError) as error:
        raise unreadable(path, error) from error
    if {"question", "answer"} <= columns:
        sections = [f"## {row['question']}\n\n{row['answer']}" for row in rows if row["question"] and row["answer"]]
        return [Draft("\n\n".join(sections))]
    if "title" in columns and columns & set(_TEXT):
        return list(_drafts(path, enumerate(rows, 2)))
    raise OperatorError(
        f"{path}: its columns are {', '.join(sorted(columns)) or 'none'}",
        fix=f"name the columns of {path} question and answer, or title and text",
    )


def read_jsonl(path: Path) -> list[Draft]:
    """The pages of a JSONL file: an object a line, with `title`, `text` (or `content`, `body`) and a name (`id`).

    Raises:
        OperatorError: a line is no such object; it is named.
    """

    def records() -> Iterator[tuple[int, dict[str, Any]]]:
        for number, line in enumerate(read_text(path).splitlines(), 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise unreadable(f"{path}:{number}", error) from error
            if not isinstance(record, dict):
                raise unreadable(f"{path}:{number}", "no JSON object")
            yield number, record

    return list(_drafts(path, records()))


def _drafts(path: Path, records: Any) -> Iterator[Draft]:
    for number, record in records:
        text = next((str(record[key]) for key in _TEXT if record.get(key)), "")
        if not record.get("title") or not text:
            raise OperatorError(
                f"{path}:{number}: title or text is missing", fix=f"give line {number} of {path} both, or delete it"
            )
        name = next((str(record[key]) for key in _NAME if record.get(key)), f"{number:05d}")
        facts = {key: record[key] for key in _FACTS if record.get(key)}
        if isinstance(facts.get("keywords"), str):
            facts["keywords"] = [word.strip() for word in re.split(r"[,，、;]", facts["keywords"]) if word.strip()]
        yield Draft(text, facts, _UNSAFE.sub("-", name).strip("-"))
