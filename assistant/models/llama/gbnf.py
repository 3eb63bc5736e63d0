"""JSON schema → a GBNF grammar in which every sentence is JSON that fits the schema.

llama-cpp-python's own converter leaves gaps that matter here: quotes and backslashes in enum values break
its grammar, integer bounds are ignored, a field without a type is an assertion error, and a pattern must be
anchored. This one covers what pydantic and LangChain tools emit: objects with optional fields, maps, arrays
and tuples, enums and constants, unions, references (recursive too), bounds of integers, lengths, patterns,
dates and ids.

Known limits: a bound of a fractional number holds for its whole part only; `uniqueItems`, `not` and
conditions are ignored; a pattern with look-around is ignored; a string longer than 400 characters is
never forced. JSON is written as `json.dumps` writes it, with non-ASCII characters as themselves.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from assistant.models.llama.gbnf_text import digits_between, literal, pattern_rule

_MAX_REPEAT = 400
_MAX_INTEGER = 10**15 - 1

_BASICS = {
    "char": r'[^"\\\x00-\x1F\x7F] | "\\" ["\\/nt]',
    "string": r'"\"" char* "\""',
    "integer": '"-"? ("0" | [1-9] [0-9]{0,14})',
    "number": 'integer ("." [0-9]{1,10})?',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "value": "object | array | string | number | boolean | null",
    "object": '"{" (string ": " value (", " string ": " value)*)? "}"',
    "array": '"[" (value (", " value)*)? "]"',
    "date": '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])',
    "time": '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9]',
    "hex": "[0-9a-f]",
}
_FORMATS = {
    "date": r'"\"" date "\""',
    "time": r'"\"" time "\""',
    "date-time": r'"\"" date "T" time ("Z" | [+-] [0-9]{2} ":" [0-9]{2}) "\""',
    "uuid": r'"\"" hex{8} "-" hex{4} "-" hex{4} "-" hex{4} "-" hex{12} "\""',
    "email": r'"\"" [a-zA-Z0-9._%+-]{1,64} "@" [a-zA-Z0-9-]{1,63} ("." [a-zA-Z0-9-]{2,63}){1,4} "\""',
}

Schema = Mapping[str, Any]


def grammar_of(schema: Schema, *, lead: str = "") -> str:
    """The grammar of all JSON values that fit `schema`.

    Args:
        schema: JSON schema; references must point into itself (`#/$defs/...`).
        lead: text that must stand before the value.

    Raises:
        ValueError: a reference points elsewhere.
    """
    return _cached(json.dumps(schema, sort_keys=False), lead)


@lru_cache(maxsize=256)
def _cached(schema: str, lead: str) -> str:
    root = json.loads(schema)
    converter = _Converter(root)
    converter.rules["root"] = f"{literal(lead)} {converter.rule(root)}" if lead else converter.rule(root)
    return converter.text()


class _Converter:
    def __init__(self, root: Schema) -> None:
        self._root = root
        self._refs: dict[str, str] = {}
        self.rules: dict[str, str] = {}

    def text(self) -> str:
        rules = dict(self.rules)
        pending = list(rules.values())
        while pending:
            for word in re.findall(r"[a-z]+", re.sub(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]', " ", pending.pop())):
                if word in _BASICS and word not in rules:
                    rules[word] = _BASICS[word]
                    pending.append(_BASICS[word])
        return "".join(f"{name} ::= {body}\n" for name, body in rules.items())

    def _new(self, body: str) -> str:
        name = f"r-{len(self.rules)}-x"
        self.rules[name] = body
        return name

    def rule(self, schema: Schema | bool) -> str:
        """A GBNF expression (safe to stand in a sequence) for `schema`."""
        if isinstance(schema, bool) or not schema:
            return "value"
        if "$ref" in schema:
            return self._reference(str(schema["$ref"]))
        if "allOf" in schema:
            return self.rule(self._merged(schema))
        if "const" in schema:
            return literal(_dumps(schema["const"]))
        if "enum" in schema:
            return _either(literal(_dumps(value)) for value in schema["enum"])
        for union in ("anyOf", "oneOf"):
            if union in schema:
                rest = {key: value for key, value in schema.items() if key in ("type", "properties", "required")}
                return _either(self.rule({**rest, **option}) for option in schema[union])
        kind = schema.get("type")
        if isinstance(kind, list):
            return _either(self.rule({**schema, "type": one}) for one in kind)
        if kind == "object" or "properties" in schema:
            return self._object(schema)
        if kind == "array" or "items" in schema or "prefixItems" in schema:
            return self._array(schema)
        if kind == "string" or "pattern" in schema:
            return self._string(schema)
        if kind == "integer":
            return self._integer(schema)
        if kind == "number":
            return self._number(schema)
        return kind if kind in ("boolean", "null") else "value"

    def _reference(self, ref: str) -> str:
        if ref not in self._refs:
            if not ref.startswith("#"):
                raise ValueError(f"the schema refers to {ref!r}, which lies outside of it")
            target: Any = self._root
            for step in ref.removeprefix("#").strip("/").split("/"):
                if step:
                    target = target[step.replace("~1", "/").replace("~0", "~")]
            name = self._refs[ref] = self._new("")
            self.rules[name] = self.rule(target)
        return self._refs[ref]

    def _merged(self, schema: Schema) -> dict[str, Any]:
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            while "$ref" in part:
                target: Any = self._root
                for step in part["$ref"].removeprefix("#/").split("/"):
                    target = target[step]
                part = target
            for key, value in part.items():
                if key == "properties":
                    merged[key] = {**merged.get(key, {}), **value}
                elif key == "required":
                    merged[key] = [*merged.get(key, ()), *value]
                else:
                    merged.setdefault(key, value)
        return merged

    def _object(self, schema: Schema) -> str:
        properties: Mapping[str, Any] = schema.get("properties") or {}
        if not properties:
            extra = schema.get("additionalProperties", True)
            if extra is False or ("properties" in schema and extra is True):
                return '"{}"'
            if extra is True:
                return "object"
            value = self.rule(extra)
            return self._new(f'"{{" (string ": " {value} (", " string ": " {value})*)? "}}"')
        required = set(schema.get("required", ()))
        # from the last field backwards: what may follow once a field was written (`more`) or none yet (`first`)
        more = first = '""'
        for name, field in reversed(list(properties.items())):
            pair = f"{literal(_dumps(name) + ': ')} {self.rule(field)}"
            after = self._new(more) if more != '""' else more
            more, first = (
                (f'", " {pair} {after}', f"{pair} {after}")
                if name in required
                else (f'(", " {pair})? {after}', f"{pair} {after} | {self._new(first)}")
            )
        return self._new(f'"{{" {self._new(first)} "}}"')

    def _array(self, schema: Schema) -> str:
        if "prefixItems" in schema:
            items = ' ", " '.join(self.rule(item) for item in schema["prefixItems"])
            return self._new(f'"[" {items} "]"')
        item = self.rule(schema.get("items") or {})
        low, high = int(schema.get("minItems", 0)), schema.get("maxItems")
        if high == 0:
            return '"[]"'
        times = f"{{{max(low - 1, 0)},{'' if high is None else min(int(high), _MAX_REPEAT) - 1}}}"
        body = f'{item} (", " {item}){times}'
        return self._new(f'"[" {body} "]"' if low else f'"[" ({body})? "]"')

    def _string(self, schema: Schema) -> str:
        if "pattern" in schema:
            body = pattern_rule(str(schema["pattern"]))
            if body is not None:
                return self._new(f'"\\"" {body} "\\""')
        if schema.get("format") in _FORMATS:
            return self._new(_FORMATS[str(schema["format"])])
        low, high = int(schema.get("minLength", 0)), schema.get("maxLength")
        if not low and high is None:
            return "string"
        times = f"{{{min(low, _MAX_REPEAT)},{'' if high is None else min(int(high), _MAX_REPEAT)}}}"
        return self._new(f'"\\"" char{times} "\\""')

    def _integer(self, schema: Schema) -> str:
        low, high = _bounds(schema)
        if low is None and high is None:
            return "integer"
        low, high = (-_MAX_INTEGER if low is None else low), (_MAX_INTEGER if high is None else high)
        return self._new(_whole_between(low, high))

    def _number(self, schema: Schema) -> str:
        low, high = _bounds(schema)
        if low is None and high is None:
            return "number"
        low, high = (-_MAX_INTEGER if low is None else low), (_MAX_INTEGER if high is None else high)
        fraction = '("." [0-9]{1,6})?'
        options = [_whole_between(low, high)]
        if high > max(low, 0):
            options.append(f"({_whole_between(max(low, 0), high - 1)}) {fraction}")
        if low < min(high, 0):
            options.append(f"({_whole_between(low + 1, min(high, -1))}) {fraction}" if low + 1 <= -1 else '"-0.5"')
        return self._new(" | ".join(options))


def _bounds(schema: Schema) -> tuple[int | None, int | None]:
    low, high = schema.get("minimum"), schema.get("maximum")
    whole = schema.get("type") == "integer"
    low = None if low is None else -int(-low // 1)
    high = None if high is None else int(high // 1)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if above is not None and not isinstance(above, bool):
        low = max(int(above // 1) + (1 if whole else 0), low if low is not None else -_MAX_INTEGER)
    if below is not None and not isinstance(below, bool):
        high = min(-int(-below // 1) - (1 if whole else 0), high if high is not None else _MAX_INTEGER)
    return low, high


def _whole_between(low: int, high: int) -> str:
    if low > high:
        raise ValueError(f"the schema asks for a number from {low} to {high}")
    options: list[str] = []
    if low < 0:
        options.append(f'"-" ({digits_between(max(1, -high), -low)})')
    if high >= 0:
        options.append(digits_between(max(0, low), high))
    return " | ".join(options)


def _either(options: Any) -> str:
    unique: Sequence[str] = list(dict.fromkeys(options))
    return unique[0] if len(unique) == 1 else f"({' | '.join(unique)})"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
