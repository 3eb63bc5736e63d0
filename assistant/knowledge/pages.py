"""Reads the pages of a knowledge folder: Markdown with front matter.

    ---
    title: Returns and refunds
    topic: returns
    audience: customer        # or agent: only people at the desk may see it
    valid_from: 2026-01-01    # optional, as is valid_until; both days count as valid
    keywords: [return, refund]
    ---
    Text...

A page's name is its path below the folder without the language's folder and without `.md`, so that
`policies/en/returns.md` and `policies/zh/returns.md` are `policies/returns` in two languages.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import OperatorError
from assistant.text.language import Language, detect_language

Audience = Literal["customer", "agent"]

_LANGUAGES: tuple[Language, ...] = ("en", "zh")


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
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() == "readme.md":
            continue
        try:
            page = read_page(folder, path)
        except OperatorError as error:
            wrong.append(error.message)
            continue
        if (page.page, page.language) in pages:
            wrong.append(f"{path}: another file is already {page.page!r} in {page.language!r}")
        pages[page.page, page.language] = page
    if wrong:
        raise OperatorError("\n".join(wrong), fix="correct the front matter of these files, then sync again")
    return [pages[key] for key in sorted(pages)]


def read_page(folder: Path, path: Path) -> Page:
    """The page in file `path` below `folder`.

    Raises:
        OperatorError: the front matter is missing or wrong; file and field are named.
    """
    import yaml

    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise OperatorError(f"{path}: not UTF-8 ({error})", fix=f"save {path} as UTF-8") from error
    head, separator, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not separator:
        raise OperatorError(
            f"{path}: no front matter", fix=f"start {path} with `---`, title and topic, and `---`, each on its line"
        )
    try:
        front = FrontMatter.model_validate(yaml.safe_load(head) or {})
    except yaml.YAMLError as error:
        raise OperatorError(f"{path}: front matter is not YAML ({error})", fix=f"correct the YAML of {path}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'front matter'}: {e['msg']}" for e in error.errors())
        raise OperatorError(f"{path}: {faults}", fix=f"correct these fields of {path}") from error
    if not body.strip():
        raise OperatorError(f"{path}: no text below the front matter", fix=f"write the page, or delete {path}")
    relative = path.relative_to(folder).with_suffix("")
    name = "/".join(part for part in relative.parts if part not in _LANGUAGES)
    named = next((part for part in relative.parts if part in _LANGUAGES), None)
    return Page(
        page=name,
        language=front.language or named or detect_language(body),
        path=path.relative_to(folder).as_posix(),
        front=front,
        body=body.strip(),
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
