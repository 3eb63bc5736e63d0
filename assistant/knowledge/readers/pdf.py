"""PDF files: the text of each of their pages under a heading that names it, so that a citation can be looked up."""

import re
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError
from assistant.knowledge.readers.draft import Draft, unreadable

_ENDS = re.compile(r"[.!?:;。！？：；]$")
_BEGINS = re.compile(r"^(?:[-*•·‣]|\d{1,2}[.)、]|[（(]\d+[)）])\s*")
_HAN_END = re.compile(r"[\u4e00-\u9fff，、]$")


def read_pdf(path: Path) -> list[Draft]:
    """The page of a PDF file.

    Raises:
        OperatorError: the file is no PDF, is locked with a password, or holds pictures of text only.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        texts = [flowing(page.extract_text()) for page in reader.pages]
        title = ((reader.metadata.title if reader.metadata else None) or "").strip()
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        raise unreadable(path, error) from error
    if not any(texts):
        raise OperatorError(f"{path}: holds no text, only pictures of it", fix=f"run OCR over {path}, then sync again")
    heading = "第 {} 页" if _mostly_han(texts) else "Page {}"
    parts = [f"## {heading.format(number)}\n\n{text}" for number, text in enumerate(texts, 1) if text]
    body = "\n\n".join(parts) if len(texts) > 1 else texts[0]
    facts: dict[str, Any] = {"title": title} if title else {}
    return [Draft(body, facts)]


def flowing(text: str) -> str:
    """Lines of a printed page joined to paragraphs; list items keep lines of their own."""
    paragraphs: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            paragraphs.append("")
            continue
        item = _BEGINS.match(line)
        if item:
            line = f"- {line[item.end() :]}" if not line[0].isdigit() else line
        if not paragraphs or not paragraphs[-1] or item or _ENDS.search(paragraphs[-1]):
            paragraphs.append(line)
        elif paragraphs[-1].endswith("-") and line[:1].islower():
            paragraphs[-1] = paragraphs[-1][:-1] + line
        else:
            paragraphs[-1] += line if _HAN_END.search(paragraphs[-1]) else f" {line}"
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _mostly_han(texts: list[str]) -> bool:
    text = "".join(texts)
    return sum("\u4e00" <= letter <= "\u9fff" for letter in text) * 3 > len(text)
