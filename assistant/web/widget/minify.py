"""JavaScript without comments and idle white space: what a browser reads the same, in fewer bytes.

Only white space and comments go; no name is changed. Line breaks stay where leaving one out could join two
statements, so that sources need no special care beyond their semicolons.
"""

import re
from collections.abc import Iterator

_SPACE = re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.S)
_STRING = re.compile(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.S)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_WORD = re.compile(r"[\w$#]+(?:\.\d+)?")
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {"return", "typeof", "case", "of", "in", "=>", "await", ""}


def minify(source: str) -> str:
    """The same program in fewer bytes.

    Args:
        source: a script or module whose statements end in semicolons.

    Raises:
        ValueError: a string, template or comment has no end.
    """
    return "".join(_joined(_tokens(source)))


def _tokens(source: str) -> Iterator[str]:
    """Tokens; white space with a line break in it comes as "\\n", other white space as " "."""
    position, before = 0, ""
    while position < len(source):
        if space := _SPACE.match(source, position):
            yield "\n" if "\n" in space.group() else " "
            position = space.end()
            continue
        token = _token(source, position, before)
        position += len(token)
        before = token
        yield token


def _token(source: str, position: int, before: str) -> str:
    first = source[position]
    if first == "`":
        return source[position : _template_end(source, position + 1)]
    if first in "'\"":
        found = _STRING.match(source, position)
    elif first == "/" and before in _BEFORE_REGEX:
        found = _REGEX.match(source, position)
    else:
        found = _WORD.match(source, position)
        if found is None:
            return "=>" if source.startswith("=>", position) else first
    if found is None:
        raise ValueError(f"no end of {source[position : position + 20]!r}")
    return found.group()


def _template_end(source: str, position: int) -> int:
    """The place after the template literal whose text begins at `position`; its inside stays as it is."""
    while position < len(source):
        if source[position] == "\\":
            position += 2
        elif source[position] == "`":
            return position + 1
        elif source.startswith("${", position):
            position = _expression_end(source, position + 2)
        else:
            position += 1
    raise ValueError("a template literal has no end")


def _expression_end(source: str, position: int) -> int:
    depth, before = 1, "{"
    while position < len(source):
        if space := _SPACE.match(source, position):
            position = space.end()
            continue
        token = _token(source, position, before)
        position += len(token)
        before = token
        depth += (token == "{") - (token == "}")
        if depth == 0:
            return position
    raise ValueError("an expression in a template literal has no end")


def _joined(tokens: Iterator[str]) -> Iterator[str]:
    before, space = "", ""
    for token in tokens:
        if token in (" ", "\n"):
            space = "\n" if "\n" in (space, token) else " "
            continue
        if space and before:
            apart = _wordlike(before[-1]) and _wordlike(token[0])
            alike = before[-1] == token[0] and token[0] in "+-/"
            if space == "\n" and _ends(before) and _begins(token):
                yield "\n"
            elif apart or alike:
                yield " "
        yield token
        before, space = token, ""


def _wordlike(character: str) -> bool:
    return character.isalnum() or character in "_$#"


def _ends(token: str) -> bool:
    """Whether a statement may end with this token without a semicolon."""
    return _wordlike(token[-1]) or token[-1] in ")]}'\"`/"


def _begins(token: str) -> bool:
    """Whether a statement or member may begin with this token."""
    return _wordlike(token[0]) or token[0] in "'\"`[({+-!*/"
