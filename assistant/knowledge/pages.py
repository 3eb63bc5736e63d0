"""Reads the pages of a knowledge folder: Markdown with front matter, and other documents with a file beside them.

    ---
    title: Returns and refunds
    topic: returns
    audience: customer        # or agent: only people at the desk may see it
    valid_from: 2026-01-01    # optional, as is valid_until; both days count as valid
    keywords: [return, refund]
    ---
    Text...

HTML, PDF, Word, CSV, JSONL and text files are pages too. What they don't say themselves (their topic, who may see
them) stands in a YAML file of the same name (`manual.pdf.yaml` for `manual.pdf`), with the fields above; without one
the topic is the name of the folder, and the title that of the file.

A page's name is its path below the folder without the language's folder and without the ending, so that
`policies/en/returns.md` and `policies/zh/returns.md` are `policies/returns` in two languages.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import OperatorError
from assistant.knowledge.readers.draft import Draft
from assistant.knowledge.readers.html import read_docx, read_html
from assistant.knowledge.readers.markdown import read_markdown, read_plain, read_text
from assistant.knowledge.readers.pdf import read_pdf
from assistant.knowledge.readers.records import read_csv, read_jsonl
from assistant.text.language import Language, detect_language

Audience = Literal["customer", "agent"]

READERS: Mapping[str, Callable[[Path], list[Draft]]] = {
    ".md": read_markdown,
    ".txt": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".csv": read_csv,
    ".jsonl": read_jsonl,
}
"""What reads a file, by its ending; each imports its library when it is called."""

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


class FrontMatter(BaseModel):
    """What stands above a page's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    topic: str = Field(min_length=1)
    audience: Audience = "customer"
    valid_from: date | None = None
    valid_until: date | None = None
    keywords: tuple[str, ...] = ()
    rules: dict[str, Any] = {}
    url: str = ""
    language: Language | None = None


class Page(BaseModel):
    """One page in one language. `content_hash` covers front matter and text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: str
    language: Language
    path: str
    front: FrontMatter
    body: str
    content_hash: str

    @property
    def text(self) -> str:
        """The body without comments, as somebody who reads the page sees it."""
        return _COMMENT.sub("", self.body)


def load_pages(folder: Path) -> list[Page]:
    """All pages below `folder`, sorted by name and language.

    Raises:
        OperatorError: the folder isn't there, or pages are wrong; all wrong ones are named at once.
    """
    if not folder.is_dir():
        raise OperatorError(
            f"there is no folder {str(folder)!r}", fix="assistant knowledge sync DIR, or set ASSISTANT_KNOWLEDGE_DIR"
        )
    pages: dict[tuple[str, str], Page] = {}
    wrong: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in READERS or path.stem.lower() == "readme" or not path.is_file():
            continue
        try:
            found = read_pages(folder, path)
        except OperatorError as error:
            wrong.append(error.message)
            continue
        for page in found:
            if (page.page, page.language) in pages:
                wrong.append(f"{path}: another file is already {page.page!r} in {page.language!r}")
            pages[page.page, page.language] = page
    if wrong:
        raise OperatorError("\n".join(wrong), fix="correct these files, then sync again")
    return [pages[key] for key in sorted(pages)]


def read_pages(folder: Path, path: Path) -> list[Page]:
    """The pages in file `path` below `folder`; one, but for files of records.

    Raises:
        OperatorError: the file can't be read, or its front matter is missing or wrong; file and field are named.
    """
    beside = _beside(path)
    return [_page(folder, path, draft, beside) for draft in READERS[path.suffix.lower()](path)]


def _beside(path: Path) -> dict[str, Any]:
    """The facts in the YAML file beside a document."""
    import yaml

    sidecar = path.with_name(f"{path.name}.yaml")
    if not sidecar.exists():
        return {}
    try:
        facts = yaml.safe_load(read_text(sidecar)) or {}
    except yaml.YAMLError as error:
        raise OperatorError(f"{sidecar}: not YAML ({error})", fix=f"correct {sidecar}") from error
    if not isinstance(facts, dict):
        raise OperatorError(f"{sidecar}: no list of fields", fix=f"write `topic: ...` in {sidecar}")
    return facts


def _page(folder: Path, path: Path, draft: Draft, beside: dict[str, Any]) -> Page:
    relative = path.relative_to(folder).with_suffix("")
    parts = [part for part in relative.parts if part not in _LANGUAGES]
    named = next((part for part in relative.parts if part in _LANGUAGES), None)
    assumed = {} if path.suffix.lower() == ".md" else _assumed(parts, draft)
    facts = {**assumed, **draft.facts, **beside}
    try:
        front = FrontMatter.model_validate(facts)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'front matter'}: {e['msg']}" for e in error.errors())
        raise OperatorError(f"{path}: {faults}", fix=f"correct these fields of {path}") from error
    if not draft.body.strip():
        raise OperatorError(f"{path}: no text below the front matter", fix=f"write the page, or delete {path}")
    said = json.dumps([facts, draft.body], ensure_ascii=False, sort_keys=True, default=str)
    return Page(
        page="/".join([*parts, draft.name] if draft.name else parts),
        language=front.language or ("en" if named == "en" else "zh" if named == "zh" else detect_language(draft.body)),
        path=path.relative_to(folder).as_posix(),
        front=front,
        body=draft.body.strip(),
        content_hash=hashlib.sha256(said.encode()).hexdigest(),
    )


def _assumed(parts: list[str], draft: Draft) -> dict[str, str]:
    """Title and topic of a document that doesn't say them."""
    words = (draft.name or parts[-1]).replace("_", " ").replace("-", " ").strip()
    return {"title": words[:1].upper() + words[1:], "topic": parts[-2] if len(parts) > 1 else parts[-1]}
