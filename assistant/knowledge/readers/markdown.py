"""Markdown with front matter in YAML; plain text is Markdown without any."""

from pathlib import Path

from assistant.errors import OperatorError
from assistant.knowledge.readers.draft import Draft


def read_markdown(path: Path) -> list[Draft]:
    """The page of a Markdown file.

    Raises:
        OperatorError: the file has no front matter, or not in YAML, or isn't UTF-8.
    """
    import yaml

    text = read_text(path)
    head, separator, body = text.removeprefix("---\n").partition("\n---\n")
    if not text.startswith("---\n") or not separator:
        raise OperatorError(
            f"{path}: no front matter", fix=f"start {path} with `---`, title and topic, and `---`, each on its line"
        )
    try:
        facts = yaml.safe_load(head) or {}
    except yaml.YAMLError as error:
        raise OperatorError(f"{path}: front matter is not YAML ({error})", fix=f"correct the YAML of {path}") from error
    if not isinstance(facts, dict):
        raise OperatorError(f"{path}: front matter is no list of fields", fix=f"write `title: ...` in {path}")
    return [Draft(body, facts)]


def read_plain(path: Path) -> list[Draft]:
    """A text file; its first line is the title."""
    title, _, body = read_text(path).strip().partition("\n")
    return [Draft(body.strip() or title, {"title": title.strip("# ").strip()} if title.strip() else {})]


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, with plain line ends.

    Raises:
        OperatorError: it isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise OperatorError(f"{path}: not UTF-8 ({error})", fix=f"save {path} as UTF-8") from error
