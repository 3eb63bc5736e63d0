"""What a reader makes of a file: one draft for each page in it, before its front matter is checked."""

from dataclasses import dataclass, field
from typing import Any

from assistant.errors import OperatorError


@dataclass(frozen=True)
class Draft:
    """A page as its file gives it.

    Attributes:
        body: the text as Markdown.
        facts: front matter that the file itself holds, by field of `FrontMatter`.
        name: what tells the page from others in the same file; empty where it is the only one.
    """

    body: str
    facts: dict[str, Any] = field(default_factory=dict)
    name: str = ""


def unreadable(path: object, why: object) -> OperatorError:
    """The error for a file that its reader can't make sense of."""
    return OperatorError(f"{path}: can't be read ({why})", fix=f"open {path}, save it again, or take it out")
