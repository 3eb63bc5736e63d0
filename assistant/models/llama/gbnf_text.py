"""GBNF for texts: literals, ranges of whole numbers, regular expressions inside a JSON string."""

import json
import re
from importlib import import_module
from typing import Any

# the standard library's own parser of regular expressions; private, but the same from 3.11 to 3.14
parser: Any = import_module("re._parser")
constants: Any = import_module("re._constants")

_ANY = r'[^"\\\x00-\x1F\x7F]'
_MAX_REPEAT = 400
_CATEGORIES = {
    constants.CATEGORY_DIGIT: "0-9",
    constants.CATEGORY_WORD: "a-zA-Z0-9_",
    constants.CATEGORY_SPACE: " ",
}


def literal(text: str) -> str:
    """A GBNF literal for `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def digits_between(low: int, high: int) -> str:
    """Alternatives for the decimal digits of all whole numbers from `low` to `high`, both 0 or more."""
    options: list[str] = []
    for size in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (size - 1) if size > 1 else 0)
        last = min(high, 10**size - 1)
        options += _same_size(str(first), str(last))
    return " | ".join(options)


def _same_size(low: str, high: str) -> list[str]:
    if not low:
        return [""]
    if set(low) == {"0"} and set(high) == {"9"}:
        return [f"[0-9]{{{len(low)}}}" if len(low) > 1 else "[0-9]"]
    rest = len(low) - 1
    if low[0] == high[0]:
        return [f'"{low[0]}" {tail}'.strip() for tail in _same_size(low[1:], high[1:])]
    if rest == 0:
        return [f"[{low}-{high}]"]
    first, last = int(low[0]), int(high[0])
    options: list[str] = []
    if set(low[1:]) != {"0"}:
        options += [f'"{first}" {tail}' for tail in _same_size(low[1:], "9" * rest)]
        first += 1
    upper: list[str] = []
    if set(high[1:]) != {"9"}:
        upper = [f'"{last}" {tail}' for tail in _same_size("0" * rest, high[1:])]
        last -= 1
    if first <= last:
        options.append(f"[{first}-{last}] " + (f"[0-9]{{{rest}}}" if rest > 1 else "[0-9]"))
    return options + upper


def pattern_rule(pattern: str) -> str | None:
    """A GBNF expression for JSON string contents that match a regular expression (searched, as JSON schema does).

    Returns:
        None when the expression can't be a grammar: it looks around, refers back or doesn't compile.
    """
    try:
        tree = parser.parse(pattern)
        items = list(tree)
        begins = bool(items) and items[0][0] is constants.AT
        ends = len(items) > begins and items[-1][0] is constants.AT
        body = _sequence(items[int(begins) : len(items) - int(ends)])
    except (re.error, NotImplementedError, RecursionError):
        return None
    anything = f"{_ANY}*"
    return " ".join(part for part in ("" if begins else anything, body, "" if ends else anything) if part) or '""'


def _sequence(items: Any) -> str:
    return " ".join(_node(kind, value) for kind, value in items)


def _node(kind: Any, value: Any) -> str:
    if kind is constants.LITERAL:
        return literal(_in_json(chr(value)))
    if kind is constants.ANY:
        return _ANY
    if kind is constants.NOT_LITERAL:
        return _set([(constants.NEGATE, None), (constants.LITERAL, value)])
    if kind is constants.IN:
        return _set(value)
    if kind is constants.SUBPATTERN:
        return f"({_sequence(value[-1])})"
    if kind is constants.BRANCH:
        return "(" + " | ".join(_sequence(option) or '""' for option in value[1]) + ")"
    if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        low, high, inner = value
        if low > _MAX_REPEAT:
            raise NotImplementedError(f"{low} repetitions")
        most = "" if high is constants.MAXREPEAT else str(min(int(high), _MAX_REPEAT))
        return f"({_sequence(inner)}){{{low},{most}}}"
    raise NotImplementedError(str(kind))


def _set(items: Any) -> str:
    negated = items[0][0] is constants.NEGATE
    text = ""
    for kind, value in items[negated:]:
        if kind is constants.LITERAL:
            text += _in_set(value)
        elif kind is constants.RANGE:
            text += f"{_in_set(value[0])}-{_in_set(value[1])}"
        elif kind is constants.CATEGORY and value in _CATEGORIES:
            text += _CATEGORIES[value]
        else:
            raise NotImplementedError(str(value))
    if negated:
        return f'[^{text}"\\\\\\x00-\\x1F\\x7F]'
    return f"[{text}]"


def _in_set(code: int) -> str:
    if code in (0x22, 0x5C) or code < 0x20:
        raise NotImplementedError("a character that JSON escapes, in a set")
    return chr(code) if chr(code).isalnum() else f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"


def _in_json(character: str) -> str:
    return json.dumps(character, ensure_ascii=False)[1:-1]
