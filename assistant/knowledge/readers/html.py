"""HTML and Word documents, by way of HTML: structure is kept as Markdown, what stands around the text goes."""

import re
from pathlib import Path
from typing import Any

from assistant.knowledge.readers.draft import Draft, unreadable
from assistant.knowledge.readers.markdown import read_text

_AROUND = ("script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "svg")
_META = ("topic", "audience", "valid_from", "valid_until", "keywords", "url")
_BLANK_LINES = re.compile(r"\n{3,}")


def read_html(path: Path) -> list[Draft]:
    """The page of an HTML file.

    Facts come from `<title>`, `<html lang>` and `<meta name="topic|audience|valid-from|valid-until|keywords">`.
    """
    return [draft_of_html(read_text(path))]


def read_docx(path: Path) -> list[Draft]:
    """The page of a Word document; headings, lists and tables are kept.

    Raises:
        OperatorError: the file is no Word document.
    """
    import zipfile

    import mammoth

    try:
        with path.open("rb") as file:
            html = mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(lambda _: {})).value
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise unreadable(path, error) from error
    return [draft_of_html(html)]


def draft_of_html(html: str) -> Draft:
    """The page that HTML holds: its main part where one is marked, otherwise its body."""
    from bs4 import BeautifulSoup
    from markdownify import markdownify

    soup = BeautifulSoup(html, "html.parser")
    facts = _facts(soup)
    for around in soup.find_all([*_AROUND, "title"]):
        around.decompose()
    main = soup.find("main") or soup.find("article") or soup.body or soup
    first = main.find("h1")
    if first is not None and "title" not in facts:
        facts["title"] = first.get_text(" ", strip=True)
    markdown = markdownify(str(main), heading_style="ATX", bullets="-", strip=["img"])
    return Draft(_BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in markdown.splitlines())).strip(), facts)


def _facts(soup: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if soup.title is not None and soup.title.get_text(strip=True):
        facts["title"] = soup.title.get_text(" ", strip=True)
    for meta in soup.find_all("meta"):
        name = str(meta.get("name", "")).lower().replace("-", "_")
        if name in _META and meta.get("content"):
            facts[name] = meta["content"]
    if isinstance(facts.get("keywords"), str):
        facts["keywords"] = [word.strip() for word in re.split(r"[,，、;]", facts["keywords"]) if word.strip()]
    language = str(soup.html.get("lang", ""))[:2].lower() if soup.html is not None else ""
    return {**facts, "language": language} if language in ("en", "zh") else facts
